import { DAY, type Instant, MINUTE } from '../policy/time.ts'

/** Answers that are kept, so that a repeated request is answered like the first and changes nothing. */

/** Seconds for which a creation may be repeated under its Idempotency-Key. */
const IDEMPOTENCY_LIFE = DAY
/** Seconds for which the answer to a call is kept for the edge's own retry, which follows at once. */
const CALL_LIFE = 10 * MINUTE

export interface IdempotencyKey {
  /** The admin key's digest: each admin key has Idempotency-Keys of its own. */
  actor: string
  key: string
  /** Digest of the request's body as canonical JSON. */
  bodyDigest: string
}

/** The first request under an `Idempotency-Key`: its body's digest, and its answer. */
export interface Earlier {
  bodyDigest: string
  answer: string
}

export function earlierAnswer(
  sql: SqlStorage,
  { actor, key }: Omit<IdempotencyKey, 'bodyDigest'>,
  now: Instant,
): Earlier | null {
  const [found] = sql
    .exec<{ body_digest: string; answer: string }>(
      'SELECT body_digest, answer FROM idempotency WHERE actor = ? AND key = ? AND created_at > ?',
      actor,
      key,
      now - IDEMPOTENCY_LIFE,
    )
    .toArray()
  return found ? { bodyDigest: found.body_digest, answer: found.answer } : null
}

export type Replayed = { outcome: 'replayed'; answer: string } | { outcome: 'mismatch' }

/** The answer to a request whose Idempotency-Key an earlier one had: the earlier answer, if the body is the same. */
export function replay(earlier: Earlier, bodyDigest: string): Replayed {
  if (earlier.bodyDigest !== bodyDigest) return { outcome: 'mismatch' }
  return { outcome: 'replayed', answer: earlier.answer }
}

export function keepAnswer(
  sql: SqlStorage,
  { actor, key, bodyDigest }: IdempotencyKey,
  answer: string,
  now: Instant,
): void {
  sql.exec('DELETE FROM idempotency WHERE created_at <= ?', now - IDEMPOTENCY_LIFE)
  sql.exec('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)', actor, key, bodyDigest, answer, now)
}

/**
 * Does the work of a request once. Where the work was done before and its answer was lost on the way, nothing is done and
 * the first answer is given again. The caller has begun a transaction. Answers hold no secret, not even a sealed one:
 * they are kept longer than what they tell of.
 */
export function once<Answer>(sql: SqlStorage, requestId: string, now: Instant, work: () => Answer): Answer {
  sql.exec('DELETE FROM answers WHERE at <= ?', now - CALL_LIFE)
  const [given] = sql
    .exec<{ answer: string }>('SELECT answer FROM answers WHERE request_id = ?', requestId)
    .toArray()
  // An answer is stored in an object, since JSON has no undefined.
  if (given) return JSON.parse(given.answer).answer
  const answer = work()
  sql.exec('INSERT INTO answers VALUES (?, ?, ?)', requestId, JSON.stringify({ answer }), now)
  return answer
}
