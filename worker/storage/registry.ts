import { DurableObject } from 'cloudflare:workers'
import { clock, clockMilliseconds } from '../clock.ts'
import { MOST_LIVE_GENERATIONS } from '../policy/bounds.ts'
import type { Draw } from '../policy/issue.ts'
import { hasEnded, nextGeneration, status, type TokenRecord } from '../policy/record.ts'
import { outside } from '../policy/scope.ts'
import type { Standing } from '../policy/standing.ts'
import { type Instant, MINUTE } from '../policy/time.ts'
import { type Changes, type Updated, update } from '../policy/update.ts'
import {
  type AuditAction,
  type AuditEntry,
  type AuditQuery,
  auditPage,
  type By,
  note,
  noteRefresh,
} from './audit.ts'
import { type BackupItem, type BackupPosition, backupPage, type Provenance, restore } from './backup.ts'
import { type LinkedUser, linkedUser, linkedUsers, type UserQuery } from './linked-users.ts'
import { prepareTables } from './registry-schema.ts'
import {
  type Earlier,
  earlierAnswer,
  type IdempotencyKey,
  keepAnswer,
  once,
  type Replayed,
  replay,
} from './repetitions.ts'
import { insert } from './rows.ts'
import { lastSignOut, signOut } from './sign-outs.ts'
import { beginSnapshot, endSnapshot, forgetSnapshots, touchSnapshot } from './snapshots.ts'
import { actionsSince, type Counts, countAll, type DayOfActions } from './statistics.ts'
import { selectTokens, type TokenQuery } from './token-query.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'
import { toUser, type User, type UserRow } from './user-row.ts'
import type { Sealed } from './vault.ts'

/** What the edge may believe of a record without asking the registry, until `leasedUntil`. */
export interface Lease {
  leasedAt: Instant
  leasedUntil: Instant
  user: string
  standing: Standing
  /** null with `standing.link` null. */
  sealed: Sealed | null
}

/** A user's Biuwer token to put into the vault. */
export interface Linking {
  user: string
  sealed: Sealed
  /** The id of the new link. */
  link: string
  /**
   * The link that the caller has seen to hold the very same Biuwer token. If the user still has it, it stays, and with it
   * the sessions that it opened.
   */
  keepIfStill: string | null
}

/** A link as the registry answers with it. Nothing of the vault is in it, since the registry keeps its answers. */
export interface Linked extends Pick<User, 'user' | 'linkedAt' | 'updatedAt'> {
  created: boolean
}

export type Created = Replayed | { outcome: 'created'; answer: string } | { outcome: 'not_linked' }

/** A record that gives out a token, and the least `iat` that its tokens may have: later than every sign-out. */
export interface Giving {
  record: TokenRecord
  tokensSince: Instant | undefined
}

/** What decides about a token beside its record: chance, and the key that signs. */
export interface Minting {
  draw: Draw
  kid: string
}

/** The answer to a creation, kept for repetitions: not the token, but what makes the same token again. */
export type KeptCreation = Giving & Minting

export type Refreshed =
  | ({ outcome: 'given' } & Giving)
  | { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }
export type Changed =
  | { outcome: 'changed'; record: TokenRecord; at: Instant; tokensSince?: Instant | undefined }
  | { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }
export type Rescoped = Changed | Extract<Updated, { outcome: 'invalid' }>
export type Previewed =
  | ({ outcome: 'given' } & Giving)
  | { outcome: 'unknown' | 'conflict' | 'resource_not_allowed' }

/** A vault entry under the first key, and the one that it replaces. */
export interface Resealed {
  user: string
  former: Sealed
  sealed: Sealed
}

/** Seconds for which counts are kept: counting takes longer the more there is. */
const COUNTS_LIFE = MINUTE

/**
 * The truth about users, token records, generations and revocations: one object for the deployment. It hands out leases,
 * which say what the edge may believe and for how long.
 */
