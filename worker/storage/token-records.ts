import type { TokenRecord } from '../policy/record.ts'
import type { Standing } from '../policy/standing.ts'
import type { Instant } from '../policy/time.ts'
import { generationEnds } from './generations.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'

/** Token records, one at a time. */

export function tokenRecord(sql: SqlStorage, id: string): TokenRecord | null {
  const [row] = sql.exec<TokenRow>('SELECT * FROM tokens WHERE id = ?', id).toArray()
  return row ? toRecord(row) : null
}

/** Puts a record in the place of the one with its id. */
export function replaceRecord(sql: SqlStorage, record: TokenRecord): void {
  const { id, ...row } = toRow(record)
  const columns = Object.keys(row).map((column) => `${column} = ?`)
  sql.exec(`UPDATE tokens SET ${columns.join(', ')} WHERE id = ?`, ...Object.values(row), id)
}

/** Revokes all records of a user, and returns how many. */
export function revokeAll(sql: SqlStorage, user: string, now: Instant): number {
  const statement =
    'UPDATE tokens SET revoked_at = ?, version = version + 1 WHERE user = ? AND revoked_at IS NULL RETURNING id'
  return sql.exec(statement, now, user).toArray().length
}

/** @param linked how the record's user stands */
export function standingOf(
  sql: SqlStorage,
  record: TokenRecord,
  linked: Pick<Standing, 'biuwerTokens' | 'signOut'>,
  now: Instant,
): Standing {
  return {
    revokedAt: record.revokedAt,
    revision: record.revision,
    resources: record.resources,
    origins: record.origins,
    generation: record.generation,
    generationEnds: generationEnds(sql, record.id, now),
    to: record.to,
    ...linked,
  }
}
