import { afterEach, beforeEach, inject, vi } from 'vitest'
import type { diagnose } from '../../widget/diagnosis/diagnose.ts'
import type { Findings, Page } from '../../widget/diagnosis/findings.ts'
import type { DiagnosticCheckName, DiagnosticReport } from '../../widget/diagnosis/report.ts'
import type { Subject } from '../../widget/diagnosis/subject.ts'
import type { EmbedCode, EmbedError } from '../../widget/failures.ts'
import { VERSION } from '../../widget/version.ts'

export const EDGE = inject('answeringEdge')

/** What the diagnosis looks at in place of a tag. */
export let element: HTMLElement

/** Puts the element into the page for each test of the file. */
export function placeElement(): void {
  beforeEach(() => {
    element = document.body.appendChild(document.createElement('div'))
    element.style.height = '100px'
  })
  afterEach(() => {
    element.remove()
    vi.restoreAllMocks()
    vi.useRealTimers()
  })
}

const encode = (part: unknown) =>
  btoa(JSON.stringify(part)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** Seconds since the epoch. */
export const now = () => Math.floor(Date.now() / 1000)

/** A token with these claims, whose signature nobody checks here. */
export function token(claims: object = {}, typ = 'biuwer-embed+jwt'): string {
  const body = { iss: 'biuwer-embed', sub: 'tok_1', nbf: now() - 60, exp: now() + 60, ...claims }
  return [encode({ alg: 'HS256', typ, kid: 'k' }), encode(body), 'c2lnbmF0dXJl'].join('.')
}

/** A healthy tag, except for what is given. */
export function subject(known: Partial<Subject> = {}): Subject {
  return {
    element,
    frame: null,
    connected: false,
    edge: EDGE,
    instance: null,
    resource: 'sales-2026',
    state: 'error',
    error: null,
    loading: 'eager',
    token: token(),
    tokenUrl: null,
    tokenCredentials: 'same-origin',
    source: 'token',
    skew: 0,
    frameUrl: `${EDGE}/v1/frame?v=1`,
    ...known,
  }
}

export const failed = (code: EmbedCode): EmbedError => ({
  code,
  message: 'm',
  requestId: 'req_1',
  retryable: false,
  validFrom: null,
})

export function check(
  report: DiagnosticReport,
  name: DiagnosticCheckName,
): { ok: boolean | null; detail: string } {
  const found = report.checks.find(({ check }) => check === name)
  if (!found) throw new Error(`${name} was not asked`)
  return found
}

/**
 * Runs the diagnosis in a page of this origin under a policy of its own. To Firefox, 'self' is no origin there. The page
 * has the constant that the test server gives to the tests' own page alone.
 */
export async function under<T>(
  policy: string,
  use: (run: typeof diagnose, page: Window) => Promise<T>,
): Promise<T> {
  const host = document.createElement('iframe')
  host.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}">
    <script>PRODUCT_VERSION = '${VERSION}'</script>
    <script type="module">
      import { diagnose } from '/widget/diagnosis/diagnose.ts'
      window.diagnose = diagnose
    </script>`
  const loaded = new Promise((resolve) => host.addEventListener('load', resolve))
  document.body.append(host)
  await loaded
  const page = host.contentWindow as Window & { diagnose: typeof diagnose }
  try {
    return await use(page.diagnose, page)
  } finally {
    host.remove()
  }
}

/** What the page and the edge told, except for what is given: nothing. */
export function findings(known: Partial<Omit<Findings, 'page'>> & { page?: Partial<Page> } = {}): Findings {
  const page: Page = {
    origin: 'https://host.example',
    secure: true,
    file: false,
    embedderPolicy: false,
    framed: false,
    online: true,
  }
  const rest = {
    frame: null,
    script: null,
    tokenUrl: null,
    biuwer: null,
    refused: [],
    hello: false,
    claims: undefined,
  }
  return { ...rest, ...known, page: { ...page, ...known.page } }
}
