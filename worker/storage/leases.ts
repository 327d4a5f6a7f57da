import type { BoundedMap } from '../bounded-map.ts'
import { clock } from '../clock.ts'
import type { IsolateMemory } from '../isolate-memory.ts'
import { isRecent as isRecentFor } from '../policy/standing.ts'
import type { Instant } from '../policy/time.ts'
import type { KeySet, VaultKey } from '../tokens/keys.ts'
import { authenticate, isAuthentic, type Mac } from '../tokens/mac.ts'
import type { Lease, SignerLease, Term, UserLease } from './lease-types.ts'
import { reach } from './reach.ts'
import { registryOf, type TokenRegistry } from './registry.ts'

/** The form of what a lease says. Leases of another form count as absent, so that none is misread after an update. */
const FORM = 2
/** KV refuses to keep anything for fewer seconds. */
const KV_SHORTEST_TTL = 60
/** Seconds by which the registry's clock may be ahead of the reader's. */
const SKEW = 1

/** Begins the name of a user's lease. No id of a record or of a signer has a colon. */
const OF_USER = 'user:'

/** Where leases are found and kept, and the keys that authenticate them in KV. */
export interface LeaseStores {
  memory: Pick<IsolateMemory, 'leases' | 'answered' | 'signerLeases' | 'unknownSigners' | 'userLeases'>
  env: { EDGE_KV: KVNamespace; TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry> }
  vaultKeys: KeySet<VaultKey>
  /** Seconds that a lease lasts: `REVOCATION_LEASE` of today. */
  revocationLease: number
  /** Lets work outlive the answer. */
  waitUntil: (work: Promise<unknown>) => void
}

/**
 * The lease on a token record.
 *
 * @param id of the token record
 * @param isRecent false for a cached lease from before the rotation, change or re-link that the token or session at hand
 * came from, or from before the user had a Biuwer token that is valid. Judging by such a lease would refuse wrongly; the
 * registry is asked instead.
 * @param origin names the generation and revision that the token at hand came from: where the registry's own lease is not
 * recent by them, it is asked once a lease
 * @returns undefined where the registry knows no such record
 */
export async function leaseOf(
  id: string,
  stores: LeaseStores,
  isRecent: (lease: Lease) => boolean,
  origin?: { gen: number; rev: number },
): Promise<Lease | undefined> {
  const { answered, leases } = stores.memory
  const asked = origin && `${id} ${origin.gen} ${origin.rev}`
  return nearestLease<Lease>(
    {
      subject: id,
      memory: leases,
      remembered: () => (asked === undefined ? undefined : answered.get(asked)),
      ask: async (registry, seconds) => registry.lease(id, seconds),
      asked: (lease, size) => {
        if (origin && asked !== undefined && !isRecentFor(lease.standing, origin))
          answered.set(asked, lease, size)
        return true
      },
    },
    stores,
    isRecent,
  )
}

/**
 * The lease on a signer; undefined where the registry knows none of this id. Ids are drawn at random: who asks for one that
 * is not there has made it up, and is told so from memory the next time.
 */
export async function signerLease(
  id: string,
  stores: LeaseStores,
  isRecent: (lease: SignerLease) => boolean = () => true,
): Promise<SignerLease | undefined> {
  const { signerLeases, unknownSigners } = stores.memory
  if (clock() < (unknownSigners.get(id) ?? 0)) return undefined
  const lease = await nearestLease<SignerLease>(
    {
      subject: id,
      memory: signerLeases,
      ask: async (registry, seconds) => registry.leaseSigner(id, seconds),
    },
    stores,
    isRecent,
  )
  if (!lease) unknownSigners.set(id, clock() + stores.revocationLease)
  return lease
}

/** Drops what is kept of a signer that was just changed, so that this place takes the change at once. Others do by the lease. */
export async function dropSignerLease(id: string, { memory, env }: LeaseStores): Promise<void> {
  memory.signerLeases.delete(id)
  try {
    await env.EDGE_KV.delete(nameOf(id))
  } catch (error) {
    console.warn(JSON.stringify({ event: 'lease_not_dropped', signer: id, error: String(error) }))
  }
}

