import { DurableObject } from 'cloudflare:workers'
import { clock } from '../clock.ts'
import type { Standing } from '../policy/admission.ts'
import type { TokenRecord } from '../policy/record.ts'
import { DAY, type Instant, MINUTE } from '../policy/time.ts'
import { type Changes, type Updated, update } from '../policy/update.ts'
import { type BackupItem, type BackupPlace, backupPage, restore } from './backup.ts'
import { type LinkedUser, linkedUser, linkedUsers, type UserQuery } from './linked-users.ts'
import { SCHEMA } from './registry-schema.ts'
import { actionsSince, type Counts, countAll, type DayOfActions } from './statistics.ts'
import { selectTokens, type TokenQuery } from './token-query.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'
import { toUser, type User, type UserRow } from './user-row.ts'
import type { Sealed } from './vault.ts'

/** The registry's word about a record, good until `leasedUntil`. */
export interface Lease {
  leasedAt: Instant
  leasedUntil: Instant
  user: string
  standing: Standing
  /** null with `standing.link` null. */
  sealed: Sealed | null
}

export interface IdempotencyKey {
  /** The admin key's digest: keys are counted per admin key. */
  actor: string
  key: string
  /** Of the canonical JSON of the request's body. */
  bodyDigest: string
}

export type Created =
  | { outcome: 'created' | 'replayed'; answer: string }
  | { outcome: 'mismatch' | 'not_linked' }
export type Changed =
  | { outcome: 'changed'; record: TokenRecord; at: Instant }
  | { outcome: 'unknown' | 'conflict' }

export type Rescoped =
  | Extract<Updated, { outcome: 'conflict' | 'invalid' }>
  | { outcome: 'changed'; record: TokenRecord; at: Instant }
  | { outcome: 'unknown' | 'changed_meanwhile' }

/** Who asks for a management action, as the audit keeps it. */
export interface By {
  /** Short digest of the admin key. */
  actor: string
  requestId: string
}

/** A vault entry sealed anew, and the one that it replaces. */
export interface Resealed {
  user: string
  former: Sealed
  sealed: Sealed
}

export type AuditAction =
  | 'user.link'
  | 'user.unlink'
  | 'user.revoke_tokens'
  | 'token.create'
  | 'token.update'
  | 'token.rotate'
  | 'token.revoke'
  | 'token.preview'
  | 'export'
  | 'import'
  | 'vault.reencrypt'

export interface AuditEntry {
  seq: number
  at: Instant
  actor: string
  action: string
  target: string
  request_id: string
}
export interface AuditQuery {
  /** Only what was done to this user or record. */
  target?: string | undefined
  before?: number | undefined
  limit: number
}
type AuditRow = AuditEntry & Record<string, SqlStorageValue>

const IDEMPOTENCY_LIFE = DAY
const AUDIT_LIFE = 365 * DAY
/** Seconds: counting takes the longer the more there is. */
const COUNTS_LIFE = MINUTE

/**
 * The truth about users, token records, generations and revocations: one object for the deployment. What
 * the edge may believe of it, and for how long, it hands out as leases.
 */
