import { clock } from '../clock.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import type { Instant } from '../policy/time.ts'
import type { KeySet, VaultKey } from '../tokens/keys.ts'
import { authenticate, isAuthentic, type Mac } from '../tokens/mac.ts'
import { reach } from './reach.ts'
import { type Lease, registryOf, type TokenRegistry } from './registry.ts'

/** KV refuses to keep anything for fewer seconds. */
const KV_SHORTEST_TTL = 60
/** Seconds by which the registry's clock may be ahead of the reader's. */
const SKEW = 1

/** Where leases are found and kept, and the keys that authenticate them in KV. */
export interface LeaseStores {
  memory: Pick<IsolateMemory, 'leases' | 'answered'>
  env: { EDGE_KV: KVNamespace; TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry> }
  vaultKeys: KeySet<VaultKey>
  /** Lets work outlive the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

/** A lease as KV keeps it: its JSON, and the authentication of that text for its record. */
interface StoredLease extends Mac {
  lease: string
}

/**
 * The lease on a token record, from the nearest place that has one: this isolate, KV, else the registry. KV may be as
 * stale as it likes, and anybody may write to it: a lease ends by our own clock, wherever it was kept, and the registry
 * answers where KV has none, only an ended one, or one that the edge did not write for this record.
 *
 * @param id of the token record
 * @param seconds how long a lease lasts: `REVOCATION_LEASE` of today
 * @param isRecent false for a cached lease from before the rotation, change or re-link that the token or session at hand
 * came from. Judging by such a lease would refuse wrongly; the registry is asked instead.
 * @param origin names the generation and revision that the token at hand came from: where the registry's own lease is not
 * recent by them, it is asked once a lease
 * @returns undefined where the registry knows no such record
 */
export async function leaseOf(
  id: string,
  seconds: number,
  { memory, env, vaultKeys, waitUntil }: LeaseStores,
  isRecent: (lease: Lease) => boolean,
  origin?: { gen: number; rev: number },
): Promise<Lease | undefined> {
  const isGood = (lease: Lease | undefined): lease is Lease =>
    !!lease && isHeld(lease, seconds, clock()) && isRecent(lease)

  const remembered = memory.leases.get(id)
  if (isGood(remembered)) return remembered
  const asked = origin && `${id} ${origin.gen} ${origin.rev}`
  const answered = asked === undefined ? undefined : memory.answered.get(asked)
  if (answered && isHeld(answered, seconds, clock())) return answered

  const stored = await reach('EDGE_KV', () => env.EDGE_KV.get(keyOf(id)))
  const kept = stored === null ? undefined : await authenticLease(id, stored, vaultKeys)
  if (isGood(kept)) {
    memory.leases.set(id, kept, stored?.length)
    return kept
  }

  const fresh = await reach('TOKEN_REGISTRY', async () => registryOf(env).lease(id, seconds))
  if (!fresh) return undefined
  const lease = JSON.stringify(fresh)
  memory.leases.set(id, fresh, lease.length)
  if (asked !== undefined && !isRecent(fresh)) memory.answered.set(asked, fresh, lease.length)
  waitUntil(store(id, lease, seconds, env.EDGE_KV, vaultKeys))
  return fresh
}

/** When a lease ends: a `REVOCATION_LEASE` that was lowered since binds former leases, too. */
export function leaseEnd({ leasedAt, leasedUntil }: Lease, seconds: number): Instant {
  return Math.min(leasedUntil, leasedAt + seconds)
}

/** Whether a lease that was kept may be believed now. One from the future would outlast every revocation. */
function isHeld(lease: Lease, seconds: number, now: Instant): boolean {
  return lease.leasedAt <= now + SKEW && now < leaseEnd(lease, seconds)
}

/** The lease in what KV has for a record; undefined: the edge did not write it for that record, or an edge of 0.1.0 did. */
async function authenticLease(id: string, text: string, keys: KeySet<VaultKey>): Promise<Lease | undefined> {
  const stored = storedLease(text)
  if (!stored || !(await isAuthentic('leases', message(id, stored.lease), stored, keys))) return undefined
  return JSON.parse(stored.lease)
}

function storedLease(text: string): StoredLease | undefined {
  try {
    const stored: Partial<StoredLease> | null = JSON.parse(text)
    const { lease, kid, mac } = stored ?? {}
    return typeof lease === 'string' && typeof kid === 'string' && typeof mac === 'string'
      ? { lease, kid, mac }
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Puts a lease into KV. KV takes one write a second and key; a lost write costs the next reader a call to the registry. */
async function store(
  id: string,
  lease: string,
  seconds: number,
  kv: KVNamespace,
  keys: KeySet<VaultKey>,
): Promise<void> {
  try {
    const stored: StoredLease = { lease, ...(await authenticate('leases', message(id, lease), keys)) }
    await kv.put(keyOf(id), JSON.stringify(stored), { expirationTtl: Math.max(KV_SHORTEST_TTL, seconds) })
  } catch (error) {
    console.warn(JSON.stringify({ event: 'lease_not_stored', token: id, error: String(error) }))
  }
}

/** What is authenticated: the record's id, in which there is no space, and its lease. */
function message(id: string, lease: string): string {
  return `${id} ${lease}`
}

function keyOf(id: string): string {
  return `lease:${id}`
}
