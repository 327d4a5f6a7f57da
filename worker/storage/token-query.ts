import type { Status } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'

export interface TokenQuery {
  user?: string | undefined
  status?: Status | undefined
  /** A part of the user or of the label, or the beginning of the id. */
  text?: string | undefined
  /** Only records created before the one with this `seq`. */
  before?: number | undefined
  limit: number
}

/** What each status means in SQL; `policy/record.ts` says it of a record. */
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

/** Newest first. A text's matches come from its index in that order, so that a page ends where it is full. */
export function selectTokens(
  { user, status, text, before, limit }: TokenQuery,
  now: Instant,
): { statement: string; values: SqlStorageValue[] } {
  const where = ['TRUE']
  const values: SqlStorageValue[] = []
  let [from, place] = ['tokens', 'seq']
  if (text?.startsWith('tok_')) {
    where.push('id >= ? AND id < ?')
    values.push(text, `${text}\u{10ffff}`)
  } else if (text !== undefined) {
    ;[from, place] = ['token_text CROSS JOIN tokens ON seq = token_text.rowid', 'token_text.rowid']
    where.push('token_text MATCH ?')
    // One phrase: what FTS5 would read as operators is text between quotes.
    values.push(`"${text.replaceAll('"', '""')}"`)
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
    where.push(`${place} < ?`)
    values.push(before)
  }
  const statement = `SELECT tokens.* FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${place} DESC LIMIT ?`
  return { statement, values: [...values, limit] }
}
