import type { EdgeError } from '../client/edge-error.ts'
import { visible, visibleLines } from '../worker/policy/visible-text.ts'
import { inOwnWords } from './own-words.ts'

/** What the process ends with; scripts branch on it. */
export const EXIT = {
  ok: 0,
  refused: 1,
  fault: 1,
  usage: 2,
  unreachable: 3,
  /** `explain`: the answer is that the opening would be refused. */
  notAllowed: 4,
  /** As a shell tells of a program that Ctrl-C has ended. */
  cancelled: 130,
} as const

/** What the codes mean, for help and documents. */
export const EXIT_MEANINGS: Record<number, string> = {
  [EXIT.ok]: 'done',
  [EXIT.refused]: 'refused by the edge, or failed',
  [EXIT.usage]: 'wrong usage: nothing was changed',
  [EXIT.unreachable]: 'the edge could not be reached',
  [EXIT.notAllowed]: 'explain: the opening would be refused',
  [EXIT.cancelled]: 'cancelled at a question: Ctrl-C, or the answer no',
}

/** A failure in the shape of the edge's own answers (RFC 9457), so that `--json` has one format for all. */
export interface Report {
  type?: string
  title: string
  code: string
  detail: string
  status?: number
  request_id?: string
  errors?: readonly { path: string; message: string }[]
  /** What a program on this machine has said of it, in its lines. */
  output?: string
}

/** A command that did not succeed. Its texts are shown and logged, so they never quote what was typed in secret. */
export class Failure extends Error {
  override name = 'Failure'
  readonly exit: number
  readonly report: Report
  constructor(exit: number, report: Report, options?: ErrorOptions) {
    super(report.detail, options)
    this.exit = exit
    this.report = report
  }
}

/** The command line is wrong: nothing was changed. */
export function wrongUsage(detail: string): Failure {
  return new Failure(EXIT.usage, { title: 'Wrong usage', code: 'wrong_usage', detail })
}

/** What a report has of a program's text: the first line, and below it the others. */
export function told(text: string): Pick<Report, 'detail' | 'output'> {
  const [detail = '', ...others] = text.trim().split('\n')
  return { detail, ...(others.length > 0 && { output: others.join('\n') }) }
}

/** What the command is about is not there. */
export function notFound(detail: string): Failure {
  return new Failure(EXIT.refused, { title: 'Not found', code: 'not_found', detail })
}

/** The person who was asked did not want it. */
export function cancelled(detail: string): Failure {
  return new Failure(EXIT.cancelled, { title: 'Cancelled', code: 'cancelled', detail })
}

/** A call that failed, as this program reports it: refused by the edge, or without an answer of one. */
export function failureOf(error: EdgeError): Failure {
  const { code, detail, type, title, status, requestId, errors } = error
  if (code === 'unreachable' || code === 'timeout' || code === 'unexpected_answer') {
    const reason = systemCode(error)
    const full = reason === undefined ? detail : `${detail.replace(/\.$/, '')}: ${reason}.`
    const report = { title: 'Unreachable', code: 'unreachable', detail: full }
    return new Failure(EXIT.unreachable, report, { cause: error })
  }
  const report: Report = {
    ...(type !== null && { type }),
    title,
    ...(status !== null && { status }),
    code,
    detail: inOwnWords(detail),
    ...(requestId !== null && { request_id: requestId }),
    ...(errors.length > 0 && {
      errors: errors.map(({ path, message }) => ({ path, message: inOwnWords(message) })),
    }),
  }
  return new Failure(EXIT.refused, report, { cause: error })
}

/** The system's code (ECONNREFUSED, ENOTFOUND …), which fetch hides in causes. Messages may quote headers. */
function systemCode(error: EdgeError): string | undefined {
  for (let at = error.cause; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
  }
  return undefined
}

/** A failure as people read it: a sentence, its code, the request id for `wrangler tail`, then each mistake. */
export function sentence({ detail, code, request_id, errors = [], output }: Report): string {
  const marks = [code, ...(request_id ? [`request ${request_id}`] : [])].join(', ')
  const lines = [`${detail} (${marks})`, ...errors.map(({ path, message }) => `  ${path}: ${message}`)]
  // Each on one line, so that an edge's text can't look like another one.
  const shown = lines.map(visible)
  return [...shown, ...(output === undefined ? [] : [visibleLines(output)])].join('\n')
}
