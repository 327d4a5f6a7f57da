import type { Problem, Timestamp } from '../../worker/wire.ts'
import { stopwatch } from '../clock.ts'
import type { EdgeFailure } from './protocol.ts'

/** Milliseconds that a call of the edge may take. */
const LIMIT = 15_000

export interface Granted<Body> {
  body: Body
  /** Gives the milliseconds since the call began: what the edge said is at most that old. */
  since: () => number
  /** When the call began, by `performance.now()`, which no change of the device's clock moves. */
  began: number
  /** The edge's clock when it answered, in milliseconds. */
  now: number
  /** Milliseconds from the call's beginning to the session's end, by the edge's clock. */
  ends: number
}

export interface FailedCall extends EdgeFailure {
  /** Zero when no answer came. */
  status: number
}

/** Calls the edge. Whatever goes wrong is returned, never thrown. */
export async function callEdge<Body extends { expires_at: Timestamp }>(
  path: string,
  init: RequestInit,
): Promise<Granted<Body> | FailedCall> {
  const since = stopwatch()
  const began = performance.now()
  try {
    const response = await fetch(path, {
      ...init,
      // Credentials are left at the default although there are none: browsers keep requests without credentials apart,
      // and would open a second connection beside the one that brought this document.
      cache: 'no-store',
      signal: AbortSignal.timeout(LIMIT),
    })
    const { headers } = response
    // The Date header is the edge's clock: the client's own may be years off.
    const now = Date.parse(headers.get('date') ?? '') || Date.now()
    if (response.ok) {
      const body: Body = await response.json()
      return { body, since, began, now, ends: Date.parse(body.expires_at) - now }
    }
    const problem: Problem = await response.json()
    return {
      status: response.status,
      code: problem.code ?? 'unavailable',
      // The event has no list of mistakes: its message names them.
      detail: problem.errors?.map(({ path, message }) => `${path}: ${message}`).join(' ') ?? problem.detail,
      request_id: problem.request_id,
      retry_after: Number(headers.get('retry-after')) || undefined,
      valid_from: problem.valid_from,
      now,
    }
  } catch (fault) {
    return { status: 0, code: Object(fault).name === 'TimeoutError' ? 'timeout' : 'unavailable' }
  }
}
