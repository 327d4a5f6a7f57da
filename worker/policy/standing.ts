import type { Claims } from './issue.ts'
import { type Ask, type OutOfScope, outside } from './scope.ts'
import type { Instant } from './time.ts'

/** The second stage of an opening: what the registry says of the record behind a token, at most a lease ago. */

/** The state of a record and its user, as far as opening and staying open depend on it. */
export interface Standing {
  revokedAt: Instant | null
  revision: number
  resources: string[] | null
  origins: string[] | null
  generation: number
  /** When tokens of earlier generations end. A generation that is missing has ended. */
  generationEnds: Record<number, Instant>
  to: Instant | null
  /** Which linking of the user to Biuwer holds; null: none. */
  link: string | null
}

export type StandingRefusal =
  | { code: 'token_revoked' }
  | { code: 'token_expired' }
  | { code: 'user_not_linked' }
  | OutOfScope

/** Why the record behind a token lets nothing open, or not what is asked. Without `ask`: whether it stands at all. */
export function standingRefusal(
  claims: Claims,
  ask: Ask | undefined,
  standing: Standing,
  now: Instant,
): StandingRefusal | undefined {
  if (isWithdrawn(claims.gen, standing, now)) return { code: 'token_revoked' }
  if (hasExpired(claims, standing, now)) return { code: 'token_expired' }
  if (!isLinked(standing)) return { code: 'user_not_linked' }
  return ask && outside(standing, ask)
}

/** Whether a token is of the user whom its record stands for. A token of version 0.1.0 does not name its user. */
export function standsFor({ user }: Pick<Claims, 'user'>, recordUser: string): boolean {
  return user === undefined || user === recordUser
}

/** Whether the record was revoked, or the generation rotated out and its overlap is over. */
export function isWithdrawn(generation: number, standing: Standing, now: Instant): boolean {
  if (standing.revokedAt !== null) return true
  if (generation === standing.generation) return false
  const end = standing.generationEnds[generation]
  return end === undefined || now >= end
}

/** Whether the record or the token has ended. The token's end is looked at again: asking the registry took time. */
export function hasExpired({ exp }: Pick<Claims, 'exp'>, { to }: Standing, now: Instant): boolean {
  return (to !== null && now >= to) || (exp !== undefined && now >= exp)
}

export function isLinked(standing: Standing): standing is Standing & { link: string } {
  return standing.link !== null
}

/** Whether the registry spoke after the rotation or change that a token came from: its word may judge the token. */
export function isRecent(standing: Standing, from: { gen: number; rev: number }): boolean {
  return from.gen <= standing.generation && from.rev <= standing.revision
}
