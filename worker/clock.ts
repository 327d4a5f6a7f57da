import type { Instant } from './policy/time.ts'

/** Reads the edge's clock in milliseconds. On Cloudflare the clock moves only after I/O. */
export function clockMilliseconds(): number {
  return Date.now()
}

/** Reads the edge's clock, its fraction cut off. On Cloudflare the clock moves only after I/O. */
export function clock(): Instant {
  return Math.floor(clockMilliseconds() / 1000)
}
