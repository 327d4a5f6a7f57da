import { clock } from '../clock.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import { reach } from './reach.ts'
import { type Lease, registryOf, type TokenRegistry } from './registry.ts'

/** KV refuses to keep anything for fewer seconds. */
const KV_SHORTEST_TTL = 60

/** Where leases are found and kept. */
export interface LeaseStores {
  memory: Pick<IsolateMemory, 'leases'>
  env: { EDGE_KV: KVNamespace; TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry> }
  /** Lets work outlive the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

/**
 * The lease on a token record, from the nearest place that has one: this isolate, KV, else the registry. KV may be as
 * stale as it likes: a lease ends by our own clock, wherever it was kept, and the registry answers where KV has none or
 * only an ended one.
 *
 * @param id of the token record
 * @param seconds how long a new lease lasts: `REVOCATION_LEASE`
 * @param isRecent false for a cached lease from before the rotation, change or re-link that the token or session at hand
 * came from. Judging by such a lease would refuse wrongly; the registry is asked instead.
 * @returns undefined where the registry knows no such record
 */
export async function leaseOf(
  id: string,
  seconds: number,
  { memory, env, waitUntil }: LeaseStores,
  isRecent: (lease: Lease) => boolean,
): Promise<Lease | undefined> {
  const isGood = (lease: Lease | undefined | null): lease is Lease =>
    !!lease && clock() < lease.leasedUntil && isRecent(lease)

  const remembered = memory.leases.get(id)
  if (isGood(remembered)) return remembered

  // A lease that an earlier version of the edge put there may lack `leasedAt`, until its end.
  const stored = await reach('EDGE_KV', () => env.EDGE_KV.get<Lease>(keyOf(id), 'json'))
  if (isGood(stored)) {
    memory.leases.set(id, stored)
    return stored
  }

  const fresh = await reach('TOKEN_REGISTRY', async () => registryOf(env).lease(id, seconds))
  if (!fresh) return undefined
  memory.leases.set(id, fresh)
  waitUntil(store(env.EDGE_KV, id, fresh, seconds))
  return fresh
}

/** Puts a lease into KV. KV takes one write a second and key; a lost write costs the next reader a call to the registry. */
async function store(kv: KVNamespace, id: string, lease: Lease, seconds: number): Promise<void> {
  try {
    await kv.put(keyOf(id), JSON.stringify(lease), { expirationTtl: Math.max(KV_SHORTEST_TTL, seconds) })
  } catch (error) {
    console.warn(JSON.stringify({ event: 'lease_not_stored', token: id, error: String(error) }))
  }
}

function keyOf(id: string): string {
  return `lease:${id}`
}
