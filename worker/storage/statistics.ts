import type { UserPatterns } from '../policy/caller.ts'
import type { Status } from '../policy/record.ts'
import type { SignerStatus } from '../policy/signer.ts'
import { DAY, type Instant } from '../policy/time.ts'
import { type BiuwerTokenState, countStates } from './linked-users.ts'
import { countSigners } from './signers.ts'
import { ofAudit, ofUsers } from './user-scope.ts'

/** Users, token records and signers by status, at one moment. */
export interface Counts {
  countedAt: Instant
  users: number
  tokens: Record<Status, number>
  signers: Record<SignerStatus, number>
  /** Users whose Biuwer tokens deserve somebody's attention. */
  biuwerTokens: Record<BiuwerTokenState, number>
}

/** Management actions of one day (UTC). */
export interface DayOfActions {
  day: Instant
  action: string
  count: number
}

/** Counts users and records. Each count reads an index where there is one: bench/RESULTS.md says how long that takes. */
export function countAll(sql: SqlStorage, visible: UserPatterns, now: Instant): Counts {
  const count = (from: string, ...values: SqlStorageValue[]) =>
    sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM ${from} AND ${ofUsers('user', visible)}`, ...values)
      .one().n
  const revoked = count('tokens WHERE revoked_at IS NOT NULL')
  const expired = count('tokens WHERE revoked_at IS NULL AND valid_to IS NOT NULL AND valid_to <= ?', now)
  const pending = count('tokens WHERE revoked_at IS NULL AND valid_from > ?', now)
  // Every record that has begun is either active or expired.
  const begun = count('tokens WHERE revoked_at IS NULL AND valid_from <= ?', now)
  const active = begun - expired
  return {
    countedAt: now,
    users: count('users WHERE TRUE'),
    tokens: { pending, active, expired, revoked },
    signers: countSigners(sql, visible),
    biuwerTokens: countStates(sql, visible, now),
  }
}

/** Counts what this edge did by day: entries of backups tell of another. */
export function actionsSince(sql: SqlStorage, since: Instant, visible: UserPatterns): DayOfActions[] {
  return sql
    .exec<{ day: Instant; action: string; count: number }>(
      `SELECT at / ${DAY} * ${DAY} AS day, action, count(*) AS count FROM audit
       WHERE at >= ? AND imported_at IS NULL AND ${ofAudit(visible)} GROUP BY day, action ORDER BY day, action`,
      since,
    )
    .toArray()
}
