import type { Claims } from './issue.ts'
import { outside } from './scope.ts'
import { isRecent, isWithdrawn, type Standing } from './standing.ts'
import type { Instant } from './time.ts'

/** What follows an opening: how long the session lasts, and what ends it early. */

/** What a session remembers of how it was opened. */
export interface SessionClaims {
  /** When the registry gave the lease that opened it; absent in a session that an earlier version opened. */
  at?: Instant
  /** The session's id. */
  sid: string
  /** The record's id. */
  sub: string
  gen: number
  rev: number
  link: string
  /** The resource. */
  res: string
  /** The host page's origin; null: a preview. */
  org: string | null
  exp: Instant
}

export type SessionRefusal = 'session_revoked' | 'session_expired'

/** Why a running session has to end. Sessions of a user who was linked anew still show the former Biuwer token. */
export function sessionRefusal(
  session: SessionClaims,
  standing: Standing,
  now: Instant,
): SessionRefusal | undefined {
  if (now >= sessionEndNow(session, standing)) return 'session_expired'
  if (isWithdrawn(session.gen, standing, now)) return 'session_revoked'
  if (standing.link !== session.link) return 'session_revoked'
  if (outside(standing, { resource: session.res, origin: session.org })) return 'session_revoked'
  return undefined
}

/** When a session ends by itself: the earliest of its longest life, the record's end and the token's. */
export function sessionEnd(claims: Claims, to: Instant | null, ttl: number, now: Instant): Instant {
  const ends = [now + ttl]
  if (to !== null) ends.push(to)
  // The short life of a single-use token bounds its spending, not what it opened.
  if (!claims.spend && claims.exp !== undefined) ends.push(claims.exp)
  return Math.min(...ends)
}

/** The end of a running session as the registry has it now: the record's end may have come nearer. */
export function sessionEndNow(session: SessionClaims, standing: Standing): Instant {
  return standing.to === null ? session.exp : Math.min(session.exp, standing.to)
}

/**
 * Whether a cached lease may judge a running session. A lease newer than the one that opened the session always may,
 * even if it no longer matches the session: otherwise a session that was ended would make every check ask the registry
 * again.
 *
 * @param leasedAt undefined in a lease that an earlier version left in KV
 */
export function isRecentForSession(
  session: SessionClaims,
  standing: Standing,
  leasedAt: Instant | undefined,
): boolean {
  const isNewer = session.at !== undefined && leasedAt !== undefined && leasedAt > session.at
  return isNewer || (isRecent(standing, session) && standing.link === session.link)
}
