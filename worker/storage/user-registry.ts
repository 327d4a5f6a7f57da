import { clock } from '../clock.ts'
import type { BiuwerRefresh } from '../policy/biuwer-refresh.ts'
import { type BiuwerInterval, biuwerTokenStatus } from '../policy/biuwer-token.ts'
import type { UserPatterns } from '../policy/caller.ts'
import type { LinkedState } from '../policy/signer.ts'
import type { Instant } from '../policy/time.ts'
import { AccessRegistry } from './access-registry.ts'
import {
  type Asking,
  addBiuwerToken,
  claimAskings,
  claimEnded,
  dropBiuwerToken,
  type EndedBiuwerToken,
  forgetEnded,
  keepAnswer,
  noteFailure,
  planRefresh,
  tellAgain,
} from './biuwer-refreshes.ts'
import { biuwerTokensOf, deleteBiuwerToken, putEntry, type VaultEntry } from './biuwer-tokens.ts'
import type { Lease } from './lease-types.ts'
import { type LinkedUser, linkedUser, putUser, type UserQuery, userPage } from './linked-users.ts'
import type {
  AddedBiuwerToken,
  DeletedBiuwerToken,
  Linked,
  Linking,
  Refreshing,
  Revoked,
  SignedOut,
  UpdatedUser,
} from './registry-answers.ts'
import type { ChangeRequest } from './repetitions.ts'
import { reviewSessions } from './session-tokens-of.ts'
import { lastSignOut, signOut } from './sign-outs.ts'
import { revokeAll } from './token-records.ts'
import { atOpeningId, toUser, type User, type UserRow } from './user-row.ts'

/** By whom the audit says that the token source was asked. */
const BY_ITSELF = { actor: 'token source', users: null }

/** The part of the registry that knows the users, and Biuwer's own tokens of each. */
export abstract class UserRegistry extends AccessRegistry {
  user(user: string): User | null {
    const [row] = this.sql.exec<UserRow>('SELECT * FROM users WHERE user = ?', user).toArray()
    return row ? toUser(row) : null
  }

  /** A user, and how many of its records a revocation would end. */
  linkedUser(user: string): LinkedUser | null {
    return linkedUser(this.sql, user, clock())
  }

  /** A page of users that a key is for, by name. */
  listUsers(query: UserQuery, visible: UserPatterns): { users: LinkedUser[]; next: string | null } {
    return userPage(this.sql, query, visible, clock())
  }

  /** Links a user, or links it anew. Without a Biuwer token, those of the user stay as they are. */
  link({ user, entry, keepIfStill, refresh }: Linking, request: ChangeRequest): Linked {
    return this.change(request, (now) => {
      const { biuwerRefresh } = refresh
      if (lacksSource(refresh)) return { outcome: 'no_source' }
      const before = this.user(user)
      const kept = biuwerTokensOf(this.sql, user).find(({ id }) => id === keepIfStill)
      this.note('user.link', user, request, now)
      const linked = {
        user,
        linkedAt: before?.linkedAt ?? now,
        updatedAt: now,
        biuwerRefresh,
        atOpening: this.#atOpening(before, biuwerRefresh, entry !== null),
      }
      putUser(this.sql, linked)
      if (entry) {
        // The very same Biuwer token goes on: the source is not told that it has ended.
        if (kept) deleteBiuwerToken(this.sql, user, kept.id)
        for (const former of biuwerTokensOf(this.sql, user)) dropBiuwerToken(this.sql, user, former, now)
        putEntry(this.sql, user, kept ? { ...entry, id: kept.id, addedAt: kept.addedAt } : entry)
      }
      planRefresh(this.sql, user, biuwerRefresh, now)
      this.reviewSessions(before)
      const { linkedAt, updatedAt } = linked
      return { made: { at: now, user, linkedAt, updatedAt, biuwerRefresh, created: before === null } }
    })
  }

