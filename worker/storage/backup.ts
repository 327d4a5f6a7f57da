import { clockMilliseconds } from '../clock.ts'
import { nextGeneration, type TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'
import type { AuditAction } from './audit.ts'
import { insert } from './rows.ts'
import { keepSignOut, signedOutUser, signOutRows } from './sign-outs.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'

/** An item of a backup. Biuwer tokens stay sealed in it, and it has no embed tokens and no sessions. */
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
  /** A sign-out of a user; null: of everybody. */
  | { type: 'sign_out'; user: string | null; at: Instant; tokens_since: Instant }
  | { type: 'audit'; at: Instant; actor: string; action: string; target: string; request_id: string }

/** How far an export has come: the table, and the last item given. */
export interface BackupPosition {
  table: 'users' | 'tokens' | 'sign_outs' | 'audit' | 'done'
  after: string | number
}

export const BACKUP_START: BackupPosition = { table: 'users', after: '' }

/** The next items, oldest first. A page is one consistent read; a change between two pages shows in the later one. */
export function backupPage(
  sql: SqlStorage,
  position: BackupPosition,
  most: number,
): { items: BackupItem[]; next: BackupPosition } {
  const step = <Row extends Record<string, SqlStorageValue>>(
    rows: Row[],
    follows: BackupPosition,
    key: keyof Row & string,
    item: (row: Row) => BackupItem,
  ) => {
    const last = rows.at(-1)
    const next = last && rows.length === most ? { ...position, after: last[key] as string | number } : follows
    return { items: rows.map(item), next }
  }
  switch (position.table) {
    case 'users': {
      const rows = sql
        .exec<Omit<Extract<BackupItem, { type: 'user' }>, 'type'>>(
          'SELECT * FROM users WHERE user > ? ORDER BY user LIMIT ?',
          position.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'tokens', after: 0 }, 'user', (row) => ({ type: 'user', ...row }))
    }
    case 'tokens': {
      const rows = sql
        .exec<TokenRow & { seq: number }>(
          'SELECT * FROM tokens WHERE seq > ? ORDER BY seq LIMIT ?',
          position.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'sign_outs', after: '' }, 'seq', (row) => ({
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
    case 'sign_outs': {
      const rows = signOutRows(sql, String(position.after), most)
      return step(rows, { table: 'audit', after: 0 }, 'user', (row) => ({
        type: 'sign_out',
        ...row,
        user: signedOutUser(row),
      }))
    }
    case 'audit': {
      const rows = sql
        .exec<Omit<Extract<BackupItem, { type: 'audit' }>, 'type'> & { seq: number }>(
          'SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?',
          position.after,
          most,
        )
        .toArray()
      return step(rows, { table: 'done', after: 0 }, 'seq', ({ seq: _, ...row }) => ({
        type: 'audit',
        ...row,
      }))
    }
    case 'done':
      return { items: [], next: position }
  }
}

/**
 * Restores an item unless there is one in its place; returns whether it did. Nothing is revived: a user who was unlinked
 * after the export stays unlinked, and a record whose user was unlinked after it, or had all records revoked, comes back
 * revoked. A single-use record comes back in a new generation with all earlier tokens ended: a backup does not say which
 * of them were spent.
 */
export function restore(sql: SqlStorage, item: BackupItem, now: Instant): boolean {
  switch (item.type) {
    case 'user': {
      const { type: _, ...row } = item
      if (firstDone(sql, ['user.unlink'], item.user, item.updated_at) !== null) return false
      return insert(sql, 'users', row, 'skip')
    }
    case 'token': {
      const { id, user, refresh, createdAt, revokedAt } = item.record
      const isSingleUse = refresh === 'single-use'
      const record = {
        ...item.record,
        revokedAt: revokedAt ?? firstDone(sql, ['user.unlink', 'user.revoke_tokens'], user, createdAt),
        ...(isSingleUse && {
          generation: nextGeneration(item.record, clockMilliseconds()),
          generationStartedAt: now,
        }),
      }
      if (!insert(sql, 'tokens', toRow(record), 'skip')) return false
      const ends = isSingleUse ? [] : item.generation_ends
      for (const [generation, ends_at] of ends)
        insert(sql, 'ended_generations', { token: id, generation, ends_at }, 'skip')
      return true
    }
    case 'sign_out':
      return keepSignOut(sql, item.user, { at: item.at, tokensSince: item.tokens_since })
    case 'audit': {
      const { type: _, ...row } = item
      return insert(sql, 'audit', row, 'skip')
    }
  }
}

/** When, from `since` on, the audit first has one of the actions done to the user; null: never. */
function firstDone(sql: SqlStorage, actions: AuditAction[], user: string, since: Instant): Instant | null {
  const marks = actions.map(() => '?').join(', ')
  const statement = `SELECT min(at) AS at FROM audit WHERE target = ? AND at >= ? AND action IN (${marks})`
  return sql.exec<{ at: Instant | null }>(statement, user, since, ...actions).one().at
}
