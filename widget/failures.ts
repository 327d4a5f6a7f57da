import type { Code } from '../worker/wire.ts'
import type { EdgeFailure } from './frame-document/protocol.ts'
import { en, type Messages } from './panel/messages/en.ts'
import type { Reason } from './session/token-source.ts'

/** Why nothing is shown: a code of the edge's, or one of the tag's own. */
export type EmbedCode =
  | Code
  | 'frame_unreachable'
  | 'frame_blocked'
  | 'timeout'
  | 'provider_failed'
  | 'signed_out'

export interface EmbedError {
  readonly code: EmbedCode
  /** In English, for developers; the panel speaks the reader's language. */
  readonly message: string
  /** What the edge's log calls the request; null where the edge wasn't asked. */
  readonly requestId: string | null
  /** Whether trying again can help. */
  readonly retryable: boolean
  /** When it begins: the token with `token_not_yet_valid`, Biuwer's own with `biuwer_token_not_yet_valid`. */
  readonly validFrom: Date | null
}

/** What the frame reported, or the tag found itself. */
export interface Failure extends Omit<EdgeFailure, 'code'> {
  code: EmbedCode
}

const TRANSIENT =
  /^(rate_limited|(biuwer_)?unavailable|internal|timeout|frame_(unreachable|withdrawn)|provider_failed)$/

/** Whether the failure may pass by itself, so that the same request may succeed later. */
export function transient(code: EmbedCode): boolean {
  return TRANSIENT.test(code)
}

/** The reason to give the page, for failures that a new token can mend. */
export const CURES: Partial<Record<EmbedCode, Reason>> = {
  // The edge no longer has the key that signed it.
  token_invalid: 'revoked',
  token_expired: 'expired',
  token_spent: 'spent',
  session_expired: 'expired',
  session_revoked: 'revoked',
}

/** Codes that read as others do. */
const ALIKE: Partial<Record<EmbedCode, keyof Messages>> = {
  token_malformed: 'token_invalid',
  frame_withdrawn: 'unavailable',
  session_revoked: 'token_revoked',
}

/** The message for the reader. Codes that only a developer can mend share one. */
export function wordsFor(code: EmbedCode, words: Messages): string {
  const known = ALIKE[code] ?? code
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
