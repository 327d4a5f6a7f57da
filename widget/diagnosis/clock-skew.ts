import { FINE, UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'

/** Skew in milliseconds from which the report mentions it. */
const NOTABLE = 60_000
/**
 * Skew in milliseconds from which the clock is wrong. Tag and edge count by the edge's clock, so that no skew ends a
 * session. But from here on `expiresAt - Date.now()`, reckoned by the page, misses even the earliest renewal, five minutes
 * before a session's end, and other sign-ins of this device begin to fail.
 */
const WRONG = 5 * 60_000

/** Judges whether the device's clock agrees with the edge's. */
export function clock({ instance, skew }: Subject): Verdict {
  if (instance !== null) return undefined
  if (skew === null) return UNKNOWN
  const size = Math.abs(skew)
  if (size <= NOTABLE) return FINE
  const words = `The device’s clock is ${Math.round(size / 1000)} s ${skew > 0 ? 'ahead' : 'behind'}. Sessions go by the edge’s, but the page must not count from expiresAt.`
  return [size <= WRONG, words]
}
