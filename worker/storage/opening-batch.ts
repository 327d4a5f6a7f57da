import type { Refusal } from '../policy/refusal.ts'
import type { Instant } from '../policy/time.ts'

/** What an isolate writes into the opening log at once. */
export interface Batch {
  /** Tells the batch from every other one, so that one which is written again is counted once. */
  id: string
  counts: Count[]
  refusals: Refusal[]
}

/** Openings that are counted together. */
export interface Count {
  /** The hour in which they were asked for, by its beginning. */
  hour: Instant
  /** `opened`, or the code of the refusal. */
  code: string
  /** The record's refresh policy, `signed` or `preview`. */
  policy: string
  /** null: one among others that are not told apart. */
  resource: string | null
  /** The id of the token's record, or of the signer. */
  subject: string
  /** Empty: the token names nobody who could be a user. */
  user: string
  count: number
}
