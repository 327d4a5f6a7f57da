import type { BiuwerToken } from '../policy/biuwer-token.ts'
import type { UserPatterns } from '../policy/caller.ts'
import { DAY, type Instant } from '../policy/time.ts'
import { failingSince, OVERDUE } from './biuwer-refreshes.ts'
import { biuwerTokensOf } from './biuwer-tokens.ts'
import { toUser, type User, type UserRow } from './user-row.ts'
import { ofUsers } from './user-scope.ts'

/** A user with its Biuwer tokens, and the number of its token records that have neither ended nor been revoked. */
export interface LinkedUser extends User {
  liveTokens: number
  biuwerTokens: BiuwerToken[]
  /** Since when the token source gives no Biuwer token for the user, or nobody asks it; null: it does, or need not be asked. */
  failingSince: Instant | null
}

export interface UserQuery {
  /** Only users whose name begins with this. */
  prefix?: string | undefined
  biuwerToken?: BiuwerTokenState | undefined
  /** Only users behind this one, by name. */
  after?: string | undefined
  limit: number
}

/**
 * What deserves somebody's attention: the last of a user's Biuwer tokens ends within a week, or all have ended, and nothing
 * replaces them by itself; or the token source gives none, or is not asked.
 */
export const BIUWER_TOKEN_STATES = ['ending', 'expired', 'failing'] as const
export type BiuwerTokenState = (typeof BIUWER_TOKEN_STATES)[number]

/** Seconds before its end from which a user's last Biuwer token counts as ending. */
const ENDING = 7 * DAY

/**
 * A condition of SQL on a user `u`: the token source gives no Biuwer token, or nobody asks it until now, `?3`: the source was
 * taken away, or the cron trigger.
 */
const FAILING = `u.user IN (SELECT user FROM biuwer_refreshes WHERE failing_since IS NOT NULL
  UNION ALL SELECT user FROM biuwer_refreshes WHERE due_at <= ?3 - ${OVERDUE})`

/**
 * A condition of SQL on a user `u`: the last of its Biuwer tokens ends from `?1` until `?2`, and nothing replaces it. It begins
 * with the tokens that end then, so that the cost goes with them and not with all users.
 */
const LAST_ENDS_WITHIN = `u.user IN (SELECT user FROM biuwer_tokens WHERE valid_to BETWEEN ?1 AND ?2)
  AND NOT EXISTS (SELECT 1 FROM biuwer_tokens WHERE user = u.user AND (valid_to IS NULL OR valid_to > ?2))
  AND (u.biuwer_refresh = 'manual' OR ${FAILING})`

function isIn(state: BiuwerTokenState | undefined): string {
  if (state === undefined) return 'TRUE'
  return state === 'failing' ? FAILING : LAST_ENDS_WITHIN
}

/** From when until when the last Biuwer token ends of the users in a state. */
function endsWithin(state: BiuwerTokenState | undefined, now: Instant): [Instant, Instant] {
  return state === 'ending' ? [now + 1, now + ENDING] : [0, now]
}

/** How many users are in each state, of those that a key is for. */
export function countStates(
  sql: SqlStorage,
  visible: UserPatterns,
  now: Instant,
): Record<BiuwerTokenState, number> {
  const count = (state: BiuwerTokenState) =>
    sql
      .exec<{ n: number }>(
        // All statements take the three times, whether or not they need them.
        `SELECT count(*) AS n FROM users AS u WHERE ?1 <= ?2 AND ?3 > 0 AND ${isIn(state)} AND ${ofUsers('user', visible)}`,
        ...endsWithin(state, now),
        now,
      )
      .one().n
  return { ending: count('ending'), expired: count('expired'), failing: count('failing') }
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
     FROM users AS u WHERE ?1 <= ?2 AND ${isIn(biuwerToken)}
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
    failingSince: failingSince(sql, row.user, now),
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

/** Links a user, or sets anew how its Biuwer tokens are replaced. */
export function putUser(sql: SqlStorage, user: User): void {
  sql.exec(
    `INSERT INTO users (user, linked_at, updated_at, biuwer_refresh, at_opening) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (user) DO UPDATE SET updated_at = excluded.updated_at, biuwer_refresh = excluded.biuwer_refresh,
       at_opening = excluded.at_opening`,
    user.user,
    user.linkedAt,
    user.updatedAt,
    user.biuwerRefresh,
    user.atOpening,
  )
}
