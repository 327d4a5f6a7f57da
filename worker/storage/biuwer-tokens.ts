import type { BiuwerToken, MadeBy } from '../policy/biuwer-token.ts'
import type { Instant } from '../policy/time.ts'
import { insert } from './rows.ts'
import type { Sealed } from './vault.ts'

/** The vault: Biuwer's own tokens of each user, sealed. */

/** A Biuwer token as the vault holds it. */
export interface VaultEntry extends BiuwerToken {
  sealed: Sealed
}

/** A Biuwer token as the registry's table holds it. */
export interface BiuwerTokenRow extends Record<string, SqlStorageValue> {
  seq: number
  id: string
  user: string
  kid: string
  iv: string
  data: string
  valid_from: Instant
  valid_to: Instant | null
  added_at: Instant
  made_by: MadeBy
}

/** Biuwer tokens of a user. */
export const MOST_BIUWER_TOKENS = 5

/** A user's Biuwer tokens, in the order in which they came. */
export function biuwerTokensOf(sql: SqlStorage, user: string): VaultEntry[] {
  const statement = 'SELECT * FROM biuwer_tokens WHERE user = ? ORDER BY seq'
  return sql.exec<BiuwerTokenRow>(statement, user).toArray().map(toEntry)
}

/** Puts an entry into the vault. */
export function putEntry(sql: SqlStorage, user: string, entry: VaultEntry): void {
  const { id, sealed, from, to, addedAt, madeBy } = entry
  const { kid, iv, data } = sealed
  const interval = { valid_from: from, valid_to: to, added_at: addedAt }
  insert(sql, 'biuwer_tokens', { id, user, kid, iv, data, ...interval, made_by: madeBy })
}

/** Whether some user has the Biuwer token of this id. */
export function hasBiuwerToken(sql: SqlStorage, id: string): boolean {
  return sql.exec('SELECT 1 FROM biuwer_tokens WHERE id = ?', id).toArray().length > 0
}

/** @returns whether the user had the token */
export function deleteBiuwerToken(sql: SqlStorage, user: string, id: string): boolean {
  const statement = 'DELETE FROM biuwer_tokens WHERE user = ? AND id = ? RETURNING 1'
  return sql.exec(statement, user, id).toArray().length > 0
}

export function toEntry(row: BiuwerTokenRow): VaultEntry {
  const { id, kid, iv, data, valid_from, valid_to, added_at, made_by } = row
  return { id, sealed: { kid, iv, data }, from: valid_from, to: valid_to, addedAt: added_at, madeBy: made_by }
}
