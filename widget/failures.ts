import type { Code, Timestamp } from '../worker/wire.ts'
import type { Messages } from './messages/en.ts'
import type { Reason } from './token-source.ts'

/** Why nothing is shown: a code of the edge's, or one of the tag's own. */
export type EmbedCode = Code | 'frame_unreachable' | 'frame_blocked' | 'timeout' | 'provider_failed'

export interface EmbedError {
  readonly code: EmbedCode
  /** In English, for developers; the panel speaks the reader's language. */
  readonly message: string
  /** What the edge's log calls the request; null where the edge wasn't asked. */
  readonly requestId: string | null
  /** Whether trying again can help. */
  readonly retryable: boolean
  /** With `token_not_yet_valid`: when it will be. */
  readonly validFrom: Date | null
}

/** What the frame reported, or the tag found itself. */
export interface Failure {
  code: EmbedCode
  detail?: string | undefined
  request_id?: string | undefined
  /** Seconds. */
  retry_after?: number | undefined
  valid_from?: Timestamp | undefined
}

const CAUSES: Partial<Record<EmbedCode, keyof Messages>> = {
  token_not_yet_valid: 'early',
  token_expired: 'ended',
  session_expired: 'ended',
  token_revoked: 'withdrawn',
  session_revoked: 'withdrawn',
  token_spent: 'used',
  resource_not_allowed: 'denied',
  origin_not_allowed: 'denied',
  user_not_linked: 'denied',
  rate_limited: 'away',
  unavailable: 'away',
  internal: 'away',
  timeout: 'away',
  frame_unreachable: 'away',
  provider_failed: 'away',
}

/** How to put it to the reader; what only a developer can mend reads alike. */
export function causeOf(code: EmbedCode): keyof Messages {
  return CAUSES[code] ?? 'setup'
}

/** Passes by itself: the same request may succeed later. */
export function transient(code: EmbedCode): boolean {
  return causeOf(code) === 'away'
}

/** What to tell the provider, where another value is the cure. */
export const CURES: Partial<Record<EmbedCode, Reason>> = {
  token_expired: 'expired',
  token_spent: 'spent',
  session_expired: 'expired',
  session_revoked: 'revoked',
}