  /** Sets how a user's Biuwer tokens are replaced. */
  updateUser(user: string, refresh: Refreshing, request: ChangeRequest): UpdatedUser {
    return this.change(request, (now) => {
      const before = this.user(user)
      if (!before) return { outcome: 'unknown' }
      if (lacksSource(refresh)) return { outcome: 'no_source' }
      const { biuwerRefresh } = refresh
      this.note('user.update', user, request, now)
      const atOpening = this.#atOpening(before, biuwerRefresh, false)
      putUser(this.sql, { ...before, updatedAt: now, biuwerRefresh, atOpening })
      planRefresh(this.sql, user, biuwerRefresh, now)
      this.reviewSessions(before)
      return { made: { at: now, user, linkedAt: before.linkedAt, updatedAt: now, biuwerRefresh } }
    })
  }

  /** A user's Biuwer tokens, sealed, in the order in which they came. */
  vaultEntries(user: string): VaultEntry[] {
    return biuwerTokensOf(this.sql, user)
  }

  /** Adds a Biuwer token to those of a user. It ends no session. `conflict`: there is no room for one more. */
  addBiuwerToken(user: string, entry: VaultEntry, request: ChangeRequest): AddedBiuwerToken {
    return this.change(request, (now) => {
      const linked = this.user(user)
      if (!linked) return { outcome: 'unknown' }
      if (!addBiuwerToken(this.sql, user, entry, now)) return { outcome: 'conflict' }
      planRefresh(this.sql, user, linked.biuwerRefresh, now)
      this.note('user.add_biuwer_token', user, request, now)
      const { sealed: _, ...token } = entry
      return { made: { at: now, token } }
    })
  }

  /** Forgets a Biuwer token of a user: the sessions that show it end. */
  deleteBiuwerToken(user: string, id: string, request: ChangeRequest): DeletedBiuwerToken {
    return this.change(request, (now) => {
      const entry = biuwerTokensOf(this.sql, user).find((candidate) => candidate.id === id)
      const linked = this.user(user)
      if (!entry || !linked) return { outcome: 'unknown' }
      dropBiuwerToken(this.sql, user, entry, now)
      planRefresh(this.sql, user, linked.biuwerRefresh, now)
      this.note('user.delete_biuwer_token', user, request, now)
      const { sealed: _, ...token } = entry
      return { made: { at: now, token } }
    })
  }

  /** Forgets the user's Biuwer tokens and revokes all of its records. */
  unlink(user: string, request: ChangeRequest): Revoked<'unknown'> {
    return this.change(request, (now) => {
      const before = this.user(user)
      if (!before) return { outcome: 'unknown' }
      for (const entry of biuwerTokensOf(this.sql, user)) dropBiuwerToken(this.sql, user, entry, now)
      this.sql.exec('DELETE FROM users WHERE user = ?', user)
      planRefresh(this.sql, user, 'manual', now)
      this.note('user.unlink', user, request, now)
      const revoked = revokeAll(this.sql, user, now)
      this.reviewSessions(before)
      return { made: { at: now, revoked } }
    })
  }

  /** Revokes all records of a user, linked or not. */
  revokeAllOf(user: string, request: ChangeRequest): Revoked {
    return this.change(request, (now) => {
      this.note('user.revoke_tokens', user, request, now)
      const revoked = revokeAll(this.sql, user, now)
      this.reviewSessions(this.user(user))
      return { made: { at: now, revoked } }
    })
  }

  /** Ends all tokens and sessions of a user; its records stay, and give out new tokens. */
  signOutUser(user: string, request: ChangeRequest): SignedOut<'unknown'> {
    return this.change(request, (now) => {
      const linked = this.user(user)
      if (!linked) return { outcome: 'unknown' }
      signOut(this.sql, user, now)
      this.note('user.sign_out', user, request, now)
      this.reviewSessions(linked)
      return { made: { at: now } }
    })
  }

