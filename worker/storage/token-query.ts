import type { Status } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'

export interface TokenQuery {
  user?: string | undefined
  status?: Status | undefined
  /** Only records created before the one with this `seq`. */
  before?: number | undefined
  limit: number
}

/** What each status means in SQL; `policy/record.ts` says it of a record. */
const STATUS: Record<Status, { where: string; times: number }> = {
  revoked: { where: 'revoked_at IS NOT NULL', times: 0 },
  expired: { where: 'revoked_at IS NULL AND valid_to <= ?', times: 1 },
  pending: {
    where: 'revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?) AND valid_from > ?',
    times: 2,
  },
  active: {
    where: 'revoked_at IS NULL AND (valid_to IS NULL OR valid_to > ?) AND valid_from <= ?',
    times: 2,
  },
}

export function conditions(
  { user, status, before }: TokenQuery,
  now: Instant,
): { where: string; values: SqlStorageValue[] } {
  const where = ['TRUE']
  const values: SqlStorageValue[] = []
  if (user !== undefined) {
    where.push('user = ?')
    values.push(user)
  }
  if (status !== undefined) {
    where.push(STATUS[status].where)
    values.push(...Array<Instant>(STATUS[status].times).fill(now))
  }
  if (before !== undefined) {
    where.push('seq < ?')
    values.push(before)
  }
  return { where: where.join(' AND '), values }
}
