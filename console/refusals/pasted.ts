/** One of the things that the tag looked at in the reader's browser. */
export interface ReportedCheck {
  check: string
  /** null: it could not be asked. */
  ok: boolean | null
  detail: string
}

/** The report that the tag's panel copies, as far as the console reads it. Anybody may have written it. */
export interface PanelReport {
  code: string | null
  requestId: string | null
  /** The origin of the page. */
  page: string | null
  /** The origin of the service that was to open the dashboard. */
  edge: string | null
  at: string | null
  state: string | null
  browser: string | null
  checks: ReportedCheck[]
}

/** What somebody pasted who looks for a reason. */
export type Pasted =
  | { kind: 'report'; report: PanelReport }
  | { kind: 'request'; id: string }
  | { kind: 'token'; token: string }
  | { kind: 'nothing' }

const REQUEST_ID = /\breq_[\w-]{10,64}/
const TOKEN = /\beyJ[\w-]*\.[\w-]+\.[\w-]+/

/** Finds what there is to look for in a text: a report first, since it tells most, wherever it stands in a letter. */
export function readPasted(text: string): Pasted {
  const report = reportIn(text)
  if (report) return { kind: 'report', report }
  const [id] = REQUEST_ID.exec(text) ?? []
  if (id !== undefined) return { kind: 'request', id }
  const [token] = TOKEN.exec(text) ?? []
  return token === undefined ? { kind: 'nothing' } : { kind: 'token', token }
}

function reportIn(text: string): PanelReport | undefined {
  const json = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  try {
    const found: unknown = JSON.parse(json)
    return isObject(found) && Array.isArray(found.checks) ? reportOf(found, found.checks) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function reportOf(fields: Record<string, unknown>, checks: readonly unknown[]): PanelReport {
  const told = (name: string) => textOrNull(fields[name])
  const id = told('requestId')
  return {
    code: told('code'),
    // Another text must not become a part of an address.
    requestId: id !== null && REQUEST_ID.exec(id)?.[0] === id ? id : null,
    page: told('page'),
    edge: told('edge'),
    at: told('at'),
    state: told('state'),
    browser: told('browser'),
    checks: checks.filter(isObject).map(({ check, ok, detail }) => ({
      check: String(check),
      ok: typeof ok === 'boolean' ? ok : null,
      detail: textOrNull(detail) ?? '',
    })),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
