const SECOND = 1000

/**
 * Milliseconds from a session's beginning to its renewal: when a fifth of its `length` is left, at most
 * five minutes and, where it is that long, at least thirty seconds before its end. `spread`, from 0 to 1,
 * takes up to a tenth of that time: a thousand sessions begun as one are not to renew as one.
 */
export function renewalDelay(length: number, spread = 0): number {
  const least = length > 30 * SECOND ? 30 * SECOND : 0
  const lead = Math.min(Math.max(length / 5, least), 300 * SECOND)
  return length - Math.max(lead * (1 - spread / 10), least)
}

/**
 * Milliseconds to the next attempt after a renewal that failed or brought little: a quarter of what is
 * `left` of the session, between five seconds and a minute.
 */
export function retryDelay(left: number): number {
  return Math.min(Math.max(left / 4, 5 * SECOND), 60 * SECOND)
}

let share: number | undefined

/** From 0 to 1: the part of a spread that this page waits, with all of its tags. */
export function pageShare(): number {
  share ??= Math.random()
  return share
}
