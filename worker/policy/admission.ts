import type { Claims } from './issue.ts'
import { type AllowedOrigins, isAllowed } from './origins.ts'
import type { Instant } from './time.ts'

/** What somebody wants to open, and where. */
export interface Ask {
  resource: string
  /** The host page's origin, as the browser told the frame; null: the edge's own page, in a preview. */
  origin: string | null
}

export interface Deployment {
  allowedOrigins: AllowedOrigins
  /** The edge's own origin: a host page there could read the frame, so it is one for previews alone. */
  edgeOrigin: string
}

export type Refusal =
  | { code: 'token_not_yet_valid'; validFrom: Instant }
  | { code: 'token_expired' }
  | { code: 'token_revoked' }
  | { code: 'token_spent' }
  | { code: 'token_invalid' }
  | { code: 'token_malformed' }
  | { code: 'resource_not_allowed' }
  | { code: 'origin_not_allowed' }
  | { code: 'user_not_linked' }

/** What a value says of itself against what is asked: decided without storage. */
export function scopeRefusal(
  claims: Claims,
  ask: { resource: string; origin: string },
  place: Deployment,
  now: Instant,
): Refusal | undefined {
  if (now < claims.nbf) return { code: 'token_not_yet_valid', validFrom: claims.nbf }
  if (claims.exp !== undefined && now >= claims.exp) return { code: 'token_expired' }
  const mayOpen = claims.preview ? ask.origin === place.edgeOrigin : isHost(ask.origin, place)
  return mayOpen ? outside(claims, ask) : { code: 'origin_not_allowed' }
}

/** Whether pages of this origin may hold dashboards. */
export function isHost(origin: string, { allowedOrigins, edgeOrigin }: Deployment): boolean {
  return origin !== edgeOrigin && isAllowed(origin, allowedOrigins)
}

/** What a value or a record opens; null or absent: any. */
interface Scope {
  resources?: string[] | null
  origins?: string[] | null
}

export function outside(scope: Scope, ask: Ask): Refusal | undefined {
  if (scope.resources && !scope.resources.includes(ask.resource)) return { code: 'resource_not_allowed' }
  if (scope.origins && ask.origin !== null && !scope.origins.includes(ask.origin))
    return { code: 'origin_not_allowed' }
  return undefined
}

/** What the registry says of a record and its user, as far as opening and staying open depend on it. */
export interface Standing {
  revokedAt: Instant | null
  revision: number
  resources: string[] | null
  origins: string[] | null
  generation: number
  /** When values of earlier generations end, or ended. */
  generationEnds: Record<number, Instant>
  to: Instant | null
  /** Which linking of the user to Biuwer holds; null: none. */
  link: string | null
}

/**
 * Whether the record behind a value still stands, and still opens what is asked: decided from the registry's
 * word, at most a lease old. Without `ask`, only whether it stands.
 */
export function standingRefusal(
  claims: Claims,
  ask: Ask | undefined,
  standing: Standing,
  now: Instant,
): Refusal | undefined {
  if (standing.revokedAt !== null || generationEnded(claims.gen, standing, now))
    return { code: 'token_revoked' }
  // The value's own end again: asking the registry took time.
  const ends = [standing.to, claims.exp ?? null]
  if (ends.some((end) => end !== null && now >= end)) return { code: 'token_expired' }
  if (standing.link === null) return { code: 'user_not_linked' }
  return ask && outside(standing, ask)
}

/** What a session remembers of how it was opened. */
export interface SessionClaims {
  /** When the registry gave the word that opened it; absent where an edge that did not say so opened it. */
  at?: Instant
  /** The session's id. */
  sid: string
  /** The record's id. */
  sub: string
  gen: number
  rev: number
  link: string
  /** What was opened, and where; null: in a preview. */
  res: string
  org: string | null
  exp: Instant
}

/** Why a running session has to end. A re-linked user's sessions still show the former Biuwer token. */
export function sessionRefusal(
  session: SessionClaims,
  standing: Standing,
  now: Instant,
): 'session_revoked' | 'session_expired' | undefined {
  if (now >= sessionEndNow(session, standing)) return 'session_expired'
  if (standing.revokedAt !== null || generationEnded(session.gen, standing, now)) return 'session_revoked'
  if (standing.link !== session.link) return 'session_revoked'
  if (outside(standing, { resource: session.res, origin: session.org })) return 'session_revoked'
  return undefined
}

/** The end of a running session, as the registry's word has it now: a record's end may have come nearer. */
export function sessionEndNow(session: SessionClaims, standing: Standing): Instant {
  return standing.to === null ? session.exp : Math.min(session.exp, standing.to)
}

/** When a session ends by itself: the earliest of its longest life, the record's end and the value's. */
export function sessionEnd(claims: Claims, to: Instant | null, ttl: number, now: Instant): Instant {
  const ends = [now + ttl]
  if (to !== null) ends.push(to)
  // A single-use value's short life bounds its spending, not what it opened.
  if (!claims.spend && claims.exp !== undefined) ends.push(claims.exp)
  return Math.min(...ends)
}

/** Whether the registry's word is recent enough to judge what came from this generation and revision. */
export function isRecent(standing: Standing, from: { gen: number; rev: number }): boolean {
  return from.gen <= standing.generation && from.rev <= standing.revision
}

/**
 * The same of what judges a running session. Any word given later than the one that opened it will do, so that a
 * session that has to end makes nobody ask again and again.
 *
 * @param givenAt undefined: nobody knows when, as of a lease that an earlier version left in KV
 */
export function isRecentForSession(
  session: SessionClaims,
  standing: Standing,
  givenAt: Instant | undefined,
): boolean {
  const isLater = session.at !== undefined && givenAt !== undefined && givenAt > session.at
  return isLater || (isRecent(standing, session) && standing.link === session.link)
}

function generationEnded(generation: number, standing: Standing, now: Instant): boolean {
  if (generation === standing.generation) return false
  const end = standing.generationEnds[generation]
  return end === undefined || now >= end
}
