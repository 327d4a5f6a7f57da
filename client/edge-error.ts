import type { Mistake, Problem } from './api-types.ts'

/** Why a call failed: a code of the edge, or what kept its answer away. */
export type EdgeCode =
  | Problem['code']
  /** No answer: no connection, or it broke off. */
  | 'unreachable'
  /** No answer in time. */
  | 'timeout'
  /** An answer that no edge gives: something stands between, or `edge` is another server. */
  | 'unexpected_answer'

interface Facts {
  status?: number | null
  type?: string | null
  title?: string
  requestId?: string | null
  errors?: readonly Mistake[]
  retryAfter?: number | null
}

/** A call that failed; `code` says why. Carries no key, no token and nothing of the request's body. */
export class EdgeError extends Error {
  override name = 'EdgeError'
  /** Stable: switch on it. What each means stands in the edge's `/docs`. */
  readonly code: EdgeCode
  /** HTTP status; null where there was no answer. */
  readonly status: number | null
  /** Where the edge explains the code; null where there was no answer, or none of an edge's. */
  readonly type: string | null
  /** The code in words. */
  readonly title: string
  /** Why the call failed, in a sentence for people. */
  readonly detail: string
  /** What the edge's log calls the request; null where there was no answer. */
  readonly requestId: string | null
  /** Every mistake of an `invalid_request` or `misconfigured`, 100 at most; `path` is the field's dotted name. */
  readonly errors: readonly Mistake[]
  /** Seconds to wait before another try, as the edge says; null: it said nothing. */
  readonly retryAfter: number | null

  constructor(code: EdgeCode, detail: string, facts: Facts = {}, options?: ErrorOptions) {
    const { requestId = null, errors = [] } = facts
    const mistakes = errors.map(({ path, message }) => `${path}: ${message}`).join(' ')
    super([`${code}: ${detail}`, mistakes, requestId && `(${requestId})`].filter(Boolean).join(' '), options)
    this.code = code
    this.detail = detail
    this.status = facts.status ?? null
    this.type = facts.type ?? null
    this.title = facts.title ?? code
    this.requestId = requestId
    this.errors = errors
    this.retryAfter = facts.retryAfter ?? null
  }
}

/** The error that an answer states. */
export function refusalOf(answer: Response, body: unknown): EdgeError {
  const requestId = answer.headers.get('x-request-id')
  const { status } = answer
  const retryAfter = secondsOf(answer.headers.get('retry-after'))
  const fields = typeof body === 'object' && body !== null ? body : {}
  const text = (name: string) => {
    const value: unknown = Reflect.get(fields, name)
    return typeof value === 'string' ? value : undefined
  }
  const code = text('code') as Problem['code'] | undefined
  const detail = text('detail')
  if (code !== undefined && detail !== undefined) {
    const errors: unknown = Reflect.get(fields, 'errors')
    return new EdgeError(code, detail, {
      status,
      type: text('type') ?? null,
      title: text('title') ?? code,
      requestId: requestId ?? text('request_id') ?? null,
      errors: Array.isArray(errors) ? (errors as Mistake[]) : [],
      retryAfter,
    })
  }
  const oauth = text('error')
  const known = oauth !== undefined ? codeOfOAuthError(oauth, status) : undefined
  if (known)
    return new EdgeError(known, text('error_description') ?? known, { status, requestId, retryAfter })
  return new EdgeError('unexpected_answer', `What answered with status ${status} is no edge.`, {
    status,
    requestId,
    retryAfter,
  })
}

/** The edge's code for an error of RFC 6749, which `/oauth/` answers; where one stands for two, the status decides. */
function codeOfOAuthError(error: string, status: number): Problem['code'] | undefined {
  switch (error) {
    case 'invalid_client':
      return 'unauthorized'
    case 'temporarily_unavailable':
      return status === 429 ? 'rate_limited' : 'unavailable'
    case 'server_error':
      return status === 503 ? 'misconfigured' : 'internal'
    case 'invalid_request':
      return status === 413 ? 'payload_too_large' : 'invalid_request'
    default:
      return undefined
  }
}

function secondsOf(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header) ? Number(header) : null
}
