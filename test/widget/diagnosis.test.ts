import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest'
import { clock } from '../../widget/diagnosis/clock-skew.ts'
import { context } from '../../widget/diagnosis/context.ts'
import { diagnose } from '../../widget/diagnosis/diagnose.ts'
import { edge as edgeCheck, origin as originCheck } from '../../widget/diagnosis/edge-reach.ts'
import type { Findings, Page } from '../../widget/diagnosis/findings.ts'
import type { CheckName, DiagnosticReport, Subject } from '../../widget/diagnosis/report.ts'
import type { EmbedCode, EmbedError } from '../../widget/failures.ts'
import { VERSION } from '../../widget/version.ts'
import type { Answer, Asked } from '../answering-edge.ts'

const EDGE = inject('answeringEdge')
const SCRIPT = `/v${VERSION}/biuwer-embed.js`

const HELLO = `<script>parent.postMessage({ type: 'biuwer-embed:hello' }, '*')</script>`

// Some tests watch the page's own.
const call = window.fetch.bind(window)

/** Has the edge answer so at these paths; at every other, the connection breaks. */
async function answer(answers: Record<string, Answer>): Promise<void> {
  await call(`${EDGE}/of-the-test/answers`, { method: 'POST', body: JSON.stringify(answers) })
}

/** What the edge has been asked since it was told its answers, once that is as much as `least`. */
async function asked(least = 0): Promise<Asked[]> {
  return (await call(`${EDGE}/of-the-test/asked?least=${least}`)).json()
}

const inOrder = (): Record<string, Answer> => ({
  '/v1/frame': { body: HELLO },
  [SCRIPT]: { type: 'text/javascript', body: 'globalThis.ran = true' },
})

let element: HTMLElement

