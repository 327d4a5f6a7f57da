import { clock, clockMilliseconds } from '../clock.ts'
import { biuwerTokenStatus } from '../policy/biuwer-token.ts'
import { isFor, type UserPatterns } from '../policy/caller.ts'
import type { Draw } from '../policy/issue.ts'
import { hasEnded, status, type TokenRecord } from '../policy/record.ts'
import { outside } from '../policy/scope.ts'
import type { LinkedState } from '../policy/signer.ts'
import type { Standing } from '../policy/standing.ts'
import { type Instant, MINUTE } from '../policy/time.ts'
import { type Changes, update } from '../policy/update.ts'
import { AccessRegistry } from './access-registry.ts'
import { type AuditEntry, type AuditQuery, auditPage, type By, noteRefresh } from './audit.ts'
import { type BackupItem, type BackupPosition, backupPage, type Provenance, restore } from './backup.ts'
import {
  addBiuwerToken,
  biuwerTokensOf,
  deleteAllBiuwerTokens,
  deleteBiuwerToken,
  putEntry,
  type VaultEntry,
} from './biuwer-tokens.ts'
import { beginGeneration } from './generations.ts'
import type { Lease, UserLease } from './lease-types.ts'
import { type LinkedUser, linkedUser, putUser, type UserQuery, userPage } from './linked-users.ts'
import type {
  AddedBiuwerToken,
  ChangedRecord,
  Created,
  DeletedBiuwerToken,
  Giving,
  Linked,
  Linking,
  Previewed,
  Refreshed,
  Replaced,
  Rescoped,
  Resealing,
  Restored,
  Revoked,
  Rotated,
  SignedOut,
} from './registry-answers.ts'
import {
  type ChangeRequest,
  earlierAnswer,
  type Idempotency,
  type Made,
  type Mismatch,
} from './repetitions.ts'
import { countNotSealedBy, entriesNotSealedBy, type OwnedEntry, replaceSealed } from './resealing.ts'
import { insert } from './rows.ts'
import { lastSignOut, signOut } from './sign-outs.ts'
import { beginSnapshot, endSnapshot, touchSnapshot } from './snapshots.ts'
import { actionsSince, type Counts, countAll, type DayOfActions } from './statistics.ts'
import { type TokenQuery, tokenPage } from './token-query.ts'
import { replaceRecord, revokeAll, standingOf, tokenRecord } from './token-records.ts'
import { toRow } from './token-row.ts'
import { toUser, type User, type UserRow } from './user-row.ts'

/** Seconds for which counts are kept: counting takes longer the more there is. */
const COUNTS_LIFE = MINUTE

/**
 * The truth about users, token records, generations and revocations: one object for the deployment. It hands out leases,
 * which say what the edge may believe and for how long.
 */
export class TokenRegistry extends AccessRegistry {
  #counts: Counts | undefined

