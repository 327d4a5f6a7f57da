import type { UserPatterns } from '../policy/caller.ts'
import { folded } from '../policy/folded-text.ts'
import type { Status, TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'
import { type TokenRow, toRecord } from './token-row.ts'
import { ofUsers } from './user-scope.ts'

export interface TokenQuery {
  user?: string | undefined
  status?: Status | undefined
  /** A part of the user or of the label, accents aside; or, from `tok_` on, the beginning of the id. */
  text?: string | undefined
  /** Only records created before the one with this id. */
  before?: string | undefined
  limit: number
}

/** What each status means in SQL, as `status` in policy/record.ts says of a record. */
const STATUS: Record<Status, { where: string; times: number }> = {
  revoked: { where: 'revoked_at IS NOT NULL', times: 0 },
  expired: { where: 'revoked_at IS NULL AND valid_to <= ?', times: 1 },
  pending: {
    where: 'revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?) AND valid_from > ?',
    times: 2,
  },
  active: {
    where: 'revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?) AND valid_from <= ?',
    times: 2,
  },
}

/** A page of records, newest first; `next` is the last one's id where there are more. */
export function tokenPage(
  sql: SqlStorage,
  query: TokenQuery,
  visible: UserPatterns,
  now: Instant,
): { records: TokenRecord[]; next: string | null } {
  const { statement, values } = selectTokens({ ...query, limit: query.limit + 1 }, visible, now)
  const rows = sql.exec<TokenRow>(statement, ...values).toArray()
  const page = rows.slice(0, query.limit)
  return {
    records: page.map(toRecord),
    next: rows.length > query.limit ? (page.at(-1)?.id ?? null) : null,
  }
}

/** Selects records, newest first. The text index gives its matches in that order, so that reading ends with the page. */
function selectTokens(
  { user, status, text, before, limit }: TokenQuery,
  visible: UserPatterns,
  now: Instant,
): { statement: string; values: SqlStorageValue[] } {
  const where = [ofUsers('tokens.user', visible)]
  const values: SqlStorageValue[] = []
  let [from, order] = ['tokens', 'seq']
  if (text?.startsWith('tok_')) {
    where.push('id >= ? AND id < ?')
    values.push(text, `${text}\u{10ffff}`)
  } else if (text !== undefined) {
    ;[from, order] = ['token_text CROSS JOIN tokens ON seq = token_text.rowid', 'token_text.rowid']
    where.push('token_text MATCH ?')
    // One phrase: between quotes, FTS5 reads no operators.
    values.push(`"${folded(text).replaceAll('"', '""')}"`)
  }
  if (user !== undefined) {
    where.push('tokens.user = ?')
    values.push(user)
  }
  if (status !== undefined) {
    where.push(STATUS[status].where)
    values.push(...Array<Instant>(STATUS[status].times).fill(now))
  }
  if (before !== undefined) {
    where.push(`${order} < (SELECT seq FROM tokens WHERE id = ?)`)
    values.push(before)
  }
  const statement = `SELECT tokens.* FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order} DESC LIMIT ?`
  return { statement, values: [...values, limit] }
}