beforeEach(async () => {
  await answer(inOrder())
  element = document.body.appendChild(document.createElement('div'))
  element.style.height = '100px'
})
afterEach(() => {
  element.remove()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const encode = (part: unknown) =>
  btoa(JSON.stringify(part)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

const now = () => Math.floor(Date.now() / 1000)

function value(claims: object = {}, typ = 'biuwer-embed+jwt'): string {
  const body = { iss: 'biuwer-embed', sub: 'tok_1', nbf: now() - 60, exp: now() + 60, ...claims }
  return [encode({ alg: 'HS256', typ, kid: 'k' }), encode(body), 'c2lnbmF0dXJl'].join('.')
}

function subject(known: Partial<Subject> = {}): Subject {
  return {
    element,
    frame: null,
    connected: false,
    edge: EDGE,
    instance: null,
    resource: 'sales-2026',
    state: 'error',
    error: null,
    value: value(),
    tokenUrl: null,
    source: 'token',
    skew: 0,
    frameUrl: `${EDGE}/v1/frame?v=1`,
    ...known,
  }
}

const failed = (code: EmbedCode): EmbedError => ({
  code,
  message: 'm',
  requestId: 'req_1',
  retryable: false,
  validFrom: null,
})

function check(report: DiagnosticReport, name: CheckName): { ok: boolean | null; detail: string } {
  const found = report.checks.find(({ check }) => check === name)
  if (!found) throw new Error(`${name} was not asked`)
  return found
}

/** A page of this origin under a policy of its own, which runs the diagnosis. To Firefox, 'self' is no origin there. */
async function under<T>(policy: string, use: (run: typeof diagnose, page: Window) => Promise<T>): Promise<T> {
  const host = document.createElement('iframe')
  host.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}">
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

it('finds nothing wrong where nothing is, and says so in order', async () => {
  const report = await diagnose(subject({ tokenUrl: '/test/widget/token.json', source: 'token-url' }))
  expect(report.checks.map(({ check, ok }) => [check, ok])).toEqual([
    ['setup', true],
    ['context', true],
    ['visibility', true],
    ['frame_policy', true],
    ['connect_policy', true],
    ['edge', true],
    ['origin', true],
    ['clock', true],
    ['token', true],
  ])
  expect(report).toMatchObject({ version: VERSION, page: origin, edge: EDGE, instance: null, code: null })
  expect(report.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

it('takes the present frame’s hello for an answer and asks the edge nothing', async () => {
  const report = await diagnose(subject({ connected: true }))
  expect(await asked()).toEqual([])
  for (const name of ['frame_policy', 'edge', 'origin'] as const) expect(check(report, name).ok).toBe(true)
})

it.each<[string, Partial<Subject>, string]>([
  ['no resource', { resource: null }, 'resource-id'],
  ['a malformed resource', { resource: 'a b' }, 'resource-id'],
  ['a resource too long', { resource: 'a'.repeat(129) }, 'resource-id'],
  ['no edge', { edge: undefined, frameUrl: undefined }, 'edge'],
  ['an address for an instance', { edge: undefined, instance: 'https://acme.biuwer.com' }, 'instance'],
  ['no source of values', { source: null, value: undefined }, 'token-url'],
  ['a malformed token-url', { source: 'token-url', tokenUrl: 'https://' }, 'token-url'],
  ['refused settings', { error: failed('invalid_request') }, 'message'],
])('names %s', async (_, known, word) => {
  const { ok, detail } = check(await diagnose(subject({ connected: true, ...known })), 'setup')
  expect(ok).toBe(false)
  expect(detail).toContain(word)
})

it('takes a resource id of the greatest length', async () => {
  const report = await diagnose(subject({ connected: true, resource: 'a'.repeat(128) }))
  expect(check(report, 'setup').ok).toBe(true)
})

function findings(known: Partial<Omit<Findings, 'page'>> & { page?: Partial<Page> } = {}): Findings {
  const page: Page = {
    origin: 'https://host.example',
    secure: true,
    embedderPolicy: false,
    framed: false,
    online: true,
  }
  const rest = { frame: null, script: null, tokenUrl: null, refused: [], hello: false, claims: undefined }
  return { ...rest, ...known, page: { ...page, ...known.page } }
}

it.each<[string, boolean, Partial<Subject>, Parameters<typeof findings>[0]]>([
  ['a sandbox without an origin', false, {}, { page: { origin: 'null' } }],
  ['http on an https page', false, {}, {}],
  ['http that the browser allowed', true, {}, { hello: true }],
  ['an http token-url on an https page', false, { tokenUrl: 'http://host.example' }, { hello: true }],
  ['http on an http page', true, {}, { page: { origin: 'http://localhost' } }],
  ['an insecure page', false, {}, { hello: true, page: { origin: 'http://host.example', secure: false } }],
  [
    'a COEP that keeps the frame out',
    false,
    { edge: 'https://edge.example' },
    { page: { embedderPolicy: true } },
  ],
  ['https on an https page', true, { edge: 'https://edge.example' }, {}],
])('judges the page’s context: %s', (_, ok, known, found) => {
  expect(context(subject(known), findings(found))?.[0]).toBe(ok)
})

it.each<[string, (around: HTMLElement) => void, string]>([
  ['the hidden attribute around it', (around) => around.toggleAttribute('hidden', true), '<section>'],
  ['display: none around it', (around) => around.style.setProperty('display', 'none'), '<section>'],
  ['display: none', () => element.style.setProperty('display', 'none'), '<div>'],
  ['visibility around it', (around) => around.style.setProperty('visibility', 'hidden'), '<section>'],
  ['opacity around it', (around) => around.style.setProperty('opacity', '0'), '<section>'],
  ['content-visibility', (around) => around.style.setProperty('content-visibility', 'hidden'), '<section>'],
  [
    'a container of no height that clips',
    (around) => Object.assign(around.style, { height: 0, overflow: 'hidden' }),
    '<section>',
  ],
  ['no height', () => Object.assign(element.style, { height: 0, overflow: 'hidden' }), 'give it'],
  ['no width', () => element.style.setProperty('width', '0'), '0 by 100 pixels'],
])('sees that the tag can’t be seen: %s', async (_, hide, words) => {
  const around = document.body.appendChild(document.createElement('section'))
  around.append(element)
  around.id = 'private-name'
  const before = check(await diagnose(subject({ connected: true })), 'visibility')
  hide(around)
  const report = await diagnose(subject({ connected: true }))
  around.remove()
  expect(before.ok).toBe(true)
  expect(check(report, 'visibility').ok).toBe(false)
  expect(check(report, 'visibility').detail).toContain(words)
  expect(JSON.stringify(report)).not.toContain('private-name')
})

it('looks past shadow roots for what hides the tag', async () => {
  const host = document.body.appendChild(document.createElement('host-panel'))
  host.attachShadow({ mode: 'open' }).append(document.createElement('aside'))
  const aside = host.shadowRoot?.querySelector('aside')
  aside?.append(document.createElement('slot'))
  aside?.toggleAttribute('hidden', true)
  host.append(element)
  const report = await diagnose(subject({ connected: true }))
  host.remove()
  expect(check(report, 'visibility').detail).toContain('<aside>')
})

it('looks out of the shadow root that the tag stands in', async () => {
  const aside = document.body.appendChild(document.createElement('aside'))
  const host = aside.appendChild(document.createElement('host-panel'))
  host.attachShadow({ mode: 'closed' }).append(element)
  aside.hidden = true
  const report = await diagnose(subject({ connected: true }))
  aside.remove()
  expect(check(report, 'visibility').detail).toContain('<aside>')
})

it('sees that the tag is out of the page, and what a closed <details> hides', async () => {
  element.remove()
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(false)
  const details = document.body.appendChild(document.createElement('details'))
  details.append(element)
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(false)
  details.open = true
  expect(check(await diagnose(subject({ connected: true })), 'visibility').ok).toBe(true)
  details.remove()
})

it('explains that a lazy tag waits until the reader comes near', async () => {
  const spacer = document.createElement('div')
  spacer.style.height = '10000px'
  element.before(spacer)
  Object.assign(element, { loading: 'lazy' })
  const far = await diagnose(subject({ connected: true, state: 'idle' }))
  spacer.remove()
  const near = await diagnose(subject({ connected: true, state: 'idle' }))
  expect(check(far, 'visibility')).toMatchObject({ ok: false, detail: expect.stringContaining('lazy') })
  expect(check(near, 'visibility').ok).toBe(true)
})

it.each([
  ['frame-src', "frame-src 'self'"],
  ['child-src', "child-src 'self'"],
  ['default-src', `default-src ${origin}; script-src ${origin} ${EDGE} 'unsafe-inline'`],
])('proves that the page’s %s keeps the frame out', async (_, policy) => {
  const report = await under(policy, (run) => run(subject()))
  expect(check(report, 'frame_policy').ok).toBe(false)
  expect(check(report, 'frame_policy').detail).toContain('frame-src')
  expect(check(report, 'frame_policy').detail).toContain(EDGE)
  expect(check(report, 'edge').ok).toBe(true)
  expect(check(report, 'origin').ok).toBeNull()
})

it('finds a policy that lets the frame in in order, strict as it may be', async () => {
  const strict = `frame-src ${EDGE}; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'`
  const [report, violations] = await under(strict, async (run, page) => {
    const violations: string[] = []
    page.document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    )
    return [await run(subject()), violations]
  })
  expect(check(report, 'frame_policy').ok).toBe(true)
  expect(violations).toEqual([])
})

it('does not take what the policy refused of others for its own', async () => {
  await answer({ ...inOrder(), '/v1/frame': {} })
  const report = await under(`frame-src ${EDGE}`, (run, page) => {
    const other = page.document.body.appendChild(page.document.createElement('iframe'))
    other.src = `${EDGE}0/`
    return run(subject())
  })
  expect(check(report, 'frame_policy').ok).toBe(true)
})

const byUrl = { tokenUrl: '/test/widget/token.json?user=alice', source: 'token-url' } as const

it('proves that the page’s connect-src keeps token-url from being asked', async () => {
  const report = await under("connect-src 'none'", (run) => run(subject({ connected: true, ...byUrl })))
  expect(check(report, 'connect_policy').ok).toBe(false)
  expect(check(report, 'connect_policy').detail).toContain(`${origin}: add it to connect-src`)
})

it('asks token-url by OPTIONS alone, since GET may make a token', async () => {
  const fetched = vi.spyOn(window, 'fetch')
  const report = await diagnose(subject({ connected: true, ...byUrl }))
  expect(check(report, 'connect_policy').ok).toBe(true)
  expect(fetched.mock.calls.map(([, options]) => options?.method)).toEqual(['OPTIONS'])
})

it('blames no policy where token-url gives no answer', async () => {
  const report = await diagnose(subject({ connected: true, ...byUrl, tokenUrl: `${EDGE}/api/token` }))
  expect(check(report, 'connect_policy').ok).toBeNull()
})

it('leaves connect_policy out where no address is asked', async () => {
  const report = await diagnose(subject({ connected: true, ...byUrl, source: 'tokenProvider' }))
  expect(report.checks.map(({ check }) => check)).not.toContain('connect_policy')
})

it('sees that the edge can’t be reached', async () => {
  await answer({})
  const report = await diagnose(subject())
  expect(check(report, 'edge').ok).toBe(false)
  expect(check(report, 'edge').detail).toContain(EDGE)
  expect(check(report, 'origin').ok).toBeNull()
  expect(check(report, 'frame_policy').ok).toBe(true)
})

it('does not say that the edge can’t be reached where script-src kept it from being asked', async () => {
  const report = await under(`script-src ${origin} 'unsafe-inline'; frame-src 'none'`, (run) =>
    run(subject()),
  )
  expect(check(report, 'edge').ok).toBeNull()
})

it.each<[string, boolean | null, Partial<Subject>, Parameters<typeof findings>[0]]>([
  ['out of reach of a device that is offline', false, {}, { page: { online: false } }],
  [
    'offline by the browser, and whose script came',
    true,
    {},
    { script: 'answered', page: { online: false } },
  ],
  ['offline by the browser, and whose frame spoke', true, {}, { hello: true, page: { online: false } }],
  ['misconfigured', false, { error: failed('misconfigured') }, { hello: true }],
  ['failing', false, { error: failed('internal') }, { hello: true }],
  ['silent', false, {}, { script: 'silent' }],
  ['not asked, in a browser without modulepreload', null, {}, { script: null }],
  ['unknown', null, { edge: undefined }, {}],
])('judges an edge that is %s', (_, ok, known, found) => {
  expect(edgeCheck(subject(known), findings(found))?.[0]).toBe(ok)
})

it('asks the edge as the tag’s own frame does, and runs nothing of it in the page', async () => {
  await diagnose(subject())
  const requests = await asked(2)
  expect(requests.find(({ path }) => path.startsWith('/v1/frame?v=1'))?.referrer).toBe(`${origin}/`)
  expect(requests.filter(({ method }) => method !== 'GET')).toEqual([])
  expect('ran' in globalThis).toBe(false)
})

it('takes an edge that serves scripts but frames nothing for one that does not allow the page', async () => {
  await answer({ ...inOrder(), '/v1/frame': { body: HELLO, policy: "frame-ancestors 'none'" } })
  const report = await diagnose(subject())
  expect(check(report, 'edge').ok).toBe(true)
  expect(check(report, 'frame_policy').ok).toBe(true)
  expect(check(report, 'origin').ok).toBe(false)
  expect(check(report, 'origin').detail).toContain(origin)
  expect(check(report, 'origin').detail).toContain('ALLOWED_ORIGINS')
})

it.each<[string, boolean | null, string, Parameters<typeof findings>[0]]>([
  ['was refused', false, 'ALLOWED_ORIGINS', { frame: 'failed' }],
  ['is kept out by COEP', null, '', { frame: 'failed', page: { embedderPolicy: true } }],
  ['says nothing, as where Firefox keeps it out by COEP', false, 'COEP', { frame: 'silent' }],
])('advises on a frame that %s', (_, ok, words, found) => {
  const verdict = originCheck(subject(), findings({ script: 'answered', ...found }))
  expect(verdict?.[0]).toBe(ok)
  expect(verdict?.[1]).toContain(words)
  expect(verdict?.[1].includes('ALLOWED_ORIGINS')).toBe(words === 'ALLOWED_ORIGINS')
})

it('believes no hello but that of its own frame from the edge’s origin', async () => {
  await answer({ ...inOrder(), '/v1/frame': {} })
  const done = diagnose(subject())
  postMessage({ type: 'biuwer-embed:hello' })
  expect(check(await done, 'origin').ok).toBe(false)
  const always = `<script>setInterval(() => {${HELLO.slice(8, -9)}})</script>`
  await answer({ ...inOrder(), '/v1/frame': {}, '/other': { body: always } })
  const other = document.body.appendChild(document.createElement('iframe'))
  other.src = `${EDGE}/other`
  await new Promise((resolve) => addEventListener('message', resolve, { once: true }))
  expect(check(await diagnose(subject()), 'origin').ok).toBe(false)
  other.remove()
  const elsewhere = URL.createObjectURL(new Blob([HELLO], { type: 'text/html' }))
  expect(check(await diagnose(subject({ frameUrl: elsewhere })), 'origin').ok).toBe(false)
})

it('hears a hello that comes after the frame’s load', async () => {
  const late = `<script>onload = () => setTimeout(() => {${HELLO.slice(8, -9)}}, 50)</script>`
  await answer({ ...inOrder(), '/v1/frame': { body: late } })
  expect(check(await diagnose(subject()), 'origin').ok).toBe(true)
})

it.each<[string, boolean, Partial<Subject>]>([
  ['the value’s origins name it', true, { value: value({ origins: [origin] }) }],
  ['the value’s origins name others', false, { value: value({ origins: [`${origin}0`] }) }],
  ['the edge refused it', false, { error: failed('origin_not_allowed') }],
  ['it is the edge itself', false, { edge: origin }],
])('judges the page’s origin where %s', async (_, ok, known) => {
  expect(check(await diagnose(subject({ connected: true, ...known })), 'origin').ok).toBe(ok)
})

it.each([
  [null, null, ''],
  [0, true, ''],
  [60_000, true, 'In order'],
  [61_000, true, '61 s ahead'],
  [-300_000, true, '300 s behind'],
  [-300_001, false, '300 s behind'],
  [300_001, false, '300 s ahead'],
])('judges a clock %s ms ahead of the edge’s', (skew, ok, words) => {
  const verdict = clock(subject({ skew }))
  expect(verdict?.[0]).toBe(ok)
  expect(verdict?.[1]).toContain(words)
})

it.each<[string, boolean | null, Partial<Subject>, string]>([
  ['that has ended', false, { value: value({ exp: now() }) }, 'ended at 20'],
  ['that has ended by the device’s clock alone', true, { value: value({ exp: now() }), skew: 60_000 }, ''],
  ['that is not valid yet', false, { value: value({ nbf: now() + 60 }) }, 'valid from 20'],
  ['that never ends', true, { value: value({ exp: undefined }) }, 'explain'],
  ['for other resources', false, { value: value({ resources: ['costs'] }) }, 'resource'],
  ['for this resource', true, { value: value({ resources: ['costs', 'sales-2026'] }) }, ''],
  ['that is no JWS', false, { value: '6f1c2f8e-0000-4000-8000-000000000000' }, 'no JWS'],
  ['of dots alone', false, { value: 'a.b.c' }, 'no JWS'],
  ['of another issuer', false, { value: value({ iss: 'other' }) }, 'no embed token'],
  ['of another kind', false, { value: value({}, 'biuwer-session+jwt') }, 'no embed token'],
  ['with times that are none', true, { value: value({ nbf: 1e300, exp: 'x' }) }, ''],
  ['that was spent', false, { error: failed('token_spent') }, 'Another page view'],
  ['that was revoked', false, { error: failed('token_revoked') }, 'revoked'],
  ['of a user who isn’t linked', false, { error: failed('user_not_linked') }, 'PUT /v1/users'],
  ['that none gave', false, { value: undefined, error: failed('provider_failed') }, 'token-url'],
  ['that has not come', null, { value: undefined }, ''],
  ['that ended after it opened', true, { value: value({ exp: now() }), state: 'ready' }, ''],
])('judges a value %s', async (_, ok, known, words) => {
  const found = check(await diagnose(subject({ connected: true, ...known })), 'token')
  expect(found.ok).toBe(ok)
  expect(found.detail).toContain(words)
})

it.each([
  ['begins', 'nbf', [false, true]],
  ['ends', 'exp', [true, false]],
])('%s a value at its very second, by the edge’s clock', async (_, claim, [before, after]) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const second = now()
  const known = { connected: true, skew: 9, value: value({ exp: undefined, [claim]: second }) }
  vi.setSystemTime(second * 1000 + 8)
  expect(check(await diagnose(subject(known)), 'token').ok).toBe(before)
  vi.setSystemTime(second * 1000 + 9)
  expect(check(await diagnose(subject(known)), 'token').ok).toBe(after)
})

const manual = {
  edge: undefined,
  frameUrl: undefined,
  instance: 'acme',
  connected: true,
  skew: null,
  value: '6f1c2f8e-0000-4000-8000-000000000000',
}

it('asks of manual integration only what applies to it', async () => {
  const report = await diagnose(subject(manual))
  expect(report.checks.map(({ check, ok }) => [check, ok])).toEqual([
    ['setup', true],
    ['context', true],
    ['visibility', true],
    ['frame_policy', true],
    ['token', null],
  ])
  expect(report).toMatchObject({ edge: null, instance: 'acme' })
})

it('proves that the page’s policy keeps Biuwer’s own page out', async () => {
  const report = await under("frame-src 'self'", (run) => run(subject(manual)))
  expect(check(report, 'frame_policy').ok).toBe(false)
  expect(check(report, 'frame_policy').detail).toContain('https://acme.biuwer.com')
})

it('sees an embed token where Biuwer’s own is needed', async () => {
  expect(check(await diagnose(subject({ ...manual, value: value() })), 'token').ok).toBe(false)
})

it('tells no secret, no path, no query and nothing of whom it is for', async () => {
  const secret = value({ sub: 'tok_alice', user: 'alice@host.example', jti: 'jti-1', name: 'Alice' })
  const known = {
    value: secret,
    resource: 'sales-2026-of-alice',
    error: { ...failed('token_spent'), message: `told ${secret}` },
    tokenUrl: `${EDGE}/private/path?key=k3y`,
    source: 'token-url',
    instance: null,
  } as const
  const reports = [
    await diagnose(subject(known)),
    await diagnose(subject({ ...known, value: '6f1c2f8e-secret' })),
    await diagnose(subject({ ...known, edge: undefined, instance: '6f1c2f8e-secret oh' })),
    await under("frame-src 'none'; connect-src 'none'", (run) => run(subject(known))),
  ]
  for (const report of reports) {
    const text = JSON.stringify(report)
    expect(JSON.parse(text)).toEqual(report)
    expect(text).not.toMatch(/alice|jti-1|tok_alice|private|k3y|6f1c2f8e|2026-of|told/i)
    for (const part of secret.split('.')) expect(text).not.toContain(part)
    expect(text).not.toContain(location.pathname + location.search)
    expect(report.resource).toBe('sale…')
    expect(report).toMatchObject({ code: 'token_spent', requestId: 'req_1' })
  }
})

it('ends within five seconds where nothing answers, and leaves nothing behind', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await answer({ '/v1/frame': 'hangs', [SCRIPT]: 'hangs', '/api/token': 'hangs' })
  const nodes = document.querySelectorAll('*').length
  const listening = vi.spyOn(EventTarget.prototype, 'addEventListener')
  let over = false
  const done = diagnose(subject({ ...byUrl, tokenUrl: `${EDGE}/api/token` })).finally(() => {
    over = true
  })
  expect(document.querySelectorAll('*').length).toBe(nodes + 2)
  await asked(3)
  await vi.advanceTimersByTimeAsync(4_000)
  expect(over).toBe(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(over).toBe(true)
  expect(check(await done, 'edge').ok).toBe(false)
  expect(document.querySelectorAll('*').length).toBe(nodes)
  expect(vi.getTimerCount()).toBe(0)
  const left = listening.mock.calls.filter(([type, , options]) => {
    const ended = typeof options === 'object' && (options.signal?.aborted || options.once)
    return type !== 'abort' && !ended
  })
  expect(left.map(([type]) => type)).toEqual([])
})

it('leaves nothing behind where all answers come', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  const nodes = document.querySelectorAll('*').length
  await diagnose(subject(byUrl))
  expect(document.querySelectorAll('*').length).toBe(nodes)
  expect(vi.getTimerCount()).toBe(0)
})

it('does not fail with a page’s own fetch that throws', async () => {
  vi.spyOn(window, 'fetch').mockImplementation(() => {
    throw new Error('patched')
  })
  const report = await diagnose(subject({ connected: true, ...byUrl }))
  expect(check(report, 'connect_policy').ok).toBeNull()
})
