import { toUser, type User, type UserRow } from './user-row.ts'
import type { Sealed } from './vault.ts'

/** Vault entries that pass from one key of `VAULT_KEYS` to another. */

/** A vault entry under the first key, and the one that it replaces. */
export interface Resealed {
  user: string
  former: Sealed
  sealed: Sealed
}

/** Users, by name, whose Biuwer token another key has sealed. */
export function usersNotSealedBy(sql: SqlStorage, kid: string, after: string, most: number): User[] {
  const statement = 'SELECT * FROM users WHERE kid <> ? AND user > ? ORDER BY user LIMIT ?'
  return sql.exec<UserRow>(statement, kid, after, most).toArray().map(toUser)
}

/**
 * Replaces vault entries by their re-sealed ones, and returns how many. A user who was linked anew in between keeps the
 * newer entry.
 */
export function replaceSealed(sql: SqlStorage, entries: Resealed[]): number {
  const statement =
    'UPDATE users SET kid = ?, iv = ?, data = ? WHERE user = ? AND kid = ? AND iv = ? RETURNING user'
  const replaced = entries.filter(
    ({ user, former, sealed }) =>
      sql.exec(statement, sealed.kid, sealed.iv, sealed.data, user, former.kid, former.iv).toArray().length >
      0,
  )
  return replaced.length
}

export function countNotSealedBy(sql: SqlStorage, kid: string): number {
  return sql.exec<{ n: number }>('SELECT count(*) AS n FROM users WHERE kid <> ?', kid).one().n
}
