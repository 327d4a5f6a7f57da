import { clock, clockMilliseconds } from '../clock.ts'
import { isFor, type UserPatterns } from '../policy/caller.ts'
import type { Draw } from '../policy/issue.ts'
import { hasEnded, status, type TokenRecord } from '../policy/record.ts'
import { outside } from '../policy/scope.ts'
import { isSeen, type SeenVersions } from '../policy/seen-versions.ts'
import { signedStanding } from '../policy/signer.ts'
import type { Standing } from '../policy/standing.ts'
import { type Instant, MINUTE } from '../policy/time.ts'
import { type Changes, update } from '../policy/update.ts'
import { type AuditEntry, type AuditQuery, auditPage, type By, noteRefresh } from './audit.ts'
import { type BackupItem, type BackupPosition, backupPage, type Provenance, restore } from './backup.ts'
import { beginGeneration } from './generations.ts'
import type { Lease, UserLease } from './lease-types.ts'
import { countStates } from './linked-users.ts'
import type {
  ChangedRecord,
  Created,
  Giving,
  Previewed,
  Refreshed,
  Replaced,
  Rescoped,
  Resealing,
  Restored,
  Rotated,
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
import { lastSignOut } from './sign-outs.ts'
import { beginSnapshot, endSnapshot, touchSnapshot } from './snapshots.ts'
import { actionsSince, type Counts, countAll, type DayOfActions } from './statistics.ts'
import { type TokenQuery, tokenPage } from './token-query.ts'
import { replaceRecord, standingOf, tokenRecord } from './token-records.ts'
import { toRow } from './token-row.ts'
import { UserRegistry } from './user-registry.ts'

/** Seconds for which counts are kept: counting takes longer the more there is. */
const COUNTS_LIFE = MINUTE

/**
 * The truth about users, token records, generations and revocations: one object for the deployment. It hands out leases,
 * which say what the edge may believe and for how long.
 */
export class TokenRegistry extends UserRegistry {
  #counts: Counts | undefined

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
   * @param seen the versions of the record that the caller names
   */
  refreshToken(id: string, seen: SeenVersions, by: By): Refreshed {
    return this.ctx.storage.transactionSync(() => {
      const now = clock()
      const record = this.#openRecord(id, seen, by, now)
      if ('outcome' in record) return record
      noteRefresh(this.sql, id, by, now)
      return { outcome: 'given', ...this.#giving(record) }
    })
  }

  /**
   * Begins a new generation. Tokens of the one before end `overlap` seconds from now.
   * @param seen the versions of the record that the caller names
   */
  rotate(id: string, seen: SeenVersions, draw: Draw, request: ChangeRequest): Rotated {
    return this.change(request, (now) => {
      const record = this.#openRecord(id, seen, request, now)
      if ('outcome' in record) return record
      const rotated = beginGeneration(this.sql, record, clockMilliseconds())
      this.note('token.rotate', id, request, now)
      this.reviewSessions(this.user(record.user))
      return { made: { at: now, ...this.#giving(rotated), draw } }
    })
  }

  /** @param seen the versions of the record that the caller names */
  update(id: string, changes: Changes, seen: SeenVersions, request: ChangeRequest): Rescoped {
    return this.change(request, (now) => {
      const record = this.#recordAt(id, seen, request)
      if ('outcome' in record) return record
      const updated = update(record, changes, now)
      if (updated.outcome !== 'changed') return updated
      replaceRecord(this.sql, updated.record)
      this.note('token.update', id, request, now)
      this.reviewSessions(this.user(record.user))
      return { made: { at: now, record: updated.record } }
    })
  }

  /**
   * Revokes a record. One that is revoked already keeps its time, whatever version is named: what is asked for has been
   * done (RFC 9110 §13.1.1).
   */
  revoke(id: string, seen: SeenVersions, request: ChangeRequest): ChangedRecord {
    return this.change(request, (now) => {
      const revoked = this.token(id, request.users)
      if (revoked && revoked.revokedAt !== null) return { made: { at: revoked.revokedAt, record: revoked } }
      const record = this.#recordAt(id, seen, request)
      if ('outcome' in record) return record
      const changed = { ...record, revokedAt: now, version: record.version + 1 }
      replaceRecord(this.sql, changed)
      this.note('token.revoke', id, request, now)
      this.reviewSessions(this.user(record.user))
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

  /** How many users have Biuwer tokens that deserve attention, of those that a key is for. */
  biuwerTokenStates(visible: UserPatterns): Counts['biuwerTokens'] {
    return countStates(this.sql, visible, clock())
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
    const { sealed, ...linked } = this.leasedState(record.user, now, now + seconds)
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
    return { leasedAt: now, leasedUntil, ...this.leasedState(user, now, leasedUntil) }
  }

  /** How records and signers stand with a user, by their ids: those under which sessions of the user were opened. */
  standings(user: string, subjects: string[]): Record<string, Standing> {
    const now = clock()
    const linked = this.linkedState(user)
    const standings: Record<string, Standing> = {}
    for (const id of subjects) {
      const record = this.token(id, null)
      const signer = record ? null : this.signer(id, null)
      if (record) standings[id] = standingOf(this.sql, record, linked, now)
      if (signer) standings[id] = signedStanding(signer, isFor(user, signer.users) ? linked : null)
    }
    return standings
  }

  /** The record and its standing, for questions that do not count as its use. */
  inspect(id: string, visible: UserPatterns): { record: TokenRecord; standing: Standing } | null {
    const record = this.token(id, visible)
    if (!record) return null
    const now = clock()
    return { record, standing: standingOf(this.sql, record, this.linkedState(record.user), now) }
  }

  #giving(record: TokenRecord): Giving {
    return { record, tokensSince: lastSignOut(this.sql, record.user)?.tokensSince }
  }

  /** A record of a version that the caller names. */
  #recordAt(
    id: string,
    seen: SeenVersions,
    { users }: By,
  ): TokenRecord | { outcome: 'unknown' | 'changed_meanwhile' } {
    const record = this.token(id, users)
    if (!record) return { outcome: 'unknown' }
    return isSeen(record, seen) ? record : { outcome: 'changed_meanwhile' }
  }

  /** A record that still gives out tokens, of a version that the caller names. */
  #openRecord(
    id: string,
    seen: SeenVersions,
    by: By,
    now: Instant,
  ): TokenRecord | { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' } {
    const record = this.#recordAt(id, seen, by)
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
