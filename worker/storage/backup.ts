import { clockMilliseconds } from '../clock.ts'
import type { BiuwerRefresh } from '../policy/biuwer-refresh.ts'
import { nextGeneration, type TokenRecord } from '../policy/record.ts'
import type { Signer } from '../policy/signer.ts'
import type { Instant } from '../policy/time.ts'
import type { AuditAction } from './audit.ts'
import { planRefresh } from './biuwer-refreshes.ts'
import { hasBiuwerToken, putEntry, type VaultEntry } from './biuwer-tokens.ts'
import { insert } from './rows.ts'
import { keepSignOut, type SignOutRow, signedOutUser } from './sign-outs.ts'
import { addSigner, type SignerRow, toSigner } from './signers.ts'
import { keptRows, lastOf } from './snapshots.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'
import { atOpeningId, type UserRow } from './user-row.ts'

/** An item of a backup. Biuwer tokens stay sealed in it, and it has no embed tokens and no sessions. */
export type BackupItem =
  | {
      type: 'user'
      user: string
      linked_at: Instant
      updated_at: Instant
      biuwer_refresh: BiuwerRefresh
      biuwer_tokens: VaultEntry[]
    }
  | { type: 'token'; record: TokenRecord; generation_ends: [generation: number, endsAt: Instant][] }
  | { type: 'signer'; signer: Signer }
  /** A sign-out of a user; null: of everybody. */
  | { type: 'sign_out'; user: string | null; at: Instant; tokens_since: Instant }
  | AuditItem

export interface AuditItem {
  type: 'audit'
  at: Instant
  actor: string
  action: string
  target: string
  request_id: string
  /** Whether the edge that wrote the backup did it, or took it for its own. */
  own: boolean
}

/** How far an export has come: the table, and the last item given. */
export interface BackupPosition {
  table: 'sign_outs' | 'users' | 'signers' | 'tokens' | 'audit' | 'done'
  after: string | number
}

/** Sign-outs come first: no token that one of them ended opens while a backup is imported piece by piece. */
export const BACKUP_START: BackupPosition = { table: 'sign_outs', after: '' }

/** The next items of a snapshot, oldest first. */
export function backupPage(
  sql: SqlStorage,
  snapshot: string,
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
    case 'sign_outs': {
      const rows = keptRows<SignOutRow>(sql, snapshot, 'sign_outs', position.after, most)
      return step(rows, { table: 'users', after: '' }, 'user', (row) => ({
        type: 'sign_out',
        ...row,
        user: signedOutUser(row),
      }))
    }
    case 'users': {
      const rows = keptRows<UserRow & { biuwer_tokens: string }>(sql, snapshot, 'users', position.after, most)
      return step(
        rows,
        { table: 'signers', after: '' },
        'user',
        ({ biuwer_tokens, at_opening: _, ...row }) => ({
          type: 'user',
          ...row,
          biuwer_tokens: JSON.parse(biuwer_tokens),
        }),
      )
    }
    case 'signers': {
      const rows = keptRows<SignerRow>(sql, snapshot, 'signers', position.after, most)
      return step(rows, { table: 'tokens', after: 0 }, 'id', (row) => ({
        type: 'signer',
        signer: toSigner(row),
      }))
    }
    case 'tokens': {
      type Row = TokenRow & { seq: number; generation_ends: string }
      const rows = keptRows<Row>(sql, snapshot, 'tokens', position.after, most)
      return step(rows, { table: 'audit', after: 0 }, 'seq', (row) => ({
        type: 'token',
        record: toRecord(row),
        generation_ends: JSON.parse(row.generation_ends),
      }))
    }
    case 'audit': {
      const rows = sql
        .exec<Omit<AuditItem, 'type' | 'own'> & { seq: number; is_own: number }>(
          `SELECT seq, at, actor, action, target, request_id, is_own FROM audit
           WHERE seq > ?1 AND seq <= ${lastOf('audit')} ORDER BY seq LIMIT ?3`,
          position.after,
          snapshot,
          most,
        )
        .toArray()
      return step(rows, { table: 'done', after: 0 }, 'seq', ({ seq: _, is_own, ...row }) => ({
        type: 'audit',
        ...row,
        own: is_own === 1,
      }))
    }
    case 'done':
      return { items: [], next: position }
  }
}

/** What an import is told of the items that it restores. */
export interface Provenance {
  /** Whether each line was authenticated, and so is as a consistent export wrote it. */
  isVerified: boolean
  /** Whether the audit of the backup counts as this edge's own. */
  takesAudit: boolean
}

