import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { allowEdges } from '../../widget/connection/receivers.ts'
import type { BiuwerReadyEvent } from '../../widget/events.ts'
import type { TokenProvider } from '../../widget/session/token-source.ts'
import { embed, frameOf, happened, Inside, opened, removeAll, settled, term } from './stand-in.ts'

afterEach(async () => {
  await removeAll()
  vi.useRealTimers()
})

const never: TokenProvider = () => new Promise(() => {})

it('asks once when appended, removed and appended again in one task', async () => {
  const tokenProvider = vi.fn<TokenProvider>(never)
  const tag = embed({ resourceId: 'sales', tokenProvider })
  tag.remove()
  document.body.append(tag)
  await tag.updateComplete
  expect(tokenProvider).toHaveBeenCalledOnce()
  expect(tag.shadowRoot?.querySelectorAll('iframe')).toHaveLength(1)
})

it('asks for nothing when removed in the same task', async () => {
  const tokenProvider = vi.fn<TokenProvider>(never)
  const tag = embed({ resourceId: 'sales', tokenProvider })
  tag.remove()
  await tag.updateComplete
  expect(tokenProvider).not.toHaveBeenCalled()
  expect(tag.state).toBe('idle')
})

it.each([
  ['a resource id', { token: 'token' }],
  ['any source of a token', { resourceId: 'sales' }],
])('shows nothing without %s', async (_, settings) => {
  const tag = embed(settings)
  await tag.updateComplete
  expect(tag.state).toBe('idle')
  expect(tag.matches(':state(idle)')).toBe(true)
  expect(tag.shadowRoot?.childElementCount).toBe(0)
})

it('makes the frame while the token is still on its way', async () => {
  const tag = embed({ resourceId: 'sales', tokenProvider: never })
  await tag.updateComplete
  const { src, sandbox, referrerPolicy, allow } = frameOf(tag)
  expect(new URL(src).pathname).toBe('/v1/frame')
  expect(src).not.toContain('sales')
  expect([...sandbox].filter((flag) => flag.includes('top-navigation'))).toEqual([])
  expect(referrerPolicy).toBe('strict-origin')
  expect(allow).toContain('fullscreen')
})

it('takes the token off the element and never gives it back', async () => {
  document.body.insertAdjacentHTML(
    'beforeend',
    '<biuwer-embed resource-id="sales" token="v4lue"></biuwer-embed>',
  )
  const tag = document.querySelector('biuwer-embed')
  if (!tag) throw new Error('no tag')
  expect(tag.getAttributeNames()).toEqual(['resource-id'])
  expect(tag.token).toBeNull()
  const inside = await Inside.of(tag)
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ type: 'open', resource: 'sales', token: 'v4lue' })
  expect(tag.outerHTML + tag.shadowRoot?.innerHTML).not.toContain('v4lue')
})

it.each([
  ['white space round it', '\n  sales\n', 'sales'],
  ['a number for it', 7, '7'],
])('opens the resource where the page has %s, which a diagnosis tells', async (_, resourceId, asked) => {
  const tag = embed({ resourceId: resourceId as string, token: 'spelt' })
  const inside = await Inside.of(tag)
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ type: 'open', resource: asked })
  // As frameworks set what their page leaves out.
  tag.instance = undefined as unknown as null
  const { resource, checks } = await tag.diagnose()
  expect(checks.map(({ check }) => check)).toContain('edge')
  expect(resource).toBe(`${asked.slice(0, 4)}…`)
  expect(checks.find(({ check }) => check === 'setup')).toMatchObject({ ok: true })
})

it('takes a token that the page had set before the tag was defined', async () => {
  const { BiuwerEmbedElement } = await import('../../widget/biuwer-embed.ts')
  const early = document.createElement('biuwer-early')
  Object.assign(early, { resourceId: 'sales', token: 'early' })
  document.body.append(early)
  customElements.define('biuwer-early', class extends BiuwerEmbedElement {})
  const tag = early as InstanceType<typeof BiuwerEmbedElement>
  const inside = await Inside.of(tag)
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ token: 'early' })
  expect(tag.token).toBeNull()
  tag.remove()
})

