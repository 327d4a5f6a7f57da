import { DAY, type Instant, MINUTE } from '../policy/time.ts'
import type { By } from './audit.ts'

/**
 * Answers to changes, kept so that a change is made once, however often it is asked for: by the edge, whose call lost its
 * answer, or by a caller, who repeats a request under its `Idempotency-Key`.
 */

/** Seconds for which a caller may repeat a request under its Idempotency-Key. */
const IDEMPOTENCY_LIFE = DAY
/** Seconds for which an answer is kept for the edge's own retry, which follows at once. */
const RETRY_LIFE = 10 * MINUTE

/** What a request may be repeated under. */
export interface Idempotency {
  /** The key's id, or a root key's digest: each has Idempotency-Keys of its own. */
  caller: string
  key: string
  /** Tells requests apart: method, path and body under a secret that no storage has, since a body may hold a Biuwer token. */
  digest: string
}

/** The settings that the answer to a change depends on. They are kept with it: a repetition gets the very same answer. */
export interface AnswerSettings {
  revocationLease: number
  sessionCheck: number
  /** The key that signs. */
  kid: string
}

/** A change as somebody asks for it. */
export interface ChangeRequest extends By {
  /** null: the caller named no Idempotency-Key. */
  idempotency: Idempotency | null
  settings: AnswerSettings
}

/** A change that was made. Nothing of the vault is in it, since it is kept. */
export type Made<Facts> = Facts & {
  outcome: 'made'
  settings: AnswerSettings
  /** Whether an earlier request made it, which this one repeats. */
  isRepeated: boolean
}

/** The change that is among the answers. */
export type MadeOf<Answer> = Extract<Answer, { outcome: 'made' }>

/** The Idempotency-Key was that of another request. */
export interface Mismatch {
  outcome: 'mismatch'
}

/** What comes of a piece of work: a change with its facts, or a refusal as it is. */
export type MadeBy<Work> = Work extends { made: infer Facts } ? Made<Facts> : Work

/**
 * Makes a change once: where it was made before, nothing is done, and the first answer is given again. Refusals are not
 * kept. The caller has begun a transaction.
 */
export function once<const Work extends { made: object } | { outcome: string }>(
  sql: SqlStorage,
  request: ChangeRequest,
  now: Instant,
  work: () => Work,
): MadeBy<Work> | Mismatch {
  sql.exec('DELETE FROM change_answers WHERE ends_at <= ?', now)
  const { caller, key, digest } = nameOf(request)
  const earlier = find(sql, { caller, key, digest }, request.requestId)
  // What is kept under a request's name is the answer to the same work.
  if (earlier) return earlier as MadeBy<Work> | Mismatch
  const done = work()
  if (!('made' in done)) return done as MadeBy<Work>
  const answer = { ...done.made, outcome: 'made', settings: request.settings }
  const endsAt = now + (request.idempotency ? IDEMPOTENCY_LIFE : RETRY_LIFE)
  sql.exec(
    'INSERT INTO change_answers (caller, key, digest, request_id, answer, ends_at) VALUES (?, ?, ?, ?, ?, ?)',
    caller,
    key,
    digest,
    request.requestId,
    JSON.stringify(answer),
    endsAt,
  )
  return { ...answer, isRepeated: false } as MadeBy<Work>
}

/** The answer to an earlier request under this Idempotency-Key; null: there was none within a day. */
export function earlierAnswer(
  sql: SqlStorage,
  idempotency: Idempotency,
  now: Instant,
): Made<object> | Mismatch | null {
  sql.exec('DELETE FROM change_answers WHERE ends_at <= ?', now)
  return find(sql, idempotency, null)
}

/** What an answer is kept under. Nobody's digest is empty: there the edge keeps what it asks for without an Idempotency-Key. */
function nameOf({ idempotency, requestId }: ChangeRequest): Idempotency {
  return idempotency ?? { caller: '', key: requestId, digest: '' }
}

function find(
  sql: SqlStorage,
  { caller, key, digest }: Idempotency,
  requestId: string | null,
): Made<object> | Mismatch | null {
  const [kept] = sql
    .exec<{ digest: string; request_id: string; answer: string }>(
      'SELECT digest, request_id, answer FROM change_answers WHERE caller = ? AND key = ?',
      caller,
      key,
    )
    .toArray()
  if (!kept) return null
  if (kept.digest !== digest) return { outcome: 'mismatch' }
  return { ...JSON.parse(kept.answer), isRepeated: kept.request_id !== requestId }
}
