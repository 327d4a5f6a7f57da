import { type BiuwerTokenRow, toEntry, type VaultEntry } from './biuwer-tokens.ts'
import type { Sealed } from './vault.ts'

/** Vault entries that pass from one key of `VAULT_KEYS` to another. */

/** An entry with its user. */
export interface OwnedEntry extends VaultEntry {
  user: string
}

/** A vault entry under the first key, and the one that it replaces. */
export interface Resealed {
  id: string
  former: Sealed
  sealed: Sealed
}

/** Vault entries that another key has sealed, by their ids. */
export function entriesNotSealedBy(sql: SqlStorage, kid: string, after: string, most: number): OwnedEntry[] {
  const statement = 'SELECT * FROM biuwer_tokens WHERE kid <> ? AND id > ? ORDER BY id LIMIT ?'
  const rows = sql.exec<BiuwerTokenRow>(statement, kid, after, most).toArray()
  return rows.map((row) => ({ ...toEntry(row), user: row.user }))
}

/**
 * Replaces vault entries by their re-sealed ones, and returns how many. One that was replaced in between stays as it is.
 */
export function replaceSealed(sql: SqlStorage, entries: Resealed[]): number {
  const statement =
    'UPDATE biuwer_tokens SET kid = ?, iv = ?, data = ? WHERE id = ? AND kid = ? AND iv = ? RETURNING id'
  const replaced = entries.filter(
    ({ id, former, sealed }) =>
      sql.exec(statement, sealed.kid, sealed.iv, sealed.data, id, former.kid, former.iv).toArray().length > 0,
  )
  return replaced.length
}

/** Vault entries under other keys, those included that the token source is still to be told of. */
export function countNotSealedBy(sql: SqlStorage, kid: string): number {
  const count = (table: string) =>
    sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE kid <> ?`, kid).one().n
  return count('biuwer_tokens') + count('ended_biuwer_tokens')
}