/**
 * Restores items unless there is one in their place; returns those that it did. Nothing is revived: a user who was unlinked
 * after the export stays unlinked, and a record whose user was unlinked after it, or had all records revoked, comes back
 * revoked. A single-use record comes back in a new generation, and a signer with a new beginning, and all earlier tokens
 * have ended: a backup does not say which of them were spent.
 */
export function restore(
  sql: SqlStorage,
  items: readonly BackupItem[],
  { isVerified, takesAudit }: Provenance,
  now: Instant,
): BackupItem[] {
  // Other lines may tell a state older than their audit: version 0.1.0 exported while things changed.
  const told = isVerified ? new Map<string, AuditItem[]>() : auditByTarget(items)

  /** When, from `since` on, the target first met one of the actions, as this edge or unverified lines know it; null: never. */
  const firstDone = (actions: AuditAction[], target: string, since: Instant): Instant | null => {
    const marks = actions.map(() => '?').join(', ')
    const known = sql
      .exec<{ at: Instant | null }>(
        `SELECT min(at) AS at FROM audit WHERE target = ? AND at >= ? AND is_own AND action IN (${marks})`,
        target,
        since,
        ...actions,
      )
      .one().at
    const times = (told.get(target) ?? [])
      .filter(({ at, action }) => at >= since && (actions as string[]).includes(action))
      .map(({ at }) => at)
    if (known !== null) times.push(known)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** When something was changed last, where the audit tells more changes than it counts itself; null: it does not. */
  const changedSince = ({ id, version }: Pick<TokenRecord, 'id' | 'version'>): Instant | null => {
    const changes = (told.get(id) ?? []).filter(({ action }) => CHANGES.includes(action))
    return changes.length >= version ? Math.max(...changes.map(({ at }) => at)) : null
  }

  const restoreItem = (item: BackupItem): boolean => {
    switch (item.type) {
      case 'user': {
        const { user, linked_at, updated_at, biuwer_refresh, biuwer_tokens } = item
        if (firstDone(['user.unlink'], user, updated_at) !== null) return false
        // An id that another user has would take the vault's entry from one of the two.
        if (biuwer_tokens.some(({ id }) => hasBiuwerToken(sql, id))) return false
        const row = { user, linked_at, updated_at, biuwer_refresh, at_opening: atOpeningId(biuwer_refresh) }
        if (!insert(sql, 'users', row, 'skip')) return false
        for (const entry of biuwer_tokens) putEntry(sql, user, entry)
        planRefresh(sql, user, biuwer_refresh, now)
        return true
      }
      case 'token': {
        const { id, user, refresh, createdAt, revokedAt } = item.record
        const isSingleUse = refresh === 'single-use'
        const record = {
          ...item.record,
          revokedAt:
            revokedAt ??
            firstDone(['user.unlink', 'user.revoke_tokens'], user, createdAt) ??
            firstDone(['token.revoke'], id, createdAt) ??
            changedSince(item.record),
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
      case 'signer': {
        const { id, createdAt, revokedAt, tokensSince } = item.signer
        const revoked = revokedAt ?? firstDone(['signer.delete'], id, createdAt) ?? changedSince(item.signer)
        // A token that was signed in this very second may have been spent before.
        const signer = { ...item.signer, revokedAt: revoked, tokensSince: Math.max(tokensSince, now + 1) }
        return addSigner(sql, signer, 'skip')
      }
      case 'sign_out':
        return keepSignOut(sql, item.user, { at: item.at, tokensSince: item.tokens_since })
      case 'audit':
        return restoreAudit(sql, item, takesAudit, now)
    }
  }

  return items.filter(restoreItem)
}

/** Actions that count as a version of a record or a signer each, and may take something from it. */
const CHANGES: readonly string[] = ['token.update', 'token.rotate', 'signer.update'] satisfies AuditAction[]

/** Adds an entry, or takes one that an earlier import brought for this edge's own. */
function restoreAudit(
  sql: SqlStorage,
  { type: _, own, ...row }: AuditItem,
  takesAudit: boolean,
  now: Instant,
): boolean {
  const is_own = takesAudit && own ? 1 : 0
  if (insert(sql, 'audit', { ...row, imported_at: now, is_own }, 'skip')) return true
  if (is_own === 0) return false
  const taken = sql.exec(
    'UPDATE audit SET is_own = 1 WHERE request_id = ? AND action = ? AND target = ? AND NOT is_own RETURNING 1',
    row.request_id,
    row.action,
    row.target,
  )
  return taken.toArray().length > 0
}

function auditByTarget(items: readonly BackupItem[]): Map<string, AuditItem[]> {
  const lines = items.filter((item) => item.type === 'audit')
  return Map.groupBy(lines, ({ target }) => target)
}
