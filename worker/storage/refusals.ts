import type { UserPatterns } from '../policy/caller.ts'
import type { FailedCheck, Refusal, RefusalCode } from '../policy/refusal.ts'
import { DAY, type Instant } from '../policy/time.ts'
import { insert } from './rows.ts'
import { ofUsers } from './user-scope.ts'

/** Refused openings, the newest of a week. */

/** Seconds for which a refusal is kept. */
export const REFUSALS_LIFE = 7 * DAY
/** Refusals that are kept at most: one more takes the place of the oldest. */
export const MOST_REFUSALS = 100_000

/** Columns are few and have no index but the request's: each would be another row to pay for, and a week's rows are read fast. */
export const REFUSALS_SCHEMA = `
CREATE TABLE IF NOT EXISTS refusals (
  seq INTEGER PRIMARY KEY,
  request_id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  failed_check TEXT NOT NULL,
  detail TEXT,
  subject TEXT NOT NULL,
  user TEXT,
  resource TEXT NOT NULL,
  origin TEXT
) STRICT;
`

export interface RefusalQuery {
  /** Only the refusal of this request. */
  request_id?: string | undefined
  /** Only refusals of this record's tokens, or of this signer's. */
  token?: string | undefined
  user?: string | undefined
  code?: RefusalCode | undefined
  /** Only refusals that were noted before the one of this request: `next` of a page. */
  before?: string | undefined
  limit: number
}

type RefusalRow = {
  request_id: string
  at: Instant
  code: RefusalCode
  failed_check: FailedCheck
  detail: string | null
  subject: string
  user: string | null
  resource: string
  origin: string | null
}

/** Adds a refusal, unless it is there, and drops the oldest where there are too many. */
export function addRefusal(sql: SqlStorage, refusal: Refusal, most = MOST_REFUSALS): void {
  const { requestId, check, ...rest } = refusal
  insert(sql, 'refusals', { request_id: requestId, failed_check: check, ...rest }, 'skip')
  // Numbers follow each other without a gap.
  sql.exec('DELETE FROM refusals WHERE seq <= (SELECT max(seq) FROM refusals) - ?', most)
}

/** A page of refusals of users that a key is for, newest first; `next` names the last one where there are more. */
export function refusalPage(
  sql: SqlStorage,
  { request_id, token, user, code, before, limit }: RefusalQuery,
  visible: UserPatterns,
  now: Instant,
): { refusals: Refusal[]; next: string | null } {
  const filters = { request_id, subject: token, user, code }
  const given = Object.entries(filters).filter(
    (filter): filter is [string, string] => filter[1] !== undefined,
  )
  const rows = sql
    .exec<RefusalRow>(
      `SELECT * FROM refusals WHERE at > ? AND seq < ? AND ${ofUsers('user', visible)}
       ${given.map(([column]) => `AND ${column} = ?`).join(' ')} ORDER BY seq DESC LIMIT ?`,
      now - REFUSALS_LIFE,
      before === undefined ? Number.MAX_SAFE_INTEGER : seqOf(sql, before),
      ...given.map(([, value]) => value),
      limit + 1,
    )
    .toArray()
  const refusals = rows.slice(0, limit).map(fromRow)
  const last = rows.length > limit ? refusals.at(-1) : undefined
  return { refusals, next: last?.requestId ?? null }
}

/** Drops refusals that are too old, and tells whether any are left. */
export function forgetRefusals(sql: SqlStorage, now: Instant): boolean {
  sql.exec('DELETE FROM refusals WHERE at <= ?', now - REFUSALS_LIFE)
  return sql.exec('SELECT 1 FROM refusals LIMIT 1').toArray().length > 0
}

/** The number of the refusal of a request; 0: there is none, or it is too old to be kept. */
function seqOf(sql: SqlStorage, requestId: string): number {
  const statement = 'SELECT seq FROM refusals WHERE request_id = ?'
  return sql.exec<{ seq: number }>(statement, requestId).toArray()[0]?.seq ?? 0
}

function fromRow({
  request_id,
  failed_check,
  at,
  code,
  detail,
  subject,
  user,
  resource,
  origin,
}: RefusalRow): Refusal {
  return { requestId: request_id, at, code, check: failed_check, detail, subject, user, resource, origin }
}
