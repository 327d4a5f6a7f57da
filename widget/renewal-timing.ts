const SECOND = 1000

/**
 * Milliseconds from a session's beginning to its renewal: when a fifth of its `length` is left, at most
 * five minutes and, where it is that long, at least thirty seconds before its end.
 */
export function renewalDelay(length: number): number {
  const least = length > 30 * SECOND ? 30 * SECOND : 0
  return length - Math.min(Math.max(length / 5, least), 300 * SECOND)
}

/**
 * Milliseconds to the next attempt after a renewal that failed or brought little: a quarter of what is
 * `left` of the session, between five seconds and a minute.
 */
export function retryDelay(left: number): number {
  return Math.min(Math.max(left / 4, 5 * SECOND), 60 * SECOND)
}
