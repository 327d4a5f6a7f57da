/** What the process ends with; scripts branch on it. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const

/** A failure in the shape of the edge's own answers (RFC 9457), so that `--json` has one format for all. */
export interface Report {
  title: string
  code: string
  detail: string
  status?: number
  request_id?: string
  errors?: { path: string; message: string }[]
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

/** The command line is wrong: nothing was asked of the edge. */
export function wrongUsage(detail: string): Failure {
  return new Failure(EXIT.usage, { title: 'Wrong usage', code: 'wrong_usage', detail })
}

/** No answer, or one that no edge gives. */
export function unreachable(detail: string, cause?: unknown): Failure {
  return new Failure(EXIT.unreachable, { title: 'Unreachable', code: 'unreachable', detail }, { cause })
}

/** A failure as people read it: a sentence, its code, the request id for `wrangler tail`, then each mistake. */
export function sentence({ detail, code, request_id, errors = [] }: Report): string {
  const marks = [code, ...(request_id ? [`request ${request_id}`] : [])].join(', ')
  return [`${detail} (${marks})`, ...errors.map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
}
