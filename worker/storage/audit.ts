import type { UserPatterns } from '../policy/caller.ts'
import { DAY, HOUR, type Instant } from '../policy/time.ts'
import { ofAudit } from './user-scope.ts'

/** Who makes a change, as the audit keeps it. */
export interface By {
  /** The key's id and name, or the first digits of a root key's digest. */
  actor: string
  /** Whom the key is for. To others it changes nothing. */
  users: UserPatterns
  requestId: string
}

export type AuditAction =
  | 'user.link'
  | 'user.update'
  | 'user.unlink'
  | 'user.add_biuwer_token'
  | 'user.delete_biuwer_token'
  | 'user.biuwer_token_failing'
  | 'user.biuwer_token_recovered'
  | 'user.revoke_tokens'
  | 'user.sign_out'
  | 'sign_out'
  | 'user.import'
  | 'token.create'
  | 'token.refresh'
  | 'token.update'
  | 'token.rotate'
  | 'token.revoke'
  | 'token.preview'
  | 'token.import'
  | 'export'
  | 'import'
  | 'vault.reencrypt'
  | 'key.create'
  | 'key.revoke'
  | 'signer.create'
  | 'signer.update'
  | 'signer.delete'
  | 'signer.preview'
  | 'signer.import'

export interface AuditEntry {
  seq: number
  at: Instant
  actor: string
  action: string
  target: string
  request_id: string
  /** When a backup brought the entry; null: this edge did what it tells. */
  imported_at: Instant | null
}

export interface AuditQuery {
  /** Only actions on this user or record. */
  target?: string | undefined
  /** Only actions noted before this one: `next` of a page. */
  before?: string | undefined
  limit: number
}

type AuditRow = AuditEntry & Record<string, SqlStorageValue>

/** Seconds for which the audit keeps an action. */
const LIFE = 365 * DAY

/** Adds an action to the audit, and drops those that are too old. */
export function note(
  sql: SqlStorage,
  action: AuditAction,
  target: string,
  { actor, requestId }: By,
  now: Instant,
): void {
  sql.exec('DELETE FROM audit WHERE at <= ?', now - LIFE)
  sql.exec(
    'INSERT INTO audit (at, actor, action, target, request_id) VALUES (?, ?, ?, ?, ?)',
    now,
    actor,
    action,
    target,
    requestId,
  )
}

/**
 * Notes that a record gave out its token, once for each key and hour: hosts ask at every page view, and a line for each
 * would bury the others.
 */
export function noteRefresh(sql: SqlStorage, token: string, by: By, now: Instant): void {
  const noted = sql
    .exec(
      "SELECT 1 FROM audit WHERE action = 'token.refresh' AND target = ? AND actor = ? AND at > ? AND imported_at IS NULL LIMIT 1",
      token,
      by.actor,
      now - HOUR,
    )
    .toArray()
  if (noted.length === 0) note(sql, 'token.refresh', token, by, now)
}

/** A page of actions, newest first; `next` names the last one where there are more. */
export function auditPage(
  sql: SqlStorage,
  { target, before, limit }: AuditQuery,
  visible: UserPatterns,
): { entries: AuditEntry[]; next: string | null } {
  const rows = sql
    .exec<AuditRow>(
      `SELECT * FROM audit WHERE ${target === undefined ? 'TRUE' : 'target = ?'} AND seq < ? AND ${ofAudit(visible)}
       ORDER BY seq DESC LIMIT ?`,
      ...(target === undefined ? [] : [target]),
      before === undefined ? Number.MAX_SAFE_INTEGER : seqOf(sql, before),
      limit + 1,
    )
    .toArray()
  const entries = rows.slice(0, limit)
  const last = rows.length > limit ? entries.at(-1) : undefined
  return { entries, next: last ? nameOf(last) : null }
}

/** What tells an entry from all others: a request does something to a target once. The first two have no space. */
function nameOf({ request_id, action, target }: AuditEntry): string {
  return `${request_id} ${action} ${target}`
}

/** The number of the entry of a name; 0: there is none, or it is too old to be kept. */
function seqOf(sql: SqlStorage, name: string): number {
  const [, request = '', action = '', target = ''] = /^(\S+) (\S+) (.+)$/s.exec(name) ?? []
  const statement = 'SELECT seq FROM audit WHERE request_id = ? AND action = ? AND target = ?'
  return sql.exec<{ seq: number }>(statement, request, action, target).toArray()[0]?.seq ?? 0
}