  /** Ends all tokens and sessions of everybody; the records stay. */
  signOutAll(request: ChangeRequest): SignedOut {
    return this.change(request, (now) => {
      signOut(this.sql, null, now)
      this.note('sign_out', 'all', request, now)
      return { made: { at: now } }
    })
  }

  /** Takes questions for the token source that are due, for whoever asks it now. */
  claimAskings(most: number, user?: string): Asking[] {
    return this.ctx.storage.transactionSync(() => claimAskings(this.sql, clock(), most, user))
  }

  /** Puts what the token source gave into the vault. What nobody asks for any more is to end where it was made. */
  keepAnswer(asking: Asking, entry: VaultEntry): void {
    this.ctx.storage.transactionSync(() => {
      const now = clock()
      const action = keepAnswer(this.sql, asking, entry, now)
      if (action) this.note(action, asking.user, byAsking(asking), now)
    })
  }

  /** Notes that the token source gave nothing. */
  noteFailure(asking: Asking): void {
    this.ctx.storage.transactionSync(() => {
      const now = clock()
      const action = noteFailure(this.sql, asking, now)
      if (action) this.note(action, asking.user, byAsking(asking), now)
    })
  }

  /** Takes ended Biuwer tokens that the token source is to be told of now. */
  claimEnded(most: number): EndedBiuwerToken[] {
    return this.ctx.storage.transactionSync(() => claimEnded(this.sql, clock(), most))
  }

  forgetEnded(id: string): void {
    forgetEnded(this.sql, id)
  }

  tellAgain(id: string): void {
    this.ctx.storage.transactionSync(() => tellAgain(this.sql, id, clock()))
  }

  /** How a user stands, whoever signs for them. */
  linkedState(user: string): LinkedState {
    return this.#stateOf(user, biuwerTokensOf(this.sql, user))
  }

  /**
   * What a lease until `end` says of a user: its state without Biuwer tokens that have ended, since nothing of the past is
   * asked by a lease, and, sealed, those that become valid before the lease ends.
   */
  protected leasedState(user: string, now: Instant, end: Instant): LinkedState & Pick<Lease, 'sealed'> {
    const entries = biuwerTokensOf(this.sql, user).filter(
      (token) => biuwerTokenStatus(token, now) !== 'expired',
    )
    const usable = entries.filter(({ from }) => from < end)
    const sealed = Object.fromEntries(usable.map(({ id, sealed }) => [id, sealed]))
    return { ...this.#stateOf(user, entries), sealed }
  }

  /** Has a user's Biuwer tokens that are for a session each reviewed, after a change that may have ended some of the sessions. */
  protected reviewSessions(user: User | null): void {
    if (user?.atOpening) this.ctx.waitUntil(reviewSessions(this.env, user.user))
  }

  #stateOf(user: string, entries: readonly VaultEntry[]): LinkedState {
    const signOut = lastSignOut(this.sql, user)
    const linked = this.user(user)
    const intervals: BiuwerInterval[] = entries.map(({ id, from, to }) => ({ id, from, to }))
    // It has no end and comes last: openings take it before all others.
    if (linked?.atOpening) intervals.push({ id: linked.atOpening, from: 0, to: null, atOpening: true })
    return { biuwerTokens: linked ? intervals : null, ...(signOut && { signOut }) }
  }

  /** What stands for the token source's answers at openings: the former id, unless something else takes its place. */
  #atOpening(before: User | null, refresh: BiuwerRefresh, isReplaced: boolean): string | null {
    if (refresh !== 'session') return null
    return (!isReplaced && before?.atOpening) || atOpeningId(refresh)
  }
}

function byAsking({ messageId }: Asking) {
  return { ...BY_ITSELF, requestId: messageId }
}

function lacksSource({ biuwerRefresh, hasSource }: Refreshing): boolean {
  return biuwerRefresh !== 'manual' && !hasSource
}
