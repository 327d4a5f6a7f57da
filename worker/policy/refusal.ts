import { LONGEST_ORIGIN } from './bounds.ts'
import type { OpeningCheckName } from './explanation.ts'
import { isAppOrigin, isWebOrigin } from './origins.ts'
import type { Instant } from './time.ts'

/** Refused openings, as the edge remembers them. */

/** The check that a refused opening failed: one of an explanation's, or the one of the frame that asked. */
export type FailedCheck = OpeningCheckName | 'frame'

/** The check behind each code that an opening is refused with once the signature of its token holds. */
export const CHECKS = {
  token_invalid: 'record',
  token_not_yet_valid: 'validity',
  token_expired: 'validity',
  resource_not_allowed: 'resource',
  origin_not_allowed: 'origin',
  frame_exposed: 'frame',
  token_revoked: 'revocation',
  user_not_linked: 'user',
  biuwer_token_not_yet_valid: 'biuwer_token',
  biuwer_token_expired: 'biuwer_token',
  biuwer_unavailable: 'biuwer_token',
  token_spent: 'single_use',
} as const satisfies Record<string, FailedCheck>

export type RefusalCode = keyof typeof CHECKS
export const REFUSAL_CODES = Object.keys(CHECKS) as [RefusalCode, ...RefusalCode[]]

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(CHECKS, code)
}

/** A refused opening. */
export interface Refusal {
  requestId: string
  at: Instant
  code: RefusalCode
  check: FailedCheck
  /** Why, as an explanation says it, or else as the request was answered; null: as the code's own text. */
  detail: string | null
  /** The id of the token's record, or of the signer. */
  subject: string
  /** null: the token names nobody who could be a user. */
  user: string | null
  resource: string
  /** The host page's origin; null: what the browser reported is none. */
  origin: string | null
}

/** What a frame reported as its page's origin, if it is one: it may report anything, of any length. */
export function reportedOrigin(text: string): string | null {
  if (text.length > LONGEST_ORIGIN) return null
  return isWebOrigin(text) || isAppOrigin(text) ? text : null
}
