import { Misconfigured } from './env.ts'
import type { UnreadableToken } from './policy/explanation.ts'
import type { ScopeRefusal } from './policy/scope.ts'
import type { StandingRefusal } from './policy/standing.ts'
import { formatTimestamp } from './policy/time.ts'
import { PROBLEMS } from './problems.ts'
import { Unavailable } from './storage/reach.ts'
import type { Code, Problem } from './wire.ts'

export interface RefusalOptions {
  /** What to say in place of the code's own text. */
  detail?: string
  errors?: Problem['errors']
  validFrom?: string
  headers?: Record<string, string>
}

/** V8 takes from here how many frames of its stack an error captures. */
const v8 = Error as typeof Error & { stackTraceLimit?: number | undefined }

/**
 * A request that is refused: thrown where that is found out, however deep, and answered in one place. It captures no
 * stack, which nobody reads of an expected answer: measured 20 calls deep in V8, throwing it takes 4 µs where returning
 * a value takes 0.3 and throwing with a stack 28.
 */
export class RefusedRequest extends Error {
  override name = 'RefusedRequest'
  readonly code: Code
  readonly options: RefusalOptions
  constructor(code: Code, options: RefusalOptions = {}) {
    const { stackTraceLimit } = v8
    v8.stackTraceLimit = 0
    super(options.detail ?? PROBLEMS[code].detail)
    v8.stackTraceLimit = stackTraceLimit
    this.code = code
    this.options = options
  }
}

/** The refusal of a request for a decision of policy. A new reason does not compile until PROBLEMS has it. */
export function fromPolicy(refusal: UnreadableToken | ScopeRefusal | StandingRefusal): RefusedRequest {
  if (!('validFrom' in refusal))
    return new RefusedRequest(refusal.code, 'detail' in refusal ? { detail: refusal.detail } : {})
  const validFrom = formatTimestamp(refusal.validFrom)
  const what = refusal.code === 'token_not_yet_valid' ? 'The token' : "The user's Biuwer token"
  return new RefusedRequest(refusal.code, { detail: `${what} is valid from ${validFrom} on.`, validFrom })
}

/** What to answer to an error that was thrown; one that is no refusal is a fault of ours. */
export function refusalOf(error: Error): RefusedRequest {
  if (error instanceof RefusedRequest) return error
  if (error instanceof Misconfigured) return new RefusedRequest('misconfigured', { errors: error.problems })
  if (error instanceof Unavailable) return new RefusedRequest('unavailable')
  return new RefusedRequest('internal')
}
