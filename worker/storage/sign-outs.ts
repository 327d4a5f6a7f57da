import type { SignOut } from '../policy/standing.ts'
import type { Instant } from '../policy/time.ts'

/** Sign-outs: each ends the tokens that a user's records, or everybody's, gave out before it. The records stay. */

/** A sign-out as the registry's table holds it. */
export interface SignOutRow extends Record<string, SqlStorageValue> {
  /** `*`, which is no name of a user, stands for everybody. */
  user: string
  at: Instant
  tokens_since: Instant
}

const EVERYBODY = '*'

/** The sign-out that the tokens of a user have to come after; undefined: there was none. */
export function lastSignOut(sql: SqlStorage, user: string): SignOut | undefined {
  return latest(sql, 'WHERE user IN (?, ?)', user, EVERYBODY)
}

/**
 * Ends all tokens given out so far. A token given out right after an earlier sign-out has an `iat` ahead of the clock: a
 * sign-out ends those, too, however soon it follows.
 *
 * @param user whose tokens; null: everybody's
 */
export function signOut(sql: SqlStorage, user: string | null, now: Instant): void {
  const last = user === null ? latest(sql, '') : lastSignOut(sql, user)
  keepSignOut(sql, user, { at: now, tokensSince: Math.max(now, last?.tokensSince ?? 0) + 1 })
}

/** Keeps a sign-out, unless a later one of the same user is known; returns whether it did. */
export function keepSignOut(sql: SqlStorage, user: string | null, { at, tokensSince }: SignOut): boolean {
  const statement = `INSERT INTO sign_outs (user, at, tokens_since) VALUES (?, ?, ?) ON CONFLICT (user) DO UPDATE
    SET at = excluded.at, tokens_since = excluded.tokens_since
    WHERE excluded.tokens_since > sign_outs.tokens_since RETURNING 1`
  return sql.exec(statement, user ?? EVERYBODY, at, tokensSince).toArray().length > 0
}

/** Whom a row concerns; null: everybody. */
export function signedOutUser({ user }: Pick<SignOutRow, 'user'>): string | null {
  return user === EVERYBODY ? null : user
}

function latest(sql: SqlStorage, where: string, ...users: string[]): SignOut | undefined {
  const statement = `SELECT * FROM sign_outs ${where} ORDER BY tokens_since DESC LIMIT 1`
  const [row] = sql.exec<SignOutRow>(statement, ...users).toArray()
  return row && { at: row.at, tokensSince: row.tokens_since }
}
