import { RESOURCE_ID, USER } from './bounds.ts'
import { isFor, type UserPatterns } from './caller.ts'
import { type Claims, PREVIEW_LIFE } from './issue.ts'
import { isOriginEntry } from './origins.ts'
import type { Standing } from './standing.ts'
import { type Instant, isInstant, MINUTE } from './time.ts'

/**
 * Signers: keys that a customer has registered, whose holder signs tokens without asking the edge. A token that a host has
 * signed is judged as any other: what it says becomes claims, and what is known of its signer and user becomes a standing.
 */

/** JWS algorithms (RFC 7518, RFC 8037) that hosts may sign with. None with a shared secret: the edge could sign, too. */
export const SIGNER_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export type SignerAlgorithm = (typeof SIGNER_ALGORITHMS)[number]

/** Members of a JWK that hold a private key, or a shared secret. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** The members of a public key, each a text. */
export type PublicJwk = Record<string, string>

/** A public key of a signer. */
export interface SignerKey {
  kid: string
  alg: SignerAlgorithm
  /** The key as a JWK (RFC 7517), with nothing but what makes the key. */
  jwk: PublicJwk
  /** RFC 7638. Tells a key from another one that came in its place under the same `kid`. */
  thumbprint: string
}

/** Whose keys sign which tokens. */
export interface Signer {
  /** `sig_…` */
  id: string
  name: string
  keys: readonly SignerKey[]
  users: UserPatterns
  /** Resource ids that its tokens may open; null: any. */
  resources: string[] | null
  /** Host origins that its tokens may be used on; null: any the deployment allows. */
  origins: string[] | null
  /** Seconds from `iat` to `exp` of a token, at most. */
  maxTtl: number
  /** Whether each token is for one page view. */
  singleUse: boolean
  /**
   * How many objects of the spent-set know of its tokens. It is the signer's for good: if it changed, a token would be
   * looked for where its spend is not known.
   */
  shards: number
  /** The least `iat` of its tokens: after a restore the edge does not know which earlier ones were spent. */
  tokensSince: Instant
  /** Counts every change, from 1. */
  version: number
  createdAt: Instant
  updatedAt: Instant
  lastUsedAt: Instant | null
  revokedAt: Instant | null
}

export type SignerStatus = 'active' | 'revoked'

export function signerStatus({ revokedAt }: Pick<Signer, 'revokedAt'>): SignerStatus {
  return revokedAt === null ? 'active' : 'revoked'
}

/** Whether all users of a signer are among those that a key is for. */
export function isSignerFor({ users }: Pick<Signer, 'users'>, visible: UserPatterns): boolean {
  return visible === null || (users?.every((pattern) => isPatternFor(pattern, visible)) ?? false)
}

/** Whether all users that a pattern means are among those that a key is for. */
export function isPatternFor(pattern: string, visible: UserPatterns): boolean {
  if (!pattern.endsWith('*')) return isFor(pattern, visible)
  const beginning = pattern.slice(0, -1)
  return (
    visible === null ||
    visible.some((wider) => wider.endsWith('*') && beginning.startsWith(wider.slice(0, -1)))
  )
}

/** Seconds by which a host's clock may be ahead of ours. */
const LEEWAY = MINUTE

/** A `jti`: visible ASCII. */
const JTI = /^[\x21-\x7e]{1,128}$/

/** What is wrong with a token whose signature holds, as a sentence for who signs. */
export interface WrongClaims {
  detail: string
}

