import { beforeEach, expect, it, vi } from 'vitest'
import { diagnose } from '../../widget/diagnosis/diagnose.ts'
import { VERSION } from '../../widget/version.ts'
import type { Answer, Asked } from '../answering-edge.ts'
import { check, EDGE, failed, placeElement, subject, token, under } from './diagnosis-fixtures.ts'

const SCRIPT = `/v${VERSION}/biuwer-embed.js`

const SAY_HELLO = `parent.postMessage({ type: 'biuwer-embed:hello' }, '*')`
const HELLO = `<script>${SAY_HELLO}</script>`
const BIUWER = 'https://acme.biuwer.com'

/** The edge's document, as far as a diagnosis needs it: it says hello, by \`hello\`, and what became of asking Biuwer. */
const frame = (answered: boolean, hello = SAY_HELLO) =>
  `<script>
    addEventListener('message', ({ ports: [port] }) => {
      port.onmessage = ({ data: { type } }) =>
        port.postMessage({ type: type + 'ed', biuwer: '${BIUWER}', answered: ${answered} })
    })
    ${hello}
  </script>`

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
  '/v1/frame': { body: frame(true) },
  [SCRIPT]: { type: 'text/javascript', body: 'globalThis.ran = true' },
})

placeElement()
beforeEach(() => answer(inOrder()))

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
    ['biuwer', true],
  ])
  expect(report).toMatchObject({ version: VERSION, page: origin, edge: EDGE, instance: null, code: null })
  expect(report.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

it('takes the present frame’s hello for an answer and asks the edge for its document alone', async () => {
  await answer({})
  const report = await diagnose(subject({ connected: true }))
  const paths = (await asked()).map(({ path }) => path)
  expect(new Set(paths)).toEqual(new Set(['/v1/frame?v=1']))
  for (const name of ['frame_policy', 'edge', 'origin'] as const) expect(check(report, name).ok).toBe(true)
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

it('believes no hello but that of its own frame from the edge’s origin', async () => {
  await answer({ ...inOrder(), '/v1/frame': {} })
  const done = diagnose(subject())
  postMessage({ type: 'biuwer-embed:hello' })
  expect(check(await done, 'origin').ok).toBe(false)
  const always = `<script>setInterval(() => {${SAY_HELLO}})</script>`
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
  const late = `onload = () => setTimeout(() => {${SAY_HELLO}}, 50)`
  await answer({ ...inOrder(), '/v1/frame': { body: frame(true, late) } })
  expect(check(await diagnose(subject()), 'origin').ok).toBe(true)
})

/** A tag in manual integration. */
const manual = {
  edge: undefined,
  frameUrl: undefined,
  instance: 'acme',
  connected: true,
  skew: null,
  token: '6f1c2f8e-0000-4000-8000-000000000000',
}

it('asks of manual integration only what applies to it', async () => {
  const report = await diagnose(subject(manual))
  expect(report.checks.map(({ check, ok }) => [check, ok])).toEqual([
    ['setup', true],
    ['context', true],
    ['visibility', true],
    ['frame_policy', true],
    ['token', null],
    ['biuwer', expect.any(Boolean)],
  ])
  expect(report).toMatchObject({ edge: null, instance: 'acme' })
})

it('proves that the page’s policy keeps Biuwer’s own page out', async () => {
  const report = await under("frame-src 'self'", (run) => run(subject(manual)))
  expect(check(report, 'frame_policy').ok).toBe(false)
  expect(check(report, 'frame_policy').detail).toContain('https://acme.biuwer.com')
})

it('sees an embed token where Biuwer’s own is needed', async () => {
  expect(check(await diagnose(subject({ ...manual, token: token() })), 'token').ok).toBe(false)
})

it('tells no secret, no path, no query and nothing of whom it is for', async () => {
  const secret = token({ sub: 'tok_alice', user: 'alice@host.example', jti: 'jti-1', name: 'Alice' })
  const known = {
    token: secret,
    resource: 'sales-2026-of-alice',
    error: { ...failed('token_spent'), message: `told ${secret}` },
    tokenUrl: `${EDGE}/private/path?key=k3y`,
    source: 'token-url',
    instance: null,
  } as const
  const reports = [
    await diagnose(subject(known)),
    await diagnose(subject({ ...known, token: '6f1c2f8e-secret' })),
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

it.each([true, false])('has the edge’s frame ask whether Biuwer answers: %s', async (answered) => {
  await answer({ ...inOrder(), '/v1/frame': { body: frame(answered) } })
  for (const known of [{ connected: true, state: 'ready' }, { connected: false }] as const) {
    const found = check(await diagnose(subject(known)), 'biuwer')
    expect(found).toMatchObject({ ok: answered, detail: expect.stringContaining(BIUWER) })
  }
})

it('asks nobody but the edge’s frame, which a page’s connect-src does not touch', async () => {
  const [report, violations] = await under("connect-src 'none'", async (run, page) => {
    const violations: string[] = []
    page.document.addEventListener('securitypolicyviolation', ({ blockedURI }) => violations.push(blockedURI))
    return [await run(subject({ connected: true, state: 'ready' })), violations]
  })
  expect(check(report, 'biuwer').ok).toBe(true)
  expect(violations).toEqual([])
})

it('says that Biuwer can’t be reached where the frame waits for it in vain', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true, advanceTimeDelta: 200 })
  await answer({ ...inOrder(), '/v1/frame': { body: HELLO } })
  const report = await diagnose(subject({ connected: true, state: 'ready' }))
  expect(check(report, 'biuwer')).toMatchObject({ ok: false, detail: expect.stringContaining('not answer') })
  expect(check(report, 'edge').ok).toBe(true)
})

it('can’t tell whether Biuwer answers where the edge’s frame does not know how to ask', async () => {
  const refuses = frame(true).replace("type + 'ed'", "'refused'")
  await answer({ ...inOrder(), '/v1/frame': { body: refuses } })
  expect(check(await diagnose(subject()), 'biuwer').ok).toBeNull()
})

it('does not say that Biuwer can’t be reached where, without an edge, connect-src kept it from being asked', async () => {
  const report = await under("connect-src 'none'", (run) => run(subject(manual)))
  expect(check(report, 'biuwer').ok).toBeNull()
})

it('does not fail with a page’s own fetch that throws', async () => {
  vi.spyOn(window, 'fetch').mockImplementation(() => {
    throw new Error('patched')
  })
  const report = await diagnose(subject({ connected: true, ...byUrl }))
  expect(check(report, 'connect_policy').ok).toBeNull()
})
