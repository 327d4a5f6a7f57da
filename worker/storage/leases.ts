import { BoundedMap } from '../bounded-map.ts'
import type { Instant } from '../policy/time.ts'
import { reach } from './reach.ts'
import type { Lease, TokenRegistry } from './registry.ts'

/** KV refuses shorter lives. */
const KV_SHORTEST_TTL = 60

/** Leases this isolate has seen: one KV read a lease and record. */
const MOST_REMEMBERED = 10_000
const remembered = new WeakMap<KVNamespace, BoundedMap<string, Lease>>()

export interface LeaseSource {
  kv: KVNamespace
  /** Called only where nothing nearer knows: a stub costs too. */
  registry: () => DurableObjectStub<TokenRegistry>
  /** Seconds: `REVOCATION_LEASE`. */
  seconds: number
  now: () => Instant
  /** Runs behind the answer. */
  later: (work: Promise<unknown>) => void
}

/**
 * What holds of a record now, from the nearest place that has a lease on it: this isolate, KV, else the
 * registry. KV may be as stale as it likes: a lease ends by our own clock, wherever it was kept, and what
 * KV does not have, or no longer in time, the registry answers.
 *
 * @param isRecent whether a kept lease is recent enough to judge by: one from before the rotation, or the
 * linking, that what is at hand came from would refuse it wrongly
 * @returns undefined where the registry knows no such record
 */
export async function leaseOf(
  id: string,
  source: LeaseSource,
  isRecent: (lease: Lease) => boolean,
): Promise<Lease | undefined> {
  const fits = (lease: Lease | undefined | null): lease is Lease =>
    !!lease && source.now() < lease.leasedUntil && isRecent(lease)

  const known = memoryOf(source.kv).get(id)
  if (fits(known)) return known

  // For as long as it lives: what an earlier version put there may lack `leasedAt`.
  const stored = await reach('EDGE_KV', () => source.kv.get<Lease>(keyOf(id), 'json'))
  if (fits(stored)) {
    memoryOf(source.kv).set(id, stored)
    return stored
  }

  const fresh = await reach('TOKEN_REGISTRY', async () => source.registry().lease(id, source.seconds))
  if (!fresh) return undefined
  memoryOf(source.kv).set(id, fresh)
  source.later(store(id, fresh, source))
  return fresh
}

/** Losing this write costs the next reader a call to the registry, no more: KV takes one a second and key. */
async function store(id: string, lease: Lease, { kv, seconds }: LeaseSource): Promise<void> {
  try {
    await kv.put(keyOf(id), JSON.stringify(lease), { expirationTtl: Math.max(KV_SHORTEST_TTL, seconds) })
  } catch (error) {
    console.warn(JSON.stringify({ event: 'lease_not_stored', token: id, error: String(error) }))
  }
}

function memoryOf(kv: KVNamespace): BoundedMap<string, Lease> {
  const memory = remembered.get(kv) ?? new BoundedMap<string, Lease>(MOST_REMEMBERED)
  remembered.set(kv, memory)
  return memory
}

function keyOf(id: string): string {
  return `lease:${id}`
}