export class TokenRegistry extends DurableObject {
  #counts: Counts | undefined

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    prepareTables(ctx.storage.sql)
  }

  user(user: string): User | null {
    const row = this.#rows<UserRow>('SELECT * FROM users WHERE user = ?', user)[0]
    return row ? toUser(row) : null
  }

  /** A user, and how many of its records a revocation would end. */
  linkedUser(user: string): LinkedUser | null {
    return linkedUser(this.ctx.storage.sql, user, clock())
  }

  /** A page of users, by name. */
  listUsers(query: UserQuery): { users: LinkedUser[]; next: string | null } {
    const found = linkedUsers(this.ctx.storage.sql, { ...query, limit: query.limit + 1 }, clock())
    const users = found.slice(0, query.limit)
    return { users, next: found.length > query.limit ? (users.at(-1)?.user ?? null) : null }
  }

  /** Links a user, or links it anew. */
  linkUser({ user, sealed, link, keepIfStill }: Linking, by: By): Linked {
    return this.#change(by, (now) => {
      const before = this.user(user)
      const kept = before !== null && before.link === keepIfStill
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
      return { user, linkedAt: before?.linkedAt ?? now, updatedAt: now, created: before === null }
    })
  }

  /** Forgets the user's Biuwer token and revokes all of its records. null: no such user. */
  unlinkUser(user: string, by: By): { revoked: number; at: Instant } | null {
    return this.#change(by, (now) => {
      if (this.#rows('DELETE FROM users WHERE user = ? RETURNING user', user).length === 0) return null
      this.#note('user.unlink', user, by, now)
      return { revoked: this.#revokeAll(user, now), at: now }
    })
  }

  revokeTokensOf(user: string, by: By): { revoked: number; at: Instant } {
    return this.#change(by, (now) => {
      this.#note('user.revoke_tokens', user, by, now)
      return { revoked: this.#revokeAll(user, now), at: now }
    })
  }

  /** Ends all tokens and sessions of a user; its records stay, and give out new tokens. null: no such user. */
  signOutUser(user: string, by: By): { at: Instant } | null {
    return this.#change(by, (now) => {
      if (!this.user(user)) return null
      signOut(this.ctx.storage.sql, user, now)
      this.#note('user.sign_out', user, by, now)
      return { at: now }
    })
  }

  /** Ends all tokens and sessions of everybody; the records stay. */
  signOutAll(by: By): { at: Instant } {
    return this.#change(by, (now) => {
      signOut(this.ctx.storage.sql, null, now)
      this.#note('sign_out', 'all', by, now)
      return { at: now }
    })
  }

  /** @param minting what, beside the record, makes its first token, at every repetition under the same Idempotency-Key, too */
  createToken(record: TokenRecord, minting: Minting, idempotency: IdempotencyKey | null, by: By): Created {
    return this.#change(by, (now) => {
      const earlier = idempotency && earlierAnswer(this.ctx.storage.sql, idempotency, now)
      if (earlier) return replay(earlier, idempotency.bodyDigest)
      if (!this.user(record.user)) return { outcome: 'not_linked' }
      insert(this.ctx.storage.sql, 'tokens', toRow(record))
      const answer = JSON.stringify({ ...this.#giving(record), ...minting } satisfies KeptCreation)
      if (idempotency) keepAnswer(this.ctx.storage.sql, idempotency, answer, now)
      this.#note('token.create', record.id, by, now)
      return { outcome: 'created', answer }
    })
  }

  /** The answer to an earlier creation under this Idempotency-Key; null: there was none within a day. */
  created(key: Pick<IdempotencyKey, 'actor' | 'key'>): Earlier | null {
    return earlierAnswer(this.ctx.storage.sql, key, clock())
  }

  token(id: string): TokenRecord | null {
    const row = this.#rows<TokenRow>('SELECT * FROM tokens WHERE id = ?', id)[0]
    return row ? toRecord(row) : null
  }

  /** A page of records, newest first. `before` counts in the order of creation. */
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
   * The record, for the token that it gives out now.
   * @param version the version of the record that the caller has seen; null: any
   */
  refreshToken(id: string, version: number | null, by: By): Refreshed {
    return this.ctx.storage.transactionSync(() => {
      const now = clock()
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (version !== null && version !== record.version) return { outcome: 'changed_meanwhile' }
      if (hasEnded(record, now)) return { outcome: 'conflict' }
      noteRefresh(this.ctx.storage.sql, id, by, now)
      return { outcome: 'given', ...this.#giving(record) }
    })
  }

  /**
   * Begins a new generation. Tokens of the one before end `overlap` seconds from now.
   * @param version the version of the record that the caller has seen; null: any
   */
  rotateToken(id: string, version: number | null, by: By): Changed {
    return this.#change(by, (now) => {
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (version !== null && version !== record.version) return { outcome: 'changed_meanwhile' }
      if (hasEnded(record, now)) return { outcome: 'conflict' }
      const { generation } = record
      this.#rows('INSERT INTO ended_generations VALUES (?, ?, ?)', id, generation, now + record.overlap)
      // A generation that has ended needs no row: one that is not known counts as ended.
      this.#rows('DELETE FROM ended_generations WHERE token = ? AND ends_at <= ?', id, now)
      this.#rows(
        `DELETE FROM ended_generations WHERE token = ? AND generation NOT IN
           (SELECT generation FROM ended_generations WHERE token = ? ORDER BY generation DESC LIMIT ?)`,
        id,
        id,
        // Beside the one that begins.
        MOST_LIVE_GENERATIONS - 1,
      )
      const rotated = {
        generation: nextGeneration(record, clockMilliseconds()),
        generationStartedAt: now,
        version: record.version + 1,
      }
      this.#rows(
        'UPDATE tokens SET generation = ?, generation_started_at = ?, version = ? WHERE id = ?',
        rotated.generation,
        rotated.generationStartedAt,
        rotated.version,
        id,
      )
      this.#note('token.rotate', id, by, now)
      return { outcome: 'changed', ...this.#giving({ ...record, ...rotated }), at: now }
    })
  }

  /** @param version the version of the record that the caller has seen; null: any */
  updateToken(id: string, changes: Changes, version: number | null, by: By): Rescoped {
    return this.#change(by, (now) => {
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

  /**
   * Revokes a record. One that is revoked already keeps its time, whatever version is named: what is asked for has been
   * done (RFC 9110 §13.1.1).
   */
  revokeToken(id: string, version: number | null, by: By): Changed {
    return this.#change(by, (now) => {
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (record.revokedAt !== null) return { outcome: 'changed', record, at: record.revokedAt }
      if (version !== null && version !== record.version) return { outcome: 'changed_meanwhile' }
      const revoked = { revokedAt: now, version: record.version + 1 }
      this.#rows('UPDATE tokens SET revoked_at = ?, version = ? WHERE id = ?', now, revoked.version, id)
      this.#note('token.revoke', id, by, now)
      return { outcome: 'changed', record: { ...record, ...revoked }, at: now }
    })
  }

  /** The record, for a token that its administrator tries it with. */
  previewToken(id: string, resource: string, by: By): Previewed {
    return this.#change(by, (now) => {
      const record = this.token(id)
      if (!record) return { outcome: 'unknown' }
      if (hasEnded(record, now)) return { outcome: 'conflict' }
      if (outside(record, { resource, origin: null })) return { outcome: 'resource_not_allowed' }
      this.#note('token.preview', id, by, now)
      return { outcome: 'given', ...this.#giving(record) }
    })
  }

  /** A page of management actions, newest first. */
  listAudit(query: AuditQuery): { entries: AuditEntry[]; next: number | null } {
    return auditPage(this.ctx.storage.sql, query)
  }

  /** How much there is, counted at most a minute ago, and how much was done since a moment. */
  statistics(since: Instant): { counts: Counts; actions: DayOfActions[] } {
    const now = clock()
    if (!this.#counts || now >= this.#counts.countedAt + COUNTS_LIFE || now < this.#counts.countedAt)
      this.#counts = countAll(this.ctx.storage.sql, now)
    return { counts: this.#counts, actions: actionsSince(this.ctx.storage.sql, since) }
  }

  /**
   * Notes an export, and begins the snapshot that it tells: the registry of this moment.
   * @param id the snapshot's
   */
  beginExport(id: string, by: By): { at: Instant } {
    return this.#change(by, (now) => {
      this.#note('export', 'all', by, now)
      beginSnapshot(this.ctx.storage.sql, id, now)
      return { at: now }
    })
  }

  /** The next items of a snapshot; null: it has ended. */
  snapshotPage(
    id: string,
    position: BackupPosition,
    most: number,
  ): { items: BackupItem[]; next: BackupPosition } | null {
    return this.ctx.storage.transactionSync(() =>
      touchSnapshot(this.ctx.storage.sql, id, clock())
        ? backupPage(this.ctx.storage.sql, id, position, most)
        : null,
    )
  }

  endExport(id: string): void {
    this.ctx.storage.transactionSync(() => endSnapshot(this.ctx.storage.sql, id))
  }

  /** Restores the items of a backup: all of them, or none if anything throws. */
  restoreItems(items: BackupItem[], provenance: Provenance, by: By): { imported: number; skipped: number } {
    return this.#change(by, (now) => {
      const restored = restore(this.ctx.storage.sql, items, provenance, now)
      for (const item of restored) {
        if (item.type === 'user') this.#note('user.import', item.user, by, now)
        if (item.type === 'token') this.#note('token.import', item.record.id, by, now)
      }
      const kind = provenance.isVerified ? 'items' : 'unverified items'
      if (restored.length > 0) this.#note('import', `${restored.length} ${kind}`, by, now)
      return { imported: restored.length, skipped: items.length - restored.length }
    })
  }

  /** Users, by name, whose Biuwer token another key has sealed. */
  usersNotSealedBy(kid: string, after: string, most: number): User[] {
    return this.#rows<UserRow>(
      'SELECT * FROM users WHERE kid <> ? AND user > ? ORDER BY user LIMIT ?',
      kid,
      after,
      most,
    ).map(toUser)
  }

  /** Replaces vault entries by their re-sealed ones. A user who was linked anew in between keeps the newer entry. */
  reseal(entries: Resealed[], kid: string, by: By): { reencrypted: number; remaining: number } {
    return this.#change(by, (now) => {
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
      if (done.length > 0) this.#note('vault.reencrypt', `${done.length} users`, by, now)
      const rows = this.#rows<{ remaining: number }>(
        'SELECT count(*) AS remaining FROM users WHERE kid <> ?',
        kid,
      )
      return { reencrypted: done.length, remaining: rows[0]?.remaining ?? 0 }
    })
  }

  /**
   * Gives a lease on a record for `seconds` from now; null: there is no such record. The edge asks when somebody comes
   * with a token or a session of the record, once a lease at most. That is what `last_used_at` records, whether or not
   * the edge then refuses.
   */
  lease(id: string, seconds: number): Lease | null {
    const now = clock()
    const record = this.token(id)
    if (!record) return null
    const user = this.user(record.user)
    if (user && status(record, now) === 'active')
      this.#rows('UPDATE tokens SET last_used_at = ? WHERE id = ?', now, id)
    const standing = this.#standing(record, user, now)
    return {
      leasedAt: now,
      leasedUntil: now + seconds,
      user: record.user,
      standing,
      sealed: user?.sealed ?? null,
    }
  }

  /** The record and its standing, for questions that do not count as its use. */
  inspect(id: string): { record: TokenRecord; standing: Standing } | null {
    const record = this.token(id)
    return record && { record, standing: this.#standing(record, this.user(record.user), clock()) }
  }

  #giving(record: TokenRecord): Giving {
    return { record, tokensSince: lastSignOut(this.ctx.storage.sql, record.user)?.tokensSince }
  }

  #standing(record: TokenRecord, user: User | null, now: Instant): Standing {
    const signOut = lastSignOut(this.ctx.storage.sql, record.user)
    return {
      revokedAt: record.revokedAt,
      revision: record.revision,
      resources: record.resources,
      origins: record.origins,
      generation: record.generation,
      generationEnds: this.#generationEnds(record.id, now),
      to: record.to,
      ...(signOut && { signOut }),
      link: user?.link ?? null,
    }
  }

  /** When each former generation ends that has not ended yet. */
  #generationEnds(id: string, now: Instant): Record<number, Instant> {
    const rows = this.#rows<{ generation: number; ends_at: Instant }>(
      'SELECT generation, ends_at FROM ended_generations WHERE token = ? AND ends_at > ?',
      id,
      now,
    )
    return Object.fromEntries(rows.map((row) => [row.generation, row.ends_at]))
  }

  #revokeAll(user: string, now: Instant): number {
    return this.#rows(
      'UPDATE tokens SET revoked_at = ?, version = version + 1 WHERE user = ? AND revoked_at IS NULL RETURNING id',
      now,
      user,
    ).length
  }

  /**
   * Runs `work` in a transaction, once per request id: a retry after a lost answer gets the stored answer. A request
   * makes one change at most.
   */
  #change<Answer>(by: By, work: (now: Instant) => Answer): Answer {
    const now = clock()
    const { sql } = this.ctx.storage
    return this.ctx.storage.transactionSync(() => {
      forgetSnapshots(sql, now)
      return once(sql, by.requestId, now, () => work(now))
    })
  }

  #note(action: AuditAction, target: string, by: By, now: Instant): void {
    note(this.ctx.storage.sql, action, target, by, now)
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
