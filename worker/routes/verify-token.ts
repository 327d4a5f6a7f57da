import type { Context } from 'hono'
import { clock } from '../clock.ts'
import { SIGNER_ID, USER } from '../policy/bounds.ts'
import { isFor } from '../policy/caller.ts'
import type { UnreadableToken } from '../policy/explanation.ts'
import type { Claims } from '../policy/issue.ts'
import type { TokenRecord } from '../policy/record.ts'
import { type Signer, signedClaims, signedStanding } from '../policy/signer.ts'
import type { Standing } from '../policy/standing.ts'
import type { Lease, SignerLease } from '../storage/lease-types.ts'
import { type LeaseStores, leaseEnd, leaseOf, signerLease, userLease } from '../storage/leases.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { verifyEmbedToken } from '../tokens/embed-token.ts'
import { sha256 } from '../tokens/random.ts'
import { namedIssuer, verifySigned } from '../tokens/signed-token.ts'
import type { AppEnv } from './context.ts'

/** A token whose signature holds, and the signer's lease that it was verified by; null: the edge has signed it for a record. */
export interface Verified {
  claims: Claims
  signer: SignerLease | null
}

/**
 * Verifies a token, whoever has signed it. What fails before the signature costs the lease of the signer it names, at most.
 * @param signerOf where signers are looked up; default: their leases
 */
export async function verifyToken(
  c: Context<AppEnv>,
  token: string,
  signerOf = (id: string, version: number): Promise<SignerLease | undefined> =>
    signerLease(id, stores(c), ({ signer }) => signer.version >= version),
): Promise<Verified | UnreadableToken> {
  const own = await verifyEmbedToken(token, c.get('settings').tokenKeys, c.get('memory'))
  if ('claims' in own) {
    const { claims } = own
    if (!SIGNER_ID.test(claims.sub)) return { claims, signer: null }
    // A preview's token: the edge has signed it, for what a signer's tokens open since its last change.
    const signer = await signerOf(claims.sub, claims.rev)
    return signer ? { claims, signer } : { code: 'token_invalid' }
  }
  if (own.code === 'token_malformed') return own
  const issuer = namedIssuer(token)
  const signer = issuer !== undefined && SIGNER_ID.test(issuer) ? await signerOf(issuer, 0) : undefined
  return signer ? verifyByHost(c, token, signer) : own
}

/** Verifies a token for a question, which counts as no use of a signer. There are no signers but those that the key is for. */
export function inspectToken(c: Context<AppEnv>, token: string): Promise<Verified | UnreadableToken> {
  return verifyToken(c, token, async (id) => {
    const signer = await reach('TOKEN_REGISTRY', async () =>
      registryOf(c.env).signer(id, c.get('caller').users),
    )
    return signer ? { signer, leasedAt: clock(), leasedUntil: clock() } : undefined
  })
}

/** How a verified token stands at this moment, and what it belongs to. */
export type Found = { user: string; standing: Standing } & ({ record: TokenRecord } | { signer: Signer })

/** Looks up what a verified token belongs to; undefined: there is nothing, or nothing that the key is for. */
export async function inspect(c: Context<AppEnv>, { claims, signer }: Verified): Promise<Found | undefined> {
  const registry = registryOf(c.env)
  if (!signer) {
    const { users } = c.get('caller')
    const found = await reach('TOKEN_REGISTRY', async () => registry.inspect(claims.sub, users))
    return found ? { ...found, user: found.record.user } : undefined
  }
  const user = userOf(claims)
  const linked = isFor(user, signer.signer.users)
    ? await reach('TOKEN_REGISTRY', async () => registry.linkedState(user))
    : null
  return { user, signer: signer.signer, standing: signedStanding(signer.signer, linked) }
}

