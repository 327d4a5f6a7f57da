import { clock } from '../clock.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import { type BearerKey, type Caller, keyStatus } from '../policy/caller.ts'
import { MINUTE } from '../policy/time.ts'
import type { KeyLease } from './bearer-keys.ts'
import { reach } from './reach.ts'
import { registryOf, type TokenRegistry } from './registry.ts'

/** Where key leases come from and are kept: an isolate's memory, since every call of management asks the registry anyway. */
export interface KeyLeaseStores {
  memory: Pick<IsolateMemory, 'keyLeases'>
  env: { TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry> }
  /** Seconds: `REVOCATION_LEASE`. */
  revocationLease: number
}

/**
 * Who calls with the key of this digest; undefined: there is no such key, or it has ended. A lease ends by our own clock,
 * at the latest a minute after it was given, so that the key's last use is known to the minute.
 */
export async function callerOfKey(
  digest: string,
  { memory, env, revocationLease }: KeyLeaseStores,
): Promise<Caller | undefined> {
  const seconds = Math.min(revocationLease, MINUTE)
  const now = clock()
  const kept = memory.keyLeases.get(digest)
  const lease =
    kept && isHeld(kept, seconds, now)
      ? kept
      : await reach('TOKEN_REGISTRY', async () => registryOf(env).leaseKey(digest, seconds))
  if (!lease) return undefined
  if (lease !== kept) memory.keyLeases.set(digest, lease)
  return keyStatus(lease.key, clock()) === 'active' ? callerWith(lease.key) : undefined
}

function isHeld({ leasedAt, leasedUntil }: KeyLease, seconds: number, now: number): boolean {
  return now < Math.min(leasedUntil, leasedAt + seconds)
}

function callerWith(key: BearerKey): Caller {
  return { id: key.id, actor: `${key.id} ${key.name}`, role: key.role, users: key.users, key }
}
