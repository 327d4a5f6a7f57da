import { FINE, type Subject, UNKNOWN, type Verdict } from './report.ts'

/** Milliseconds from which it is worth a word. */
const NOTABLE = 60_000
/**
 * Milliseconds from which it is wrong. Tag and edge count by the edge's clock, so that no skew ends a session;
 * but from here on the page's own `expiresAt - Date.now()` misses even the earliest renewal, five minutes
 * before a session's end, and other sign-ins of this device begin to fail.
 */
const WRONG = 5 * 60_000

/** Whether the device's clock agrees with the edge's. */
export function clock({ instance, skew }: Subject): Verdict {
  if (instance !== null) return undefined
  if (skew === null) return UNKNOWN
  const size = Math.abs(skew)
  if (size <= NOTABLE) return FINE
  const words = `The device’s clock is ${Math.round(size / 1000)} s ${skew > 0 ? 'ahead' : 'behind'}. Sessions go by the edge’s, but the page must not count from expiresAt.`
  return [size <= WRONG, words]
}