/** The lease that decides about a verified token's opening; undefined: the registry knows nothing of its record. */
export async function leaseFor(
  c: Context<AppEnv>,
  { claims, signer }: Verified,
  isRecent: (lease: Pick<Lease, 'leasedAt' | 'standing'>) => boolean,
): Promise<Lease | undefined> {
  if (!signer) return leaseOf(claims.sub, stores(c), isRecent, claims)
  return signedLease(c, signer, userOf(claims), isRecent)
}

/** What a session that was opened remembers of whom it stands for. */
interface Opened {
  sub: string
  user?: string | undefined
}

/**
 * The lease that decides about a running session; undefined: the registry knows nothing of its record or signer.
 * @param isRecentSigner whether a lease of the session's signer may judge it
 */
export async function leaseForSession(
  c: Context<AppEnv>,
  { sub, user }: Opened,
  isRecent: (lease: Pick<Lease, 'leasedAt' | 'standing'>) => boolean,
  isRecentSigner: (lease: SignerLease) => boolean,
): Promise<Lease | undefined> {
  if (user === undefined) return leaseOf(sub, stores(c), isRecent)
  const signer = await signerLease(sub, stores(c), isRecentSigner)
  return signer && signedLease(c, signer, user, isRecent)
}

/** Where leases are kept, for a request. */
export function stores(c: Context<AppEnv>): LeaseStores {
  const { revocationLease, vaultKeys } = c.get('settings')
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work)
  return { memory: c.get('memory'), env: c.env, vaultKeys, revocationLease, waitUntil }
}

/** The user of a token of a signer, which always names one. */
function userOf({ user }: Pick<Claims, 'user'>): string {
  if (user === undefined) throw new Error('a token of a signer names its user')
  return user
}

async function verifyByHost(
  c: Context<AppEnv>,
  token: string,
  lease: SignerLease,
): Promise<Verified | UnreadableToken> {
  const { signer } = lease
  const signed = await verifySigned(token, signer, c.get('memory'))
  if (!signed) return { code: 'token_invalid' }
  const claims = signedClaims(signed.payload, signer, signed.key, c.get('edge'))
  if ('detail' in claims) {
    const { sub } = signed.payload
    const user = typeof sub === 'string' && USER.test(sub) ? sub : null
    return { code: 'token_invalid', detail: claims.detail, signer: { subject: signer.id, user } }
  }
  return {
    claims: signer.singleUse ? { ...claims, spend: await spendIn(signer.shards, claims) } : claims,
    signer: lease,
  }
}

/** Where a host's token is spent: the signer, the end and the `jti` decide, for as long as the token lives. */
async function spendIn(shards: number, { sub, exp, jti }: Claims): Promise<NonNullable<Claims['spend']>> {
  // None of the three has a space in it.
  const as = `${sub} ${exp} ${jti}`
  const [first = 0, second = 0] = await sha256(as)
  return { shard: (first * 256 + second) % shards, as }
}

/**
 * What signer and user together let open, for as long as both leases last. No lease is asked for on a user whom the signer
 * is not for: how long an answer takes would tell whether there is such a user.
 */
async function signedLease(
  c: Context<AppEnv>,
  ofSigner: SignerLease,
  user: string,
  isRecent: (lease: Pick<Lease, 'leasedAt' | 'standing'>) => boolean,
): Promise<Lease> {
  const { signer, ...term } = ofSigner
  if (!isFor(user, signer.users)) return { ...term, user, standing: signedStanding(signer, null), sealed: {} }
  const ofUser = await userLease(user, stores(c), (lease) =>
    isRecent({ leasedAt: lease.leasedAt, standing: signedStanding(signer, lease) }),
  )
  const seconds = c.get('settings').revocationLease
  return {
    // The later one: what is newer than this is newer than either lease.
    leasedAt: Math.max(ofSigner.leasedAt, ofUser.leasedAt),
    leasedUntil: Math.min(leaseEnd(ofSigner, seconds), leaseEnd(ofUser, seconds)),
    user,
    standing: signedStanding(signer, ofUser),
    sealed: ofUser.sealed,
  }
}