export class TokenRegistry extends DurableObject {
  #counts: Counts | undefined

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    ctx.storage.sql.exec(SCHEMA)
  }

  user(user: string): User | null {
    const row = this.#rows<UserRow>('SELECT * FROM users WHERE user = ?', user)[0]
    return row ? toUser(row) : null
  }

  /** The user and how many of its tokens a revocation would end. */
  linkedUser(user: string): LinkedUser | null {
    return linkedUser(this.ctx.storage.sql, user, clock())
  }

  /** A page of users, by name. */
  listUsers(query: UserQuery): { users: LinkedUser[]; next: string | null } {
    const found = linkedUsers(this.ctx.storage.sql, { ...query, limit: query.limit + 1 }, clock())
    const users = found.slice(0, query.limit)
    return { users, next: found.length > query.limit ? (users.at(-1)?.user ?? null) : null }
  }

  /**
   * Links a user, or links it anew.
   * @param unchanged the link whose Biuwer token is known to be the same one: it stays as it is, and with
   * it the sessions that it opened
   */
  linkUser(
    user: string,
    sealed: Sealed,
    link: string,
    unchanged: string | null,
    by: By,
  ): { user: User; created: boolean } {
    const now = clock()
    const before = this.user(user)
    const kept = before !== null && before.link === unchanged
    this.#note('user.link', user, by, now)
    this.#rows(
      `INSERT INTO users (user, link, kid, iv, data, linked_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (user) DO UPDATE SET link = excluded.link, kid = excluded.kid, iv = excluded.iv,
         data = excluded.data, updated_at = excluded.updated_at`,
      user,
      kept ? before.link : link,
      sealed.kid,
      sealed.iv,
      sealed.data,
      now,
      now,
    )
    const after = this.user(user)
    if (!after) throw new Error('a user just written is not there')
    return { user: after, created: before === null }
  }

  /** Forgets the user's Biuwer token and revokes all of its records. null: no such user. */
  unlinkUser(user: string, by: By): { revoked: number; at: Instant } | null {
    return this.#atomically(() => {
      const now = clock()
      if (this.#rows('DELETE FROM users WHERE user = ? RETURNING user', user).length === 0) return null
      this.#note('user.unlink', user, by, now)
      return { revoked: this.#revokeAll(user, now), at: now }
    })
  }

  revokeTokensOf(user: string, by: By): { revoked: number; at: Instant } {
    return this.#atomically(() => {
      const now = clock()
      this.#note('user.revoke_tokens', user, by, now)
      return { revoked: this.#revokeAll(user, now), at: now }
    })
  }

  /** @param answer what this call is answered with, and every repetition of it under the same key */
  createToken(record: TokenRecord, answer: string, idempotency: IdempotencyKey | null, by: By): Created {
    return this.#atomically(() => {
      const now = clock()
      this.#rows('DELETE FROM idempotency WHERE created_at <= ?', now - IDEMPOTENCY_LIFE)
      const earlier = idempotency && this.#answered(idempotency)
      if (earlier && earlier.body_digest !== idempotency.bodyDigest) return { outcome: 'mismatch' }
      if (earlier) return { outcome: 'replayed', answer: earlier.answer }
      // The same call once more: its first answer was lost on the way.
      if (this.token(record.id)) return { outcome: 'created', answer }
      if (!this.user(record.user)) return { outcome: 'not_linked' }
      const row = toRow(record)
      const columns = Object.keys(row)
      this.#rows(
        `INSERT INTO tokens (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
        ...Object.values(row),
      )
      if (idempotency) {
        const { actor, key, bodyDigest } = idempotency
        this.#rows('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)', actor, key, bodyDigest, answer, now)
      }
      this.#note('token.create', record.id, by, now)
      return { outcome: 'created', answer }
    })
  }

  token(id: string): TokenRecord | null {
    const row = this.#rows<TokenRow>('SELECT * FROM tokens WHERE id = ?', id)[0]
    return row ? toRecord(row) : null
  }

  /** A page of records, newest first. Both the order and `before` are the order of creation. */
  listTokens(query: TokenQuery): { records: TokenRecord[]; next: number | null } {
    const { statement, values } = selectTokens({ ...query, limit: query.limit + 1 }, clock())
    const rows = this.#rows<TokenRow & { seq: number }>(statement, ...values)
    const page = rows.slice(0, query.limit)
    return {
      records: page.map(toRecord),
      next: rows.length > query.limit ? (page.at(-1)?.seq ?? null) : null,
    }
  }

  /**
   * Begins a new generation; values of the one before end `overlap` seconds from now.
   * @param generation the one to end. Where it has ended already, this call is a repetition.
   */
  rotateToken(id: string, generation: number, by: By): Changed {
    return this.#change(id, (record, now) => {
      if (record.generation !== generation) return
      this.#rows('INSERT INTO ended_generations VALUES (?, ?, ?)', id, generation, now + record.overlap)
      // What has ended needs no row: a generation that is not known has ended too.
      this.#rows('DELETE FROM ended_generations WHERE token = ? AND ends_at <= ?', id, now)
      this.#rows(
        'UPDATE tokens SET generation = ?, generation_started_at = ?, version = version + 1 WHERE id = ?',
        generation + 1,
        now,
        id,
      )
      this.#note('token.rotate', id, by, now)
    })
  }

  /** @param version the one that the changes were made to; null: whichever */
  updateToken(id: string, changes: Changes, version: number | null, by: By): Rescoped {
    return this.#atomically(() => {
      const now = clock()
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (version !== null && version !== record.version) return { outcome: 'changed_meanwhile' }
      const updated = update(record, changes, now)
      if (updated.outcome !== 'changed') return updated
      const { id: _, ...row } = toRow(updated.record)
      const columns = Object.keys(row).map((column) => `${column} = ?`)
      this.#rows(`UPDATE tokens SET ${columns.join(', ')} WHERE id = ?`, ...Object.values(row), id)
      this.#note('token.update', id, by, now)
      return { ...updated, at: now }
    })
  }

  /** Revokes; a record that is revoked already keeps its time. null: no such record. */
  revokeToken(id: string, by: By): TokenRecord | null {
    return this.#atomically(() => {
      const now = clock()
      const revoked = this.#rows(
        'UPDATE tokens SET revoked_at = ?, version = version + 1 WHERE id = ? AND revoked_at IS NULL RETURNING id',
        now,
        id,
      )
      if (revoked.length > 0) this.#note('token.revoke', id, by, now)
      return this.token(id)
    })
  }

  /** The record, for a value that its administrator tries it with. null: no such record. */
  previewToken(id: string, by: By): TokenRecord | null {
    const record = this.token(id)
    if (record) this.#note('token.preview', id, by, clock())
    return record
  }

  /** Management actions, newest first. */
  listAudit({ target, before, limit }: AuditQuery): { entries: AuditEntry[]; next: number | null } {
    const rows = this.#rows<AuditRow>(
      `SELECT * FROM audit WHERE ${target === undefined ? 'TRUE' : 'target = ?'} AND seq < ?
       ORDER BY seq DESC LIMIT ?`,
      ...(target === undefined ? [] : [target]),
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    )
    const entries = rows.slice(0, limit)
    return { entries, next: rows.length > limit ? (entries.at(-1)?.seq ?? null) : null }
  }

  /** What there is, counted at most a minute ago, and what was done since a moment. */
  statistics(since: Instant): { counts: Counts; actions: DayOfActions[] } {
    const now = clock()
    if (!this.#counts || now >= this.#counts.countedAt + COUNTS_LIFE || now < this.#counts.countedAt)
      this.#counts = countAll(this.ctx.storage.sql, now)
    return { counts: this.#counts, actions: actionsSince(this.ctx.storage.sql, since) }
  }

  noteExport(by: By): void {
    this.#note('export', 'all', by, clock())
  }

  exportPage(place: BackupPlace, most: number): { items: BackupItem[]; next: BackupPlace } {
    return backupPage(this.ctx.storage.sql, place, most)
  }

  /** All of them, or none. */
  importItems(items: BackupItem[], by: By): { imported: number; skipped: number } {
    return this.#atomically(() => {
      const now = clock()
      const imported = items.filter((item) => restore(this.ctx.storage.sql, item, now)).length
      if (imported > 0) this.#note('import', `${imported} items`, by, now)
      return { imported, skipped: items.length - imported }
    })
  }

  /** By name, those after `after`. */
  usersNotSealedBy(kid: string, after: string, most: number): User[] {
    return this.#rows<UserRow>(
      'SELECT * FROM users WHERE kid <> ? AND user > ? ORDER BY user LIMIT ?',
      kid,
      after,
      most,
    ).map(toUser)
  }

  /** Puts the entries in place of the former ones; one that was linked anew meanwhile keeps what it has. */
  reseal(entries: Resealed[], kid: string, by: By): { reencrypted: number; remaining: number } {
    return this.#atomically(() => {
      const done = entries.filter(
        ({ user, former, sealed }) =>
          this.#rows(
            'UPDATE users SET kid = ?, iv = ?, data = ? WHERE user = ? AND kid = ? AND iv = ? RETURNING user',
            sealed.kid,
            sealed.iv,
            sealed.data,
            user,
            former.kid,
            former.iv,
          ).length > 0,
      )
      if (done.length > 0) this.#note('vault.reencrypt', `${done.length} users`, by, clock())
      const rows = this.#rows<{ remaining: number }>(
        'SELECT count(*) AS remaining FROM users WHERE kid <> ?',
        kid,
      )
      return { reencrypted: done.length, remaining: rows[0]?.remaining ?? 0 }
    })
  }

  /**
   * What the edge may rely on for `seconds` from now. It asks when somebody uses the record, and no more
   * than once a lease: that is what `last_used_at` is recorded from. null: no such record.
   */
  lease(id: string, seconds: number): Lease | null {
    const now = clock()
    const record = this.token(id)
    if (!record) return null
    const user = this.user(record.user)
    if (user && record.revokedAt === null && now >= record.from && (record.to === null || now < record.to)) {
      this.#rows('UPDATE tokens SET last_used_at = ? WHERE id = ?', now, id)
    }
    const standing = this.#standing(record, user, now)
    return {
      leasedAt: now,
      leasedUntil: now + seconds,
      user: record.user,
      standing,
      sealed: user?.sealed ?? null,
    }
  }

  /** The same, for questions that are no use of the record. */
  inspect(id: string): { record: TokenRecord; standing: Standing } | null {
    const record = this.token(id)
    return record && { record, standing: this.#standing(record, this.user(record.user), clock()) }
  }

  #standing(record: TokenRecord, user: User | null, now: Instant): Standing {
    return {
      revokedAt: record.revokedAt,
      revision: record.revision,
      resources: record.resources,
      origins: record.origins,
      generation: record.generation,
      generationEnds: this.#generationEnds(record.id, now),
      to: record.to,
      link: user?.link ?? null,
    }
  }

  /** Of the generations that have not ended yet; the others are as good as unknown. */
  #generationEnds(id: string, now: Instant): Record<number, Instant> {
    const rows = this.#rows<{ generation: number; ends_at: Instant }>(
      'SELECT generation, ends_at FROM ended_generations WHERE token = ? AND ends_at > ?',
      id,
      now,
    )
    return Object.fromEntries(rows.map((row) => [row.generation, row.ends_at]))
  }

  #answered({ actor, key }: IdempotencyKey): { body_digest: string; answer: string } | undefined {
    return this.#rows<{ body_digest: string; answer: string }>(
      'SELECT body_digest, answer FROM idempotency WHERE actor = ? AND key = ?',
      actor,
      key,
    )[0]
  }

  #revokeAll(user: string, now: Instant): number {
    return this.#rows(
      'UPDATE tokens SET revoked_at = ?, version = version + 1 WHERE user = ? AND revoked_at IS NULL RETURNING id',
      now,
      user,
    ).length
  }

  /** Changes a record that has not ended. */
  #change(id: string, change: (record: TokenRecord, now: Instant) => void): Changed {
    return this.#atomically(() => {
      const now = clock()
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (record.revokedAt !== null || (record.to !== null && now >= record.to))
        return { outcome: 'conflict' }
      change(record, now)
      const changed = this.token(id)
      return changed ? { outcome: 'changed', record: changed, at: now } : { outcome: 'unknown' }
    })
  }

  #note(action: AuditAction, target: string, { actor, requestId }: By, now: Instant): void {
    this.#rows('DELETE FROM audit WHERE at <= ?', now - AUDIT_LIFE)
    this.#rows(
      'INSERT INTO audit (at, actor, action, target, request_id) VALUES (?, ?, ?, ?, ?)',
      now,
      actor,
      action,
      target,
      requestId,
    )
  }

  /** All of it, or, if anything throws, nothing. */
  #atomically<Result>(work: () => Result): Result {
    return this.ctx.storage.transactionSync(work)
  }

  #rows<Row extends Record<string, SqlStorageValue>>(statement: string, ...values: SqlStorageValue[]): Row[] {
    return this.ctx.storage.sql.exec<Row>(statement, ...values).toArray()
  }
}

/** The deployment's one registry. */
export function registryOf(env: {
  TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry>
}): DurableObjectStub<TokenRegistry> {
  return env.TOKEN_REGISTRY.getByName('registry')
}