it('becomes ready, tells so, and leaves the frame where it is', async () => {
  const { tag, inside } = await opened({ token: 'ready-1' })
  await tag.updateComplete
  expect(tag.state).toBe('ready')
  expect(tag.matches(':state(ready)')).toBe(true)
  expect(tag.shadowRoot?.querySelector('[part=panel]')).toBeNull()
  expect(tag.expiresAt?.getTime()).toBeGreaterThan(Date.now())
  // A frame that was moved would have another window by now.
  inside.report({ type: 'renewed', ...term(3600), expires_at: '2100-01-01T00:00:00Z' })
  await happened(tag, 'biuwer-renewed')
  expect(tag.expiresAt).toEqual(new Date('2100-01-01T00:00:00Z'))
})

it('tells how long an opening took, as the timeline of the page does', async () => {
  performance.clearMeasures()
  const begun = performance.now()
  const told: BiuwerReadyEvent['durations'][] = []
  const listen = ({ durations }: BiuwerReadyEvent) => told.push(durations)
  document.addEventListener('biuwer-ready', listen)
  const { tag, inside } = await opened({ token: 'measured-1' })
  const measured = () =>
    Object.fromEntries(
      performance
        .getEntriesByType('measure')
        .map(({ name, duration }) => [name.replace('biuwer:', ''), duration]),
    )
  expect(Object.keys(told[0] ?? {}).toSorted()).toEqual(['frame', 'ready', 'session'])
  for (const [name, duration] of Object.entries(told[0] ?? {}))
    expect(duration).toBeCloseTo(Number(measured()[name]), 3)
  expect(told[0]?.ready).toBeLessThanOrEqual(performance.now() - begun)

  // Another resource opens in the frame that is there: its opening begins now.
  performance.clearMeasures()
  const again = performance.now()
  tag.resourceId = 'measured-other'
  await inside.order(2)
  inside.report({ type: 'opened', ...term(3600) })
  inside.report({ type: 'ready' })
  await expect.poll(() => told).toHaveLength(2)
  document.removeEventListener('biuwer-ready', listen)
  expect(Object.keys(told[1] ?? {}).toSorted()).toEqual(['ready', 'session'])
  expect(told[1]?.ready).toBeLessThanOrEqual(performance.now() - again)
})

it('opens another resource in the same frame, with the same token and session key', async () => {
  const { tag, inside } = await opened({ token: 'resource-1' })
  tag.resourceId = 'costs'
  const [first, second] = [await inside.order(1), await inside.order(2)]
  expect(second).toMatchObject({ type: 'open', resource: 'costs', token: 'resource-1' })
  expect(second.session_key).toBe(first.session_key)
  expect(tag.state).toBe('connecting')
})

it('lets no late answer for the former resource make it ready', async () => {
  const { tag, inside } = await opened({ token: 'late-1' })
  tag.resourceId = 'costs'
  const { order } = await inside.order(2)
  inside.report({ type: 'opened', ...term(1) }, order - 1)
  inside.report({ type: 'ready' }, order - 1)
  await settled()
  expect(tag.state).toBe('connecting')
  expect(tag.expiresAt).toBeNull()
})

