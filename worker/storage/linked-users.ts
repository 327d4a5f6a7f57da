import type { BiuwerToken } from '../policy/biuwer-token.ts'
import type { UserPatterns } from '../policy/caller.ts'
import { DAY, type Instant } from '../policy/time.ts'
import { biuwerTokensOf } from './biuwer-tokens.ts'
import { toUser, type User, type UserRow } from './user-row.ts'
import { ofUsers } from './user-scope.ts'

/** A user with its Biuwer tokens, and the number of its token records that have neither ended nor been revoked. */
export interface LinkedUser extends User {
  liveTokens: number
  biuwerTokens: BiuwerToken[]
}

export interface UserQuery {
  /** Only users whose name begins with this. */
  prefix?: string | undefined
  /** Only users whose Biuwer tokens end within a week, the last of them, or have all ended. */
  biuwerToken?: 'ending' | 'expired' | undefined
  /** Only users behind this one, by name. */
  after?: string | undefined
  limit: number
}

/** Seconds before its end from which a user's last Biuwer token counts as ending. */
const ENDING = 7 * DAY

/**
 * A condition of SQL on a user `u`: the last of its Biuwer tokens ends from `?1` until `?2`. It begins with the tokens that end
 * then, so that the cost goes with them and not with all users.
 */
const LAST_ENDS_WITHIN = `u.user IN (SELECT user FROM biuwer_tokens WHERE valid_to BETWEEN ?1 AND ?2)
  AND NOT EXISTS (SELECT 1 FROM biuwer_tokens WHERE user = u.user AND (valid_to IS NULL OR valid_to > ?2))`

/** From when until when the last Biuwer token ends of the users that a query is for. */
function endsWithin(biuwerToken: UserQuery['biuwerToken'], now: Instant): [Instant, Instant] {
  return biuwerToken === 'ending' ? [now + 1, now + ENDING] : [0, now]
}

/** How many users' Biuwer tokens end within a week, or have all ended, of those that a key is for. */
export function countEnding(
  sql: SqlStorage,
  visible: UserPatterns,
  now: Instant,
): Record<'ending' | 'expired', number> {
  const count = (biuwerToken: 'ending' | 'expired') =>
    sql
      .exec<{ n: number }>(
        `SELECT count(*) AS n FROM users AS u WHERE ${LAST_ENDS_WITHIN} AND ${ofUsers('user', visible)}`,
        ...endsWithin(biuwerToken, now),
      )
      .one().n
  return { ending: count('ending'), expired: count('expired') }
}

/** Users by name. Each count is an index lookup, however many records there are. */
function linkedUsers(
  sql: SqlStorage,
  { prefix = '', biuwerToken, after, limit }: UserQuery,
  visible: UserPatterns,
  now: Instant,
): LinkedUser[] {
  const rows = sql.exec<UserRow & { live_tokens: number }>(
    `SELECT *, (
       SELECT count(*) FROM tokens
       WHERE tokens.user = u.user AND revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?3)
     ) AS live_tokens
     FROM users AS u WHERE ${biuwerToken ? LAST_ENDS_WITHIN : 'TRUE'}
       AND user >= ?4 AND user < ?5 AND user > ?6 AND ${ofUsers('user', visible)} ORDER BY user LIMIT ?7`,
    ...endsWithin(biuwerToken, now),
    now,
    prefix,
    // The end of the prefix's range: users are ASCII, so that none with the prefix sorts behind it.
    `${prefix}\u{10ffff}`,
    after ?? '',
    limit,
  )
  return rows.toArray().map((row) => ({
    ...toUser(row),
    liveTokens: row.live_tokens,
    biuwerTokens: biuwerTokensOf(sql, row.user).map(({ sealed: _, ...token }) => token),
  }))
}

/** A page of users, by name; `next` is the last one where there are more. */
export function userPage(
  sql: SqlStorage,
  query: UserQuery,
  visible: UserPatterns,
  now: Instant,
): { users: LinkedUser[]; next: string | null } {
  const found = linkedUsers(sql, { ...query, limit: query.limit + 1 }, visible, now)
  const users = found.slice(0, query.limit)
  return { users, next: found.length > query.limit ? (users.at(-1)?.user ?? null) : null }
}

export function linkedUser(sql: SqlStorage, user: string, now: Instant): LinkedUser | null {
  const [found] = linkedUsers(sql, { prefix: user, limit: 1 }, null, now)
  return found?.user === user ? found : null
}

/** Links a user, or notes that its Biuwer tokens were set anew. */
export function putUser(sql: SqlStorage, { user, linkedAt, updatedAt }: User): void {
  sql.exec(
    `INSERT INTO users (user, linked_at, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (user) DO UPDATE SET updated_at = excluded.updated_at`,
    user,
    linkedAt,
    updatedAt,
  )
}
