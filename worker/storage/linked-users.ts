import type { UserPatterns } from '../policy/caller.ts'
import type { Instant } from '../policy/time.ts'
import { toUser, type User, type UserRow } from './user-row.ts'
import { ofUsers } from './user-scope.ts'

/** A user with the number of its token records that have neither ended nor been revoked. */
export interface LinkedUser extends User {
  liveTokens: number
}

export interface UserQuery {
  /** Only users whose name begins with this. */
  prefix?: string | undefined
  /** Only users behind this one, by name. */
  after?: string | undefined
  limit: number
}

/** Users by name. Each count is an index lookup, however many records there are. */
function linkedUsers(
  sql: SqlStorage,
  { prefix = '', after, limit }: UserQuery,
  visible: UserPatterns,
  now: Instant,
): LinkedUser[] {
  const rows = sql.exec<UserRow & { live_tokens: number }>(
    `SELECT *, (
       SELECT count(*) FROM tokens
       WHERE tokens.user = users.user AND revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?)
     ) AS live_tokens
     FROM users WHERE user >= ? AND user < ? AND user > ? AND ${ofUsers('user', visible)} ORDER BY user LIMIT ?`,
    now,
    prefix,
    // The end of the prefix's range: users are ASCII, so that none with the prefix sorts behind it.
    `${prefix}\u{10ffff}`,
    after ?? '',
    limit,
  )
  return rows.toArray().map((row) => ({ ...toUser(row), liveTokens: row.live_tokens }))
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

/** Puts a user's Biuwer token into the vault, in place of the former one. */
export function putUser(sql: SqlStorage, { user, link, sealed, linkedAt, updatedAt }: User): void {
  sql.exec(
    `INSERT INTO users (user, link, kid, iv, data, linked_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (user) DO UPDATE SET link = excluded.link, kid = excluded.kid, iv = excluded.iv,
       data = excluded.data, updated_at = excluded.updated_at`,
    user,
    link,
    sealed.kid,
    sealed.iv,
    sealed.data,
    linkedAt,
    updatedAt,
  )
}