  user(user: string): User | null {
    const row = this.#rows<UserRow>('SELECT * FROM users WHERE user = ?', user)[0]
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

  /** Links a user, or links it anew. */
  link({ user, entry, keepIfStill }: Linking, request: ChangeRequest): Linked {
    return this.change(request, (now) => {
      const before = this.user(user)
      const kept = biuwerTokensOf(this.sql, user).find(({ id }) => id === keepIfStill)
      this.note('user.link', user, request, now)
      const linkedAt = before?.linkedAt ?? now
      putUser(this.sql, { user, linkedAt, updatedAt: now })
      deleteAllBiuwerTokens(this.sql, user)
      putEntry(this.sql, user, kept ? { ...entry, id: kept.id, addedAt: kept.addedAt } : entry)
      return { made: { at: now, user, linkedAt, updatedAt: now, created: before === null } }
    })
  }

  /** A user's Biuwer tokens, sealed, in the order in which they came. */
  vaultEntries(user: string): VaultEntry[] {
    return biuwerTokensOf(this.sql, user)
  }

  /** Adds a Biuwer token to those of a user. It ends no session. `conflict`: there is no room for one more. */
  addBiuwerToken(user: string, entry: VaultEntry, request: ChangeRequest): AddedBiuwerToken {
    return this.change(request, (now) => {
      if (!this.user(user)) return { outcome: 'unknown' }
      if (!addBiuwerToken(this.sql, user, entry, now)) return { outcome: 'conflict' }
      this.note('user.add_biuwer_token', user, request, now)
      const { sealed: _, ...token } = entry
      return { made: { at: now, token } }
    })
  }

  /** Forgets a Biuwer token of a user: the sessions that show it end. */
  deleteBiuwerToken(user: string, id: string, request: ChangeRequest): DeletedBiuwerToken {
    return this.change(request, (now) => {
      const entry = biuwerTokensOf(this.sql, user).find((candidate) => candidate.id === id)
      if (!entry) return { outcome: 'unknown' }
      deleteBiuwerToken(this.sql, user, id)
      this.note('user.delete_biuwer_token', user, request, now)
      const { sealed: _, ...token } = entry
      return { made: { at: now, token } }
    })
  }

  /** Forgets the user's Biuwer tokens and revokes all of its records. */
  unlink(user: string, request: ChangeRequest): Revoked<'unknown'> {
    return this.change(request, (now) => {
      if (this.#rows('DELETE FROM users WHERE user = ? RETURNING user', user).length === 0)
        return { outcome: 'unknown' }
      deleteAllBiuwerTokens(this.sql, user)
      this.note('user.unlink', user, request, now)
      return { made: { at: now, revoked: revokeAll(this.sql, user, now) } }
    })
  }

  /** Revokes all records of a user, linked or not. */
  revokeAllOf(user: string, request: ChangeRequest): Revoked {
    return this.change(request, (now) => {
      this.note('user.revoke_tokens', user, request, now)
      return { made: { at: now, revoked: revokeAll(this.sql, user, now) } }
    })
  }

  /** Ends all tokens and sessions of a user; its records stay, and give out new tokens. */
  signOutUser(user: string, request: ChangeRequest): SignedOut<'unknown'> {
    return this.change(request, (now) => {
      if (!this.user(user)) return { outcome: 'unknown' }
      signOut(this.sql, user, now)
      this.note('user.sign_out', user, request, now)
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

  create(record: TokenRecord, draw: Draw, request: ChangeRequest): Created {
    return this.change(request, (now) => {
      if (!this.user(record.user)) return { outcome: 'not_linked' }
      insert(this.sql, 'tokens', toRow(record))
      this.note('token.create', record.id, request, now)
      return { made: { at: now, ...this.#giving(record), draw } }
    })
  }

  /** The answer to an earlier request under this Idempotency-Key; null: there was none within a day. */
  earlier(idempotency: Idempotency): Made<object> | Mismatch | null {
    return this.ctx.storage.transactionSync(() => earlierAnswer(this.sql, idempotency, clock()))
  }

  /** A record; null: there is none, or none of a user that the key is for. */
  token(id: string, visible: UserPatterns): TokenRecord | null {
    const record = tokenRecord(this.sql, id)
    return record && isFor(record.user, visible) ? record : null
  }

  /** A page of records, newest first. */
  listTokens(query: TokenQuery, visible: UserPatterns): { records: TokenRecord[]; next: string | null } {
    return tokenPage(this.sql, query, visible, clock())
  }

  /**
   * The record, for the token that it gives out now.
   * @param version the version of the record that the caller has seen; null: any
   */
  refreshToken(id: string, version: number | null, by: By): Refreshed {
    return this.ctx.storage.transactionSync(() => {
      const now = clock()
      const record = this.#openRecord(id, version, by, now)
      if ('outcome' in record) return record
      noteRefresh(this.sql, id, by, now)
      return { outcome: 'given', ...this.#giving(record) }
    })
  }

  /**
   * Begins a new generation. Tokens of the one before end `overlap` seconds from now.
   * @param version the version of the record that the caller has seen; null: any
   */
  rotate(id: string, version: number | null, draw: Draw, request: ChangeRequest): Rotated {
    return this.change(request, (now) => {
      const record = this.#openRecord(id, version, request, now)
      if ('outcome' in record) return record
      const rotated = beginGeneration(this.sql, record, clockMilliseconds())
      this.note('token.rotate', id, request, now)
      return { made: { at: now, ...this.#giving(rotated), draw } }
    })
  }

  /** @param version the version of the record that the caller has seen; null: any */
  update(id: string, changes: Changes, version: number | null, request: ChangeRequest): Rescoped {
    return this.change(request, (now) => {
      const record = this.#recordAt(id, version, request)
      if ('outcome' in record) return record
      const updated = update(record, changes, now)
      if (updated.outcome !== 'changed') return updated
      replaceRecord(this.sql, updated.record)
      this.note('token.update', id, request, now)
      return { made: { at: now, record: updated.record } }
    })
  }

  /**
   * Revokes a record. One that is revoked already keeps its time, whatever version is named: what is asked for has been
   * done (RFC 9110 §13.1.1).
   */
  revoke(id: string, version: number | null, request: ChangeRequest): ChangedRecord {
    return this.change(request, (now) => {
      const revoked = this.token(id, request.users)
      if (revoked && revoked.revokedAt !== null) return { made: { at: revoked.revokedAt, record: revoked } }
      const record = this.#recordAt(id, version, request)
      if ('outcome' in record) return record
      const changed = { ...record, revokedAt: now, version: record.version + 1 }
      replaceRecord(this.sql, changed)
      this.note('token.revoke', id, request, now)
      return { made: { at: now, record: changed } }
    })
  }

  /** The record, for a token that its administrator tries it with. */
  preview(id: string, resource: string, request: ChangeRequest): Previewed {
    return this.change(request, (now) => {
      const record = this.token(id, request.users)
      if (!record) return { outcome: 'unknown' }
      if (hasEnded(record, now)) return { outcome: 'conflict' }
      if (outside(record, { resource, origin: null })) return { outcome: 'resource_not_allowed' }
      this.note('token.preview', id, request, now)
      return { made: this.#giving(record) }
    })
  }

  /** A page of management actions on users that a key is for, newest first. */
  listAudit(query: AuditQuery, visible: UserPatterns): { entries: AuditEntry[]; next: string | null } {
    return auditPage(this.sql, query, visible)
  }

  /**
   * How much there is of users that a key is for, and how much was done to them since a moment. What there is of everybody
   * was counted at most a minute ago.
   */
  statistics(since: Instant, visible: UserPatterns): { counts: Counts; actions: DayOfActions[] } {
    const now = clock()
    const { sql } = this
    const actions = actionsSince(sql, since, visible)
    if (visible !== null) return { counts: countAll(sql, visible, now), actions }
    if (!this.#counts || now >= this.#counts.countedAt + COUNTS_LIFE || now < this.#counts.countedAt)
      this.#counts = countAll(sql, null, now)
    return { counts: this.#counts, actions }
  }

  /**
   * Notes an export, and begins the snapshot that it tells: the registry of this moment.
   * @param id the snapshot's
   */
  beginExport(id: string, request: ChangeRequest): Made<{ at: Instant }> | Mismatch {
    return this.change(request, (now) => {
      this.note('export', 'all', request, now)
      beginSnapshot(this.sql, id, now)
      return { made: { at: now } }
    })
  }

  /** The next items of a snapshot; null: it has ended. */
  snapshotPage(
    id: string,
    position: BackupPosition,
    most: number,
  ): { items: BackupItem[]; next: BackupPosition } | null {
    return this.ctx.storage.transactionSync(() =>
      touchSnapshot(this.sql, id, clock()) ? backupPage(this.sql, id, position, most) : null,
    )
  }

  endExport(id: string): void {
    this.ctx.storage.transactionSync(() => endSnapshot(this.sql, id))
  }

  /** Restores the items of a backup: all of them, or none if anything throws. */
  restore(items: BackupItem[], provenance: Provenance, request: ChangeRequest): Restored {
    return this.change(request, (now) => {
      const restored = restore(this.sql, items, provenance, now)
      for (const item of restored) {
        if (item.type === 'user') this.note('user.import', item.user, request, now)
        if (item.type === 'token') this.note('token.import', item.record.id, request, now)
        if (item.type === 'signer') this.note('signer.import', item.signer.id, request, now)
      }
      const kind = provenance.isVerified ? 'items' : 'unverified items'
      if (restored.length > 0) this.note('import', `${restored.length} ${kind}`, request, now)
      return { made: { imported: restored.length, skipped: items.length - restored.length } }
    })
  }

  /** Vault entries that another key has sealed, by their ids. */
  entriesNotSealedBy(kid: string, after: string, most: number): OwnedEntry[] {
    return entriesNotSealedBy(this.sql, kid, after, most)
  }

  /** Replaces vault entries by their re-sealed ones. */
  replaceSealed({ entries, kid, unopened, next }: Resealing, request: ChangeRequest): Replaced {
    return this.change(request, (now) => {
      const reencrypted = replaceSealed(this.sql, entries)
      if (reencrypted > 0) this.note('vault.reencrypt', `${reencrypted} Biuwer tokens`, request, now)
      return { made: { reencrypted, remaining: countNotSealedBy(this.sql, kid), unopened, next } }
    })
  }

  /**
   * Gives a lease on a record for `seconds` from now; null: there is no such record. The edge asks when somebody comes
   * with a token or a session of the record, once a lease at most. That is what `last_used_at` records, whether or not
   * the edge then refuses.
   */
  lease(id: string, seconds: number): Lease | null {
    const now = clock()
    const record = this.token(id, null)
    if (!record) return null
    const { sealed, ...linked } = this.#leasedState(record.user, now, now + seconds)
    if (linked.biuwerTokens && status(record, now) === 'active')
      this.#rows('UPDATE tokens SET last_used_at = ? WHERE id = ?', now, id)
    return {
      leasedAt: now,
      leasedUntil: now + seconds,
      user: record.user,
      standing: standingOf(this.sql, record, linked, now),
      sealed,
    }
  }

  /** Gives a lease on a user for `seconds` from now, linked or not, to whoever brings a token that a host has signed. */
  leaseUser(user: string, seconds: number): UserLease {
    const now = clock()
    const leasedUntil = now + seconds
    return { leasedAt: now, leasedUntil, ...this.#leasedState(user, now, leasedUntil) }
  }

  /** The record and its standing, for questions that do not count as its use. */
  inspect(id: string, visible: UserPatterns): { record: TokenRecord; standing: Standing } | null {
    const record = this.token(id, visible)
    if (!record) return null
    const now = clock()
    return { record, standing: standingOf(this.sql, record, this.linkedState(record.user), now) }
  }

  /** How a user stands, whoever signs for them. */
  linkedState(user: string): LinkedState {
    return this.#stateOf(user, biuwerTokensOf(this.sql, user))
  }

  #stateOf(user: string, entries: readonly VaultEntry[]): LinkedState {
    const signOut = lastSignOut(this.sql, user)
    const biuwerTokens = this.user(user) ? entries.map(({ id, from, to }) => ({ id, from, to })) : null
    return { biuwerTokens, ...(signOut && { signOut }) }
  }

  /**
   * What a lease until `end` says of a user: its state without Biuwer tokens that have ended, since nothing of the past is
   * asked by a lease, and, sealed, those that become valid before the lease ends.
   */
  #leasedState(user: string, now: Instant, end: Instant): LinkedState & Pick<Lease, 'sealed'> {
    const entries = biuwerTokensOf(this.sql, user).filter(
      (token) => biuwerTokenStatus(token, now) !== 'expired',
    )
    const usable = entries.filter(({ from }) => from < end)
    const sealed = Object.fromEntries(usable.map(({ id, sealed }) => [id, sealed]))
    return { ...this.#stateOf(user, entries), sealed }
  }

  #giving(record: TokenRecord): Giving {
    return { record, tokensSince: lastSignOut(this.sql, record.user)?.tokensSince }
  }

  /** A record of the version that the caller has seen (null: any). */
  #recordAt(
    id: string,
    version: number | null,
    { users }: By,
  ): TokenRecord | { outcome: 'unknown' | 'changed_meanwhile' } {
    const record = this.token(id, users)
    if (!record) return { outcome: 'unknown' }
    return version !== null && version !== record.version ? { outcome: 'changed_meanwhile' } : record
  }

  /** A record that still gives out tokens, of the version that the caller has seen (null: any). */
  #openRecord(
    id: string,
    version: number | null,
    by: By,
    now: Instant,
  ): TokenRecord | { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' } {
    const record = this.#recordAt(id, version, by)
    return !('outcome' in record) && hasEnded(record, now) ? { outcome: 'conflict' } : record
  }

  #rows<Row extends Record<string, SqlStorageValue>>(statement: string, ...values: SqlStorageValue[]): Row[] {
    return this.sql.exec<Row>(statement, ...values).toArray()
  }
}

/** The deployment's one registry. */
export function registryOf(env: {
  TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry>
}): DurableObjectStub<TokenRegistry> {
  return env.TOKEN_REGISTRY.getByName('registry')
}
