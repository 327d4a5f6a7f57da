import type { LinkedState, Signer } from '../policy/signer.ts'
import type { Standing } from '../policy/standing.ts'
import type { Instant } from '../policy/time.ts'
import type { Sealed } from './vault.ts'

/** From when until when the edge may believe something without asking the registry. */
export interface Term {
  leasedAt: Instant
  leasedUntil: Instant
}

/** What the edge may believe of a token record, and of its user. */
export interface Lease extends Term {
  user: string
  standing: Standing
  /** The user's Biuwer tokens that an opening may take before the lease ends, by their ids. */
  sealed: Record<string, Sealed>
}

/** What the edge may believe of a signer. */
export interface SignerLease extends Term {
  signer: Signer
}

/** What the edge may believe of a user, whoever signs for them. */
export interface UserLease extends Term, LinkedState {
  /** The Biuwer tokens that an opening may take before the lease ends, by their ids. */
  sealed: Record<string, Sealed>
}
