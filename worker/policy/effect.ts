import { type Instant, MINUTE } from './time.ts'

/** The two bounds of a revocation, in seconds: `REVOCATION_LEASE` and `SESSION_CHECK`. */
export interface Bounds {
  revocationLease: number
  sessionCheck: number
}

export interface Effect {
  newSessions: Instant
  openSessions: Instant
}

/** Seconds that another clock may be behind ours. */
const SKEW = 1

/**
 * From when a change made at `at` holds everywhere. `at` is a clock reading with its fraction cut off, so the change
 * came before `at + 1`. The last lease without the change was given by then and ends `revocationLease` later: from there
 * on no new session opens. The last check that such a lease let through began before that: `sessionCheck` later the
 * frame has taken the page down.
 *
 * @param after seconds by which the change itself is put off: a rotation's overlap
 */
export function effectOf(at: Instant, bounds: Bounds, after = 0): Effect {
  const newSessions = at + 1 + Math.max(bounds.revocationLease, after) + SKEW
  return { newSessions, openSessions: newSessions + bounds.sessionCheck }
}

/**
 * From when a key that was revoked at `at` makes no call any more. A key is leased like a record, for a minute at most: each
 * lease is also a note of the key's last use.
 */
export function keyEffect(at: Instant, { revocationLease }: Pick<Bounds, 'revocationLease'>): Instant {
  return at + 1 + Math.min(revocationLease, MINUTE) + SKEW
}