/** The claims of a token that a signer's key has signed. `spend` is left to whoever knows the spent-set. */
export function signedClaims(
  payload: Record<string, unknown>,
  signer: Signer,
  key: SignerKey,
  edgeOrigin: string,
): Claims | WrongClaims {
  const { aud, sub, iat, nbf, exp, jti, resources, origins } = payload
  if (aud !== edgeOrigin && !(Array.isArray(aud) && aud.includes(edgeOrigin)))
    return wrong(`"aud" has to be ${edgeOrigin}`)
  if (typeof sub !== 'string' || !USER.test(sub)) return wrong('"sub" has to be the user')
  const [issued, begins, ends] = [
    numericDate(iat),
    nbf === undefined ? null : numericDate(nbf),
    numericDate(exp),
  ]
  if (issued === undefined) return wrong('"iat" has to be the time of signing, in seconds since 1970')
  if (begins === undefined) return wrong('"nbf" has to be a time, in seconds since 1970')
  if (ends === undefined) return wrong('"exp" has to be the end, in seconds since 1970')
  if (ends <= issued || ends - issued > signer.maxTtl)
    return wrong(`"exp" has to be after "iat", by ${signer.maxTtl} seconds at most`)
  if (jti === undefined ? signer.singleUse : typeof jti !== 'string' || !JTI.test(jti))
    return wrong('"jti" has to be 1 to 128 visible ASCII characters, others for each token')
  if (!isScope(resources, (text) => RESOURCE_ID.test(text)))
    return wrong('"resources" has to be a list of resource ids')
  if (!isScope(origins, isOriginEntry)) return wrong('"origins" has to be a list of origins')
  return {
    sub: signer.id,
    user: sub,
    iat: issued,
    nbf: Math.max(issued, begins ?? issued),
    leeway: LEEWAY,
    exp: ends,
    jti: typeof jti === 'string' ? jti : '',
    gen: 0,
    rev: signer.version,
    key: key.thumbprint,
    refresh: 'signed',
    ...(resources && { resources }),
    ...(origins && { origins }),
  }
}

/** Claims of a token to try on the edge's own pages what a signer's tokens open for a user. It spends nothing. */
export function signedPreviewClaims(
  { id, version }: Signer,
  { user, resource }: { user: string; resource: string },
  now: Instant,
  jti: string,
  since: Instant,
): Claims {
  return {
    sub: id,
    user,
    iat: Math.max(now, since),
    nbf: now,
    exp: now + PREVIEW_LIFE,
    jti,
    gen: 0,
    rev: version,
    refresh: 'signed',
    resources: [resource],
    preview: true,
  }
}

/** How a user stands, whoever signs for them. */
export type LinkedState = Pick<Standing, 'biuwerTokens' | 'signOut'>

/**
 * How a signer and a user stand together, in the words of a token record's standing.
 * @param user null: one whom the signer is not for. Of such a user a host is told nothing, sign-outs included
 */
export function signedStanding(signer: Signer, user: LinkedState | null): Standing {
  const signOut = user?.signOut
  const restored = { at: signer.tokensSince, tokensSince: signer.tokensSince }
  return {
    revokedAt: signer.revokedAt,
    revision: signer.version,
    resources: signer.resources,
    origins: signer.origins,
    generation: 0,
    generationEnds: {},
    to: null,
    signOut: signOut && signOut.tokensSince > signer.tokensSince ? signOut : restored,
    biuwerTokens: user?.biuwerTokens ?? null,
    keys: signer.keys.map(({ thumbprint }) => thumbprint),
  }
}

function wrong(detail: string): WrongClaims {
  return { detail: `The signature holds, but ${detail}.` }
}

/** A NumericDate (RFC 7519 §2), its fraction cut off; undefined: it is none, or of no year that the edge reckons with. */
function numericDate(value: unknown): Instant | undefined {
  if (typeof value !== 'number') return undefined
  const seconds = Math.floor(value)
  return isInstant(seconds) ? seconds : undefined
}

/** Whether a claim narrows what a token opens: a list that is not empty. Absent, or null: it does not narrow. */
function isScope(claim: unknown, isEntry: (text: string) => boolean): claim is string[] | null | undefined {
  if (claim === undefined || claim === null) return true
  return (
    Array.isArray(claim) &&
    claim.length > 0 &&
    claim.every((entry) => typeof entry === 'string' && isEntry(entry))
  )
}
