import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import type { DiagnosticCheckName } from '../../widget/diagnosis/report.ts'
import type { Engine, EngineName } from './engine.ts'
import { launch } from './launch.ts'
import { answer, builtFile, type Site, serve } from './sites.ts'

const HELLO = `<script>parent.postMessage({ type: 'biuwer-embed:hello' }, '*')</script>`

let edge: Site
let host: Site
let engine: Engine
/** Headers of the host's page. */
let headers: Record<string, string>

beforeAll(async () => {
  edge = await serve('127.0.0.2', ({ url = '' }, response) => {
    const { pathname } = new URL(url, edge.origin)
    if (pathname === '/v1/frame') answer(response, 'text/html', HELLO)
    else answer(response, 'text/javascript', builtFile(pathname))
  })
  host = await serve('127.0.0.1', (_, response) => {
    response
      .writeHead(200, { 'Content-Type': 'text/html', ...headers })
      .end(`<!doctype html><title>Host</title>
      <script type="module" src="${edge.origin}/biuwer-embed.js"></script>
      <biuwer-embed resource-id="sales" token="s3cret"></biuwer-embed>`)
  })
  engine = await launch(inject('engine'))
})
afterAll(async () => {
  await engine.stop()
  await host.stop()
  await edge.stop()
})

type Told = [ok: boolean | null, detail: string]

const IN_ORDER: Told = [true, expect.any(String)]
const KEPT_OUT: Told = [false, expect.stringContaining('Cross-Origin-Embedder-Policy keeps the frame out')]
const UNKNOWN: Told = [null, expect.any(String)]
/** Firefox tells a page of its policy only where it is isolated. */
const PERHAPS: Told = [false, expect.stringMatching(/^(?!.*ALLOWED_ORIGINS).*COEP/)]

/** By the policy and whether the page is isolated: what the diagnosis says of context and origin. */
const CASES: [policy: string, isolated: boolean, Record<EngineName, [context: Told, origin: Told]>][] = [
  [
    'require-corp',
    true,
    { chromium: [IN_ORDER, IN_ORDER], firefox: [KEPT_OUT, UNKNOWN], webkit: [KEPT_OUT, UNKNOWN] },
  ],
  [
    'require-corp',
    false,
    { chromium: [IN_ORDER, IN_ORDER], firefox: [IN_ORDER, PERHAPS], webkit: [KEPT_OUT, UNKNOWN] },
  ],
  [
    'credentialless',
    false,
    { chromium: [IN_ORDER, IN_ORDER], firefox: [IN_ORDER, PERHAPS], webkit: [IN_ORDER, IN_ORDER] },
  ],
]

test.each(CASES)(
  'under %s, where the page’s isolation is %s, the diagnosis knows who keeps the frame out',
  async (policy, isolated, told) => {
    headers = {
      'Cross-Origin-Embedder-Policy': policy,
      ...(isolated && { 'Cross-Origin-Opener-Policy': 'same-origin' }),
    }
    const visitor = await engine.visitor()
    const tab = await visitor.open(`${host.origin}/`)
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(isolated)
    const { checks } = await tab.evaluate(() =>
      (document.querySelector('biuwer-embed') as BiuwerEmbedElement).diagnose(),
    )
    const said = (asked: DiagnosticCheckName) =>
      checks.flatMap(({ check, ok, detail }) => (check === asked ? [ok, detail] : []))
    const [context, origin] = told[engine.name]
    expect(said('context')).toEqual(context)
    expect(said('origin')).toEqual(origin)
    expect(said('edge')).toEqual(IN_ORDER)
    await visitor.close()
  },
)
