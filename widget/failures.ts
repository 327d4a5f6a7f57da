import type { Code, Timestamp } from '../worker/wire.ts'
import { en, type Messages } from './panel/messages/en.ts'
import type { Reason } from './session/token-source.ts'

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
  /** The edge's clock when it answered, in milliseconds. */
  now?: number | undefined
}

/** Pass by themselves: the same request may succeed later. */
const PASSING = /^(rate_limited|unavailable|internal|timeout|frame_unreachable|provider_failed)$/

export function transient(code: EmbedCode): boolean {
  return PASSING.test(code)
}

/** What to tell the provider, where another value is the cure. */
export const CURES: Partial<Record<EmbedCode, Reason>> = {
  // The edge no longer has the key that signed it.
  token_invalid: 'revoked',
  token_expired: 'expired',
  token_spent: 'spent',
  session_expired: 'expired',
  session_revoked: 'revoked',
}

/** How to put it to the reader; what only a developer can mend reads alike. */
export function wordsFor(code: EmbedCode, words: Messages): string {
  const known = code === 'token_malformed' ? 'token_invalid' : code
  return known in words ? words[known as keyof Messages] : words.setup
}

export function describe(failure: Failure, curable: boolean): EmbedError {
  const { code, detail, request_id, valid_from } = failure
  return {
    code,
    message: detail ?? wordsFor(code, en),
    requestId: request_id ?? null,
    retryable: curable || transient(code),
    validFrom: valid_from ? new Date(valid_from) : null,
  }
}
