import type { BiuwerRefresh } from '../policy/biuwer-refresh.ts'
import type { BiuwerToken } from '../policy/biuwer-token.ts'
import type { BearerKey } from '../policy/caller.ts'
import type { Draw } from '../policy/issue.ts'
import type { TokenRecord } from '../policy/record.ts'
import type { Signer } from '../policy/signer.ts'
import type { Instant } from '../policy/time.ts'
import type { Updated } from '../policy/update.ts'
import type { VaultEntry } from './biuwer-tokens.ts'
import type { Made, Mismatch } from './repetitions.ts'
import type { Resealed } from './resealing.ts'
import type { User } from './user-row.ts'

/** What the registry is asked to change, and how it answers. */

/** How Biuwer tokens are to be replaced, and whether the edge has a token source that could do so. */
export interface Refreshing {
  biuwerRefresh: BiuwerRefresh
  hasSource: boolean
}

/** A user's Biuwer token to put into the vault, in place of all others. */
export interface Linking {
  user: string
  refresh: Refreshing
  /** null: the user's Biuwer tokens stay as they are. */
  entry: VaultEntry | null
  /**
   * The entry that the caller has seen to hold the very same Biuwer token. If the user still has it, its id stays, and with
   * it the sessions that it opened.
   */
  keepIfStill: string | null
}

/** A record that gives out a token, and the least `iat` that the token may have: later than every sign-out. */
export interface Giving {
  record: TokenRecord
  tokensSince: Instant | undefined
}

/** A change, when it was made, and what its answer says of it. */
type Changed<Facts, Refusal extends string = never> =
  | Made<Facts & { at: Instant }>
  | Mismatch
  | (Refusal extends string ? { outcome: Refusal } : never)

/** What is told of a user after a change. */
export type UserFacts = Pick<User, 'user' | 'linkedAt' | 'updatedAt' | 'biuwerRefresh'>

/** `created`: the user was not linked before. */
export type Linked = Changed<UserFacts & { created: boolean }, 'no_source'>
export type UpdatedUser = Changed<UserFacts, 'unknown' | 'no_source'>
export type AddedBiuwerToken = Changed<{ token: BiuwerToken }, 'unknown' | 'conflict'>
export type DeletedBiuwerToken = Changed<{ token: BiuwerToken }, 'unknown'>
export type SignedOut<Refusal extends string = never> = Changed<object, Refusal>
export type Revoked<Refusal extends string = never> = Changed<{ revoked: number }, Refusal>
/** `draw` is kept with the record: it makes the same token again. */
export type Created = Changed<Giving & { draw: Draw }, 'not_linked'>
export type Rotated = Changed<Giving & { draw: Draw }, 'unknown' | 'changed_meanwhile' | 'conflict'>
export type ChangedRecord = Changed<{ record: TokenRecord }, 'unknown' | 'changed_meanwhile' | 'conflict'>
export type Rescoped = ChangedRecord | Extract<Updated, { outcome: 'invalid' }>
export type Refreshed =
  | ({ outcome: 'given' } & Giving)
  | { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }
export type CreatedKey = Changed<{ key: BearerKey; seed: string }>
export type RevokedKey = Changed<{ key: BearerKey }, 'unknown'>
export type CreatedSigner = Changed<{ signer: Signer }>
export type ChangedSigner = Changed<{ signer: Signer }, 'unknown' | 'changed_meanwhile' | 'conflict'>
/** `tokensSince`: the least `iat` that a token of the signer may have for the user. */
export type PreviewedUser =
  | Made<{ signer: Signer; tokensSince: Instant }>
  | Mismatch
  | { outcome: 'unknown' | 'conflict' }
export type Previewed = Made<Giving> | Mismatch | { outcome: 'unknown' | 'conflict' | 'resource_not_allowed' }

/** A step of a re-encryption: the entries that it replaces, and what its answer says besides. */
export interface Resealing {
  entries: Resealed[]
  /** The key that has sealed the new entries. */
  kid: string
  unopened: { user: string; kid: string }[]
  /** The last entry of the step; null: there are no more. */
  next: string | null
}

export type Replaced =
  | Made<{ reencrypted: number; remaining: number } & Pick<Resealing, 'unopened' | 'next'>>
  | Mismatch
export type Restored = Made<{ imported: number; skipped: number }> | Mismatch
