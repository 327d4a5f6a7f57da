import { type Bounds, type Effect, effectOf } from '../policy/effect.ts'
import { type Status, status, type TokenRecord } from '../policy/record.ts'
import { formatTimestamp, type Instant } from '../policy/time.ts'

/** Headers of an answer that no cache may keep: it has secrets, or what only a key may see. */
export const NO_STORE = { 'Cache-Control': 'no-store' }

/** A token record as the API shows it. */
export interface TokenAnswer {
  id: string
  user: string
  resources: string[] | null
  origins: string[] | null
  refresh: TokenRecord['refresh']
  from: string
  to: string | null
  time_zone: string
  overlap: number
  single_use_ttl: number | null
  region: string | null
  label: string | null
  metadata: Record<string, string>
  version: number
  generation: number
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
  status: Status
}

export function tokenAnswer(record: TokenRecord, now: Instant): TokenAnswer {
  return {
    id: record.id,
    user: record.user,
    resources: record.resources,
    origins: record.origins,
    refresh: record.refresh,
    from: formatTimestamp(record.from),
    to: timestamp(record.to),
    time_zone: record.timeZone,
    overlap: record.overlap,
    single_use_ttl: record.singleUseTtl,
    region: record.region,
    label: record.label,
    metadata: record.metadata,
    version: record.version,
    generation: record.generation,
    created_at: formatTimestamp(record.createdAt),
    last_used_at: timestamp(record.lastUsedAt),
    revoked_at: timestamp(record.revokedAt),
    status: status(record, now),
  }
}

/** `effective_by`: from when a change made at `at` holds everywhere. */
export function effectiveBy(at: Instant, bounds: Bounds, after = 0): Record<string, string> {
  const effect: Effect = effectOf(at, bounds, after)
  return {
    new_sessions: formatTimestamp(effect.newSessions),
    open_sessions: formatTimestamp(effect.openSessions),
  }
}

export function timestamp(instant: Instant | null | undefined): string | null {
  return instant === null || instant === undefined ? null : formatTimestamp(instant)
}
