import type { Signer } from '../policy/signer.ts'
import type { SignOut, Standing } from '../policy/standing.ts'
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
  /** null with `standing.link` null. */
  sealed: Sealed | null
}

/** What the edge may believe of a signer. */
export interface SignerLease extends Term {
  signer: Signer
}

/** What the edge may believe of a user, whoever signs for them. */
export interface UserLease extends Term {
  link: string | null
  /** null with `link` null. */
  sealed: Sealed | null
  signOut?: SignOut
}
