import type { TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'
import type { AuditAction } from './audit.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'

/** What a backup is made of. Users keep their Biuwer tokens sealed; no value and no session is in it. */
export type BackupItem =
  | {
      type: 'user'
      user: string
      link: string
      kid: string
      iv: string
      data: string
      linked_at: Instant
      updated_at: Instant
    }
  | { type: 'token'; record: TokenRecord; generation_ends: [generation: number, endsAt: Instant][] }
  | { type: 'audit'; at: Instant; actor: string; action: string; target: string; request_id: string }

/** Where an export stands: the kind of item, and the last one given. */
export interface BackupPlace {
  table: 'users' | 'tokens' | 'audit' | 'done'
  after: string | number
}

export const BACKUP_START: BackupPlace = { table: 'users', after: '' }

/** The next items, oldest first. Each page is a consistent read; changes between pages show in later ones. */
export function backupPage(
  sql: SqlStorage,
  place: BackupPlace,
  most: number,
): { items: BackupItem[]; next: BackupPlace } {
  const step = <Row extends Record<string, SqlStorageValue>>(
    rows: Row[],
    follows: BackupPlace,
    key: keyof Row & string,
    item: (row: Row) => BackupItem,
  ) => {
    const last = rows.at(-1)
    const next = last && rows.length === most ? { ...place, after: last[key] as string | number } : follows
    return { items: rows.map(item), next }
  }
  switch (place.table) {
    case 'users': {
      const rows = sql
        .exec<Omit<Extract<BackupItem, { type: 'user' }>, 'type'>>(
          'SELECT * FROM users WHERE user > ? ORDER BY user LIMIT ?',
          place.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'tokens', after: 0 }, 'user', (row) => ({ type: 'user', ...row }))
    }
    case 'tokens': {
      const rows = sql
        .exec<TokenRow & { seq: number }>(
          'SELECT * FROM tokens WHERE seq > ? ORDER BY seq LIMIT ?',
          place.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'audit', after: 0 }, 'seq', (row) => ({
        type: 'token',
        record: toRecord(row),
        generation_ends: sql
          .exec<{ generation: number; ends_at: Instant }>(
            'SELECT generation, ends_at FROM ended_generations WHERE token = ?',
            row.id,
          )
          .toArray()
          .map(({ generation, ends_at }) => [generation, ends_at]),
      }))
    }
    case 'audit': {
      const rows = sql
        .exec<Omit<Extract<BackupItem, { type: 'audit' }>, 'type'> & { seq: number }>(
          'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
          place.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'done', after: 0 }, 'seq', ({ seq: _, ...row }) => ({
        type: 'audit',
        ...row,
      }))
    }
    case 'done':
      return { items: [], next: place }
  }
}

/**
 * Puts an item where nothing stands in its place yet; true if it did. Nothing is revived: a user who was
 * unlinked since stays unlinked, a record whose user was unlinked, or lost all records, since comes back
 * revoked. A single-use record comes back with a new generation, and the values of all others ended: which
 * of them were spent is not in a backup, so that none may open again.
 */
export function restore(sql: SqlStorage, item: BackupItem, now: Instant): boolean {
  switch (item.type) {
    case 'user': {
      const { type: _, ...row } = item
      if (firstDone(sql, ['user.unlink'], item.user, item.updated_at) !== null) return false
      return insert(sql, 'users', row)
    }
    case 'token': {
      const { id, user, refresh, generation, createdAt, revokedAt } = item.record
      const isSingleUse = refresh === 'single-use'
      const record = {
        ...item.record,
        revokedAt: revokedAt ?? firstDone(sql, ['user.unlink', 'user.revoke_tokens'], user, createdAt),
        ...(isSingleUse && { generation: generation + 1, generationStartedAt: now }),
      }
      if (!insert(sql, 'tokens', toRow(record))) return false
      const ends = isSingleUse ? [] : item.generation_ends
      for (const [generation, ends_at] of ends)
        insert(sql, 'ended_generations', { token: id, generation, ends_at })
      return true
    }
    case 'audit': {
      const { type: _, ...row } = item
      return insert(sql, 'audit', row)
    }
  }
}

/** When, from `since` on, one of the actions was first done to the user here, by the audit; null: never. */
function firstDone(sql: SqlStorage, actions: AuditAction[], user: string, since: Instant): Instant | null {
  const places = actions.map(() => '?').join(', ')
  const statement = `SELECT min(at) AS at FROM audit WHERE target = ? AND at >= ? AND action IN (${places})`
  return sql.exec<{ at: Instant | null }>(statement, user, since, ...actions).one().at
}

function insert(sql: SqlStorage, table: string, row: Record<string, SqlStorageValue>): boolean {
  const columns = Object.keys(row)
  const places = columns.map(() => '?').join(', ')
  const values = Object.values(row)
  const statement = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING RETURNING 1`
  return sql.exec(statement, ...values).toArray().length > 0
}
