import { DAY, type Instant, MINUTE } from '../policy/time.ts'

/** Answers that were given once, kept so that the same question is answered the same way. */

/** A client's, which may repeat a creation for so long. */
const IDEMPOTENCY_LIFE = DAY
/** Of a call that the edge makes once more, which it does as soon as the first has failed. */
const CALL_LIFE = 10 * MINUTE

export interface IdempotencyKey {
  /** The admin key's digest: keys are counted per admin key. */
  actor: string
  key: string
  /** Of the canonical JSON of the request's body. */
  bodyDigest: string
}

/** What the first request under an `Idempotency-Key` was answered with. */
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

/** What a request is answered with whose key another one had before. */
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
 * Does the work of a request, and answers. Where it was done before, and the answer lost on the way, nothing is
 * done, and the answer is the first one again. Within a transaction of the caller; answers hold no secret, not
 * even a sealed one, since they outlive what they tell of.
 */
export function once<Answer>(sql: SqlStorage, requestId: string, now: Instant, work: () => Answer): Answer {
  sql.exec('DELETE FROM answers WHERE at <= ?', now - CALL_LIFE)
  const [given] = sql
    .exec<{ answer: string }>('SELECT answer FROM answers WHERE request_id = ?', requestId)
    .toArray()
  // Boxed, since there is no JSON of undefined.
  if (given) return JSON.parse(given.answer).answer
  const answer = work()
  sql.exec('INSERT INTO answers VALUES (?, ?, ?)', requestId, JSON.stringify({ answer }), now)
  return answer
}