it('shares the session key of a token between tags, and makes one of its own for each token', async () => {
  const [one, other, third] = await Promise.all([
    opened({ token: 'shared' }),
    opened({ token: 'shared' }),
    opened({ token: 'own' }),
  ])
  const keys = [one, other, third].map(({ inside }) => inside.orders[0]?.session_key)
  expect(keys[0]).toMatch(/^[A-Za-z0-9_-]{22,128}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})

it('opens again with the same token and key when its frame is reloaded', async () => {
  const { tag, inside } = await opened({ token: 'reloaded' })
  await inside.hello()
  const [first, again] = [await inside.order(1), await inside.order(2)]
  expect(tag.state).toBe('connecting')
  expect(again).toMatchObject({ type: 'open', token: 'reloaded', session_key: first.session_key })
})

it('reload() opens in a new frame', async () => {
  const { tag, inside } = await opened({ token: 'again' })
  tag.reload()
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  expect(frameOf(tag)).not.toBe(inside.frame)
})

it('lets go of everything when removed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let given: AbortSignal | undefined
  const tag = embed({
    resourceId: 'sales',
    tokenProvider: (_, signal) => {
      given = signal
      return never('initial', signal)
    },
  })
  await tag.updateComplete
  expect(vi.getTimerCount()).toBeGreaterThan(0)
  tag.remove()
  expect(given?.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
  expect(tag.state).toBe('idle')
})

it('stays as it is where a script sets what says the same', async () => {
  const { tag, inside } = await opened({ token: 'same' })
  const edges = [
    location.origin,
    `${location.origin}/`,
    location.origin.toUpperCase(),
    ` ${location.origin} `,
    '',
    undefined,
    null,
  ]
  const same: object[] = [
    { instance: undefined },
    { instance: null },
    ...edges.map((edge) => ({ edge })),
    { resourceId: 'sales' },
    { resourceId: ' sales\n' },
    { token: 'same' },
    { token: ' same ' },
    { token: undefined },
    { loading: 'lazy' },
    { loading: 'eager' },
    { tokenUrl: '/elsewhere' },
    { tokenCredentials: 'include' },
    { tokenProvider: never },
    { label: null },
    { theme: 'dark' },
  ]
  for (const settings of same) {
    Object.assign(tag, settings)
    await tag.updateComplete
    expect(tag.state, JSON.stringify(settings)).toBe('ready')
    expect(frameOf(tag), JSON.stringify(settings)).toBe(inside.frame)
  }
  await settled()
  expect(inside.orders).toHaveLength(1)
})

it('opens with the token it had when it comes back', async () => {
  const { tag, inside } = await opened({ token: 'moved' })
  const key = inside.orders[0]?.session_key
  tag.remove()
  document.body.append(tag)
  const anew = await Inside.of(tag)
  await anew.hello()
  expect(await anew.order(1)).toMatchObject({ token: 'moved', session_key: key })
})

describe('a lazy tag', () => {
  let page: HTMLElement

  beforeEach(() => {
    page = document.body.appendChild(document.createElement('div'))
    const spacer = page.appendChild(document.createElement('div'))
    spacer.style.height = '10000px'
    // A page that is made in the same task as another was removed keeps the place that was scrolled to.
    scrollTo(0, 0)
  })
  afterEach(() => {
    page.remove()
  })

  /** Resolves when the tag's own observer has been told where the tag is: observers that were made later are told later. */
  async function observed(tag: Element): Promise<void> {
    await new Promise<void>((resolve) => {
      new IntersectionObserver((_, observer) => {
        observer.disconnect()
        resolve()
      }).observe(tag)
    })
  }

  it('opens only near the viewport', async () => {
    const tag = embed({ resourceId: 'sales', token: 'lazy', loading: 'lazy' }, page)
    await observed(tag)
    expect(tag.state).toBe('idle')
    tag.scrollIntoView()
    await vi.waitFor(() => expect(tag.state).toBe('connecting'))
  })

  it('opens again near the viewport however often it was eager meanwhile', async () => {
    const tag = embed({ resourceId: 'sales', token: 'lazy-often', loading: 'lazy' }, page)
    for (const loading of ['eager', 'lazy', 'eager', 'lazy'] as const) {
      tag.loading = loading
      await tag.updateComplete
    }
    tag.reload()
    await tag.updateComplete
    await observed(tag)
    expect(tag.state).toBe('idle')
    tag.scrollIntoView()
    await vi.waitFor(() => expect(tag.state).toBe('connecting'))
    scrollTo(0, 0)
    tag.reload()
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
  })

  it('waits for the viewport again when it is reloaded after a time as an eager one', async () => {
    const tag = embed({ resourceId: 'sales', token: 'lazy-again', loading: 'lazy' }, page)
    await tag.updateComplete
    tag.loading = 'eager'
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
    tag.loading = 'lazy'
    tag.reload()
    await tag.updateComplete
    await observed(tag)
    expect(tag.state).toBe('idle')
    tag.scrollIntoView()
    await vi.waitFor(() => expect(tag.state).toBe('connecting'))
  })
})

it.each([
  'http://edge.example',
  'https://edge.example/path',
  'https://user@edge.example',
  'ftp://edge.example',
  'edge.example',
])('refuses %s as an edge', async (edge) => {
  const tag = embed({ resourceId: 'sales', token: 'value', edge })
  await tag.updateComplete
  expect(tag.error).toMatchObject({ code: 'invalid_request', retryable: false })
  expect(tag.error?.message).toContain('edge')
})

it('says that the page’s own policy refused the frame', async () => {
  const policy = document.createElement('meta')
  policy.httpEquiv = 'Content-Security-Policy'
  policy.content = "frame-src 'self' https://*.allowed.example"
  // Firefox reads a policy as it is inserted, and no change of it later.
  document.head.append(policy)
  allowEdges(['https://edge.example'])
  const tag = embed({ resourceId: 'sales', token: 'value', edge: 'https://edge.example' })
  const failed = (await happened(tag, 'biuwer-error')) as Event & { code: string }
  expect(failed.code).toBe('frame_blocked')
})
