import type { Status } from '../policy/record.ts'
import { DAY, type Instant } from '../policy/time.ts'

/** What the registry can count. */
export interface Counts {
  countedAt: Instant
  users: number
  tokens: Record<Status, number>
}

/** Management actions of one day (UTC). */
export interface DayOfActions {
  day: Instant
  action: string
  count: number
}

/** Each of these reads an index alone: a million records take some tens of milliseconds. */
export function countAll(sql: SqlStorage, now: Instant): Counts {
  const count = (from: string, ...values: SqlStorageValue[]) =>
    sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${from}`, ...values).one().n
  const revoked = count('tokens WHERE revoked_at IS NOT NULL')
  const expired = count('tokens WHERE revoked_at IS NULL AND valid_to IS NOT NULL AND valid_to <= ?', now)
  const pending = count('tokens WHERE revoked_at IS NULL AND valid_from > ?', now)
  const active = count('tokens') - revoked - expired - pending
  return { countedAt: now, users: count('users'), tokens: { pending, active, expired, revoked } }
}

export function actionsSince(sql: SqlStorage, since: Instant): DayOfActions[] {
  return sql
    .exec<{ day: Instant; action: string; count: number }>(
      `SELECT at / ${DAY} * ${DAY} AS day, action, count(*) AS count FROM audit
       WHERE at >= ? GROUP BY day, action ORDER BY day, action`,
      since,
    )
    .toArray()
}
