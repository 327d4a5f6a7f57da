import type { Instant } from './policy/time.ts'

/** Reads the edge's clock, its fraction cut off. On Cloudflare the clock moves only after I/O. */
export function clock(): Instant {
  return Math.floor(Date.now() / 1000)
}
