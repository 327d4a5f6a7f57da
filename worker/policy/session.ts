import { BIUWER_TOKEN_PREFIX, type BiuwerInterval } from './biuwer-token.ts'
import type { Claims } from './issue.ts'
import { type HostRules, isHost, outside } from './scope.ts'
import type { Signer } from './signer.ts'
import { isRecent, isWithdrawn, type Standing } from './standing.ts'
import type { Instant } from './time.ts'

/** What follows an opening: how long the session lasts, and what ends it early. */

/** What a session remembers of how it was opened. */
export interface SessionClaims {
  /** When the registry gave the lease that opened it; absent in a session that an earlier version opened. */
  at?: Instant
  /** When it was opened; absent in a session that version 0.1.0 opened. */
  opened?: Instant | undefined
  /** The session's id. */
  sid: string
  /** The id of the record, or of the signer. */
  sub: string
  /** The user, whom a signer does not name. Absent in a session of a record. */
  user?: string | undefined
  /** The signer's key that has signed its token, by its thumbprint. */
  key?: string | undefined
  /** The `iat` of its token; absent in a session that an earlier version opened, which any sign-out ends. */
  iat?: Instant
  gen: number
  rev: number
  /** The Biuwer token that it shows, by the part of its id after the `_`. */
  link: string
  /** The resource. */
  res: string
  /** The host page's origin; null: a preview. */
  org: string | null
  exp: Instant
}

export type SessionRefusal = 'session_revoked' | 'session_expired'

/** What the settings of today say of sessions. */
export interface SessionRules extends HostRules {
  /** Seconds that a session lasts: `SESSION_TTL`. */
  sessionTtl: number
}

/**
 * Why a running session has to end, by what the registry says of its record, and by the settings of today. Sessions of a
 * user who was linked anew still show the former Biuwer token.
 */
export function sessionRefusal(
  session: SessionClaims,
  standing: Standing,
  rules: SessionRules,
  now: Instant,
): SessionRefusal | undefined {
  if (now >= sessionEndNow(session, standing, rules)) return 'session_expired'
  if (session.org !== null && !isHost(session.org, rules)) return 'session_revoked'
  const { gen, iat = 0, key } = session
  if (isWithdrawn({ gen, iat, ...(key !== undefined && { key }) }, standing, now)) return 'session_revoked'
  if (!shown(session, standing)) return 'session_revoked'
  if (outside(standing, { resource: session.res, origin: session.org })) return 'session_revoked'
  return undefined
}

/**
 * When a session ends by itself: the earliest of its longest life, the record's end, the Biuwer token's and the token's.
 * @param tos ends of the record and of the Biuwer token; null: none
 */
export function sessionEnd(claims: Claims, tos: (Instant | null)[], ttl: number, now: Instant): Instant {
  const ends = [now + ttl, ...tos.filter((to) => to !== null)]
  // The short life of a single-use token bounds its spending, not what it opened.
  if (!claims.spend && claims.exp !== undefined) ends.push(claims.exp)
  return Math.min(...ends)
}

/** The end of a running session as it is now: the ends of record and Biuwer token, and the longest life, may have come nearer. */
export function sessionEndNow(
  session: SessionClaims,
  standing: Standing,
  { sessionTtl }: Pick<SessionRules, 'sessionTtl'>,
): Instant {
  const { exp, opened } = session
  const ends = [exp, standing.to, shown(session, standing)?.to].filter((end) => typeof end === 'number')
  if (opened !== undefined) ends.push(opened + sessionTtl)
  return Math.min(...ends)
}

/**
 * Whether a cached lease may judge a running session. A lease newer than the one that opened the session always may,
 * even if it no longer matches the session: otherwise a session that was ended would make every check ask the registry
 * again.
 */
export function isRecentForSession(session: SessionClaims, standing: Standing, leasedAt: Instant): boolean {
  const isNewer = session.at !== undefined && leasedAt > session.at
  return isNewer || (isRecent(standing, session) && shown(session, standing) !== undefined)
}

/**
 * Whether a cached lease of the signer may judge a running session: one from before the signer's last change could end it
 * wrongly.
 */
export function isSignerRecentForSession(
  session: SessionClaims,
  { version }: Pick<Signer, 'version'>,
  leasedAt: Instant,
): boolean {
  const isNewer = session.at !== undefined && leasedAt > session.at
  return isNewer || session.rev <= version
}

/** The id of the Biuwer token that a session shows. */
export function biuwerTokenId({ link }: Pick<SessionClaims, 'link'>): string {
  return `${BIUWER_TOKEN_PREFIX}${link}`
}

/** The Biuwer token that a session shows; undefined: it is none of the user's any more. */
function shown(session: SessionClaims, { biuwerTokens }: Standing): BiuwerInterval | undefined {
  return biuwerTokens?.find(({ id }) => id === biuwerTokenId(session))
}
