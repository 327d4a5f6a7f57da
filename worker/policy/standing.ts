import {
  type BiuwerInterval,
  type BiuwerTokenRefusal,
  biuwerTokenAt,
  biuwerTokenRefusal,
} from './biuwer-token.ts'
import type { Claims } from './issue.ts'
import { type Ask, type OutOfScope, outside } from './scope.ts'
import type { Instant } from './time.ts'

/** The second stage of an opening: what the registry says of the record, or of the signer, at most a lease ago. */

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
  /** The last sign-out, of the user or of everybody. Absent: there was none, or a version without any gave the lease. */
  signOut?: SignOut
  /** The user's Biuwer tokens that have not ended, in the order in which they came; null: the user is not linked. */
  biuwerTokens: readonly BiuwerInterval[] | null
  /** The keys of a signer, by their thumbprints. Absent: a record, whose tokens the edge's own keys sign. */
  keys?: readonly string[]
}

/** A sign-out, and the least `iat` of tokens that it did not end. */
export interface SignOut {
  at: Instant
  tokensSince: Instant
}

export type StandingRefusal =
  | { code: 'token_revoked' }
  | { code: 'token_expired' }
  | { code: 'user_not_linked' }
  | BiuwerTokenRefusal
  | OutOfScope

/** Why the record behind a token lets nothing open, or not what is asked. Without `ask`: whether it stands at all. */
export function standingRefusal(
  claims: Claims,
  ask: Ask | undefined,
  standing: Standing,
  now: Instant,
): StandingRefusal | undefined {
  if (isWithdrawn(claims, standing, now)) return { code: 'token_revoked' }
  if (hasExpired(claims, standing, now)) return { code: 'token_expired' }
  if (!isLinked(standing)) return { code: 'user_not_linked' }
  return (ask && outside(standing, ask)) ?? biuwerTokenRefusal(standing.biuwerTokens, now)
}

/** Whether a token is of the user whom its record stands for. A token of version 0.1.0 does not name its user. */
export function standsFor({ user }: Pick<Claims, 'user'>, recordUser: string): boolean {
  return user === undefined || user === recordUser
}

/**
 * Whether a token was ended: by the revocation of its record, by a sign-out, or by a rotation whose overlap is over; one of
 * a signer also when its key was taken away.
 */
export function isWithdrawn(
  { gen, iat, key }: Pick<Claims, 'gen' | 'iat' | 'key'>,
  standing: Standing,
  now: Instant,
): boolean {
  if (standing.revokedAt !== null || isSignedOut(iat, standing)) return true
  if (key !== undefined && !standing.keys?.includes(key)) return true
  if (gen === standing.generation) return false
  const end = standing.generationEnds[gen]
  return end === undefined || now >= end
}

/** Whether a sign-out ended the tokens of this `iat`. */
export function isSignedOut(iat: Instant, { signOut }: Pick<Standing, 'signOut'>): boolean {
  return signOut !== undefined && iat < signOut.tokensSince
}

/** Whether the record or the token has ended. The token's end is looked at again: asking the registry took time. */
export function hasExpired({ exp }: Pick<Claims, 'exp'>, { to }: Standing, now: Instant): boolean {
  return (to !== null && now >= to) || (exp !== undefined && now >= exp)
}

export function isLinked(
  standing: Standing,
): standing is Standing & { biuwerTokens: readonly BiuwerInterval[] } {
  return standing.biuwerTokens !== null
}

/** Whether the registry spoke after the rotation or change that a token came from: its word may judge the token. */
export function isRecent(standing: Standing, from: { gen: number; rev: number }): boolean {
  return from.gen <= standing.generation && from.rev <= standing.revision
}

/** Whether a Biuwer token of the user is valid: where none is, the next one may have come a moment ago. */
export function hasBiuwerToken({ biuwerTokens }: Standing, now: Instant): boolean {
  return biuwerTokens !== null && biuwerTokenAt(biuwerTokens, now) !== undefined
}