/** The lease on a user. That somebody is not linked is not kept: they may be by the next moment. */
export async function userLease(
  user: string,
  stores: LeaseStores,
  isRecent: (lease: UserLease) => boolean,
): Promise<UserLease> {
  const lease = await nearestLease<UserLease>(
    {
      subject: `${OF_USER}${user}`,
      memory: stores.memory.userLeases,
      ask: async (registry, seconds) => registry.leaseUser(user, seconds),
      asked: ({ biuwerTokens }) => biuwerTokens !== null,
    },
    stores,
    isRecent,
  )
  if (!lease) throw new Error('the registry answers for any user')
  return lease
}

/** What there is to know of one kind of lease. */
interface Kind<L extends Term> {
  /** What the lease is on, by a name in which there is no space. */
  subject: string
  memory: BoundedMap<string, L>
  /** A lease that this isolate remembers, and that is to be believed whether or not it is recent. */
  remembered?: () => L | undefined
  ask: (registry: DurableObjectStub<TokenRegistry>, seconds: number) => Promise<L | null>
  /** Told of a lease that the registry gave, and how many characters it has; returns whether it is kept. */
  asked?: (lease: L, size: number) => boolean
}

/**
 * A lease from the nearest place that has one: this isolate, KV, else the registry. KV may be as stale as it likes, and
 * anybody may write to it: a lease ends by our own clock, wherever it was kept, and the registry answers where KV has none,
 * only an ended one, or one that the edge did not write for this subject.
 */
async function nearestLease<L extends Term>(
  { subject, memory, remembered, ask, asked = () => true }: Kind<L>,
  { env, vaultKeys, revocationLease: seconds, waitUntil }: LeaseStores,
  isRecent: (lease: L) => boolean,
): Promise<L | undefined> {
  const isGood = (lease: L | undefined): lease is L =>
    !!lease && isHeld(lease, seconds, clock()) && isRecent(lease)

  const near = memory.get(subject)
  if (isGood(near)) return near
  const answered = remembered?.()
  if (answered && isHeld(answered, seconds, clock())) return answered

  const stored = await reach('EDGE_KV', () => env.EDGE_KV.get(nameOf(subject)))
  const kept = stored === null ? undefined : await authenticLease<L>(subject, stored, vaultKeys)
  if (isGood(kept)) {
    memory.set(subject, kept, stored?.length)
    return kept
  }

  const fresh = await reach('TOKEN_REGISTRY', () => ask(registryOf(env), seconds))
  if (!fresh) return undefined
  const lease = JSON.stringify(fresh)
  if (!asked(fresh, lease.length)) return fresh
  memory.set(subject, fresh, lease.length)
  waitUntil(store(subject, lease, seconds, env.EDGE_KV, vaultKeys))
  return fresh
}

/** When a lease ends: a `REVOCATION_LEASE` that was lowered since binds former leases, too. */
export function leaseEnd({ leasedAt, leasedUntil }: Term, seconds: number): Instant {
  return Math.min(leasedUntil, leasedAt + seconds)
}

/** Whether a lease that was kept may be believed now. One from the future would outlast every revocation. */
function isHeld(lease: Term, seconds: number, now: Instant): boolean {
  return lease.leasedAt <= now + SKEW && now < leaseEnd(lease, seconds)
}

/** A lease as KV keeps it: its JSON, and the authentication of that text for its subject. */
interface StoredLease extends Mac {
  lease: string
}

/** The lease in what KV has for a subject; undefined: the edge did not write it for that one, or an edge of 0.1.0 did. */
async function authenticLease<L extends Term>(
  subject: string,
  text: string,
  keys: KeySet<VaultKey>,
): Promise<L | undefined> {
  const stored = storedLease(text)
  if (!stored || !(await isAuthentic('leases', message(subject, stored.lease), stored, keys)))
    return undefined
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
  subject: string,
  lease: string,
  seconds: number,
  kv: KVNamespace,
  keys: KeySet<VaultKey>,
): Promise<void> {
  try {
    const stored: StoredLease = { lease, ...(await authenticate('leases', message(subject, lease), keys)) }
    await kv.put(nameOf(subject), JSON.stringify(stored), {
      expirationTtl: Math.max(KV_SHORTEST_TTL, seconds),
    })
  } catch (error) {
    // Users are named in no log.
    const on = subject.startsWith(OF_USER) ? 'user' : subject
    console.warn(JSON.stringify({ event: 'lease_not_stored', on, error: String(error) }))
  }
}

/** What is authenticated: the form of leases, the subject, in which there is no space, and its lease. */
function message(subject: string, lease: string): string {
  return `${FORM} ${subject} ${lease}`
}

function nameOf(subject: string): string {
  return `lease:${subject}`
}
