import type { Instant } from './policy/time.ts'

/** The edge's clock, fraction cut off. In production it moves only after I/O. */
export function clock(): Instant {
  return Math.floor(Date.now() / 1000)
}
