import type { TokenRecord } from '../../worker/policy/record.ts'
import { type Instant, parseTimestamp } from '../../worker/policy/time.ts'

/** A moment as one writes it. */
export function at(text: string): Instant {
  const instant = parseTimestamp(text)
  if (instant === undefined) throw new Error(`${text} is no time`)
  return instant
}

export function record(changes: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: 'tok_1',
    user: 'store-1',
    resources: null,
    origins: null,
    refresh: 'none',
    from: at('2026-01-01T00:00:00Z'),
    to: null,
    timeZone: 'UTC',
    overlap: 0,
    singleUseTtl: null,
    region: null,
    label: null,
    metadata: {},
    version: 1,
    revision: 1,
    generation: 1,
    generationStartedAt: at('2026-01-01T00:00:00Z'),
    createdAt: at('2026-01-01T00:00:00Z'),
    lastUsedAt: null,
    revokedAt: null,
    ...changes,
  }
}
