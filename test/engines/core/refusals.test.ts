import { expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  biuwer,
  engineName,
  heard,
  issue,
  leave,
  manage,
  ONE_SITE,
  OTHER_RESOURCE,
  open,
  type PageOptions,
  prepareCore,
  RESOURCE,
  type Sites,
  STRANGER,
  setEdge,
  THREE_SITES,
  until,
} from './core.ts'

prepareCore()

const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]
const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

interface Given {
  sites?: Sites
  resource?: string
  options?: PageOptions
  /** Stands above the tag. */
  before?: string
}

/**
 * Gives the tag of a page a token, and tells what was said of the refusal. Biuwer's page was not asked for. A token with a
 * time is made once the page is there.
 */
async function refused(offered: string | (() => Promise<{ token: string }>), given: Given = {}) {
  const tag = `<biuwer-embed resource-id="${given.resource ?? RESOURCE}"></biuwer-embed>`
  const tab = await open(given.sites ?? sites, (given.before ?? '') + tag, given.options)
  const token = typeof offered === 'string' ? offered : (await offered()).token
  await tab.evaluate((token) => document.querySelector('biuwer-embed')?.setAttribute('token', token), token)
  const error = await heard(tab, 'biuwer-error')
  const panel = await tab.evaluate(() => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    const panel = tag.shadowRoot?.querySelector('[part=panel]')
    return {
      state: tag.state,
      words: panel?.textContent ?? '',
      parts: [...(panel?.querySelectorAll('button') ?? [])].map((button) => button.part.value),
      frames: tag.shadowRoot?.querySelectorAll('iframe').length,
    }
  })
  expect(panel).toMatchObject({ state: 'error', frames: 0 })
  expect(panel.words + error.message).not.toContain(token)
  expect(biuwer.asked).toBe(0)
  return { tab, ...error, ...panel }
}

const clickRetry = (tab: Tab) =>
  tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=retry]'))

/** Opens a page with a tag that has this token, sees that a dashboard opens, and closes it. */
async function opens(token: string, at: Sites = sites, resource = RESOURCE): Promise<void> {
  const tab = await open(at, `<biuwer-embed resource-id="${resource}" token="${token}"></biuwer-embed>`)
  await heard(tab, 'biuwer-ready')
  await leave(tab)
  await biuwer.shown(0)
  biuwer.reset()
}

test('what is no token is refused', async () => {
  const { code, words, retryable } = await refused('no-token')
  expect({ code, retryable }).toEqual({ code: 'token_malformed', retryable: false })
  expect(words).toContain('Your access isn’t valid.')
})

test('a token that somebody changed is refused', async () => {
  const { token } = await issue()
  const [header, , signature] = token.split('.')
  const [, others] = (await issue()).token.split('.')
  const { code, words, requestId } = await refused([header, others, signature].join('.'))
  expect(code).toBe('token_invalid')
  expect(requestId).toMatch(/^req_/)
  expect(words).toContain('Your access isn’t valid.')
  await opens(token)
})

test('a token whose time has not come is refused, and opens by itself when it has', async () => {
  const { tab, code, words, retryable } = await refused(() => issue({ from: at(4) }))
  expect({ code, retryable }).toEqual({ code: 'token_not_yet_valid', retryable: false })
  expect(words).toContain('Your access has not begun yet. It will open by itself.')
  await heard(tab, 'biuwer-ready')
})

test('a token whose time is over is refused', async () => {
  const to = at(1.5)
  const { token } = await issue({ refresh: 'none', to })
  await until(to)
  const { code, words } = await refused(token)
  expect(code).toBe('token_expired')
  expect(words).toContain('Your access has expired.')
})

test('a revoked token is refused from the promised time on', async () => {
  const { id, token } = await issue({ refresh: 'none' })
  await opens(token)
  const { effective_by } = await manage('DELETE', `/v1/tokens/${id}`)
  await until(effective_by.new_sessions)
  const { code, words } = await refused(token)
  expect(code).toBe('token_revoked')
  expect(words).toContain('Your access was withdrawn.')
})

test('a single-use token opens in one page view', async () => {
  const { token } = await issue()
  await opens(token)
  const { code, words, requestId } = await refused(token)
  expect(code).toBe('token_spent')
  expect(requestId).toMatch(/^req_/)
  expect(words).toContain('This access was already used.')
})

test('a token of another resource is refused, and not spent', async () => {
  const { token } = await issue({ resources: [OTHER_RESOURCE] })
  const { tab, code, words, retryable } = await refused(token)
  expect({ code, retryable }).toEqual({ code: 'resource_not_allowed', retryable: false })
  expect(words).toContain('You have no access to this dashboard.')
  await leave(tab)
  await opens(token, sites, OTHER_RESOURCE)
})

test('a token of another origin is refused, and not spent', async () => {
  const { token } = await issue({ origins: [ONE_SITE.host] })
  const { code, words, retryable } = await refused(token)
  expect({ code, retryable }).toEqual({ code: 'origin_not_allowed', retryable: false })
  expect(words).toContain('It may not be shown on this site.')
  await opens(token, ONE_SITE)
})

test('what can be no resource is refused, and the token not spent', async () => {
  const { token } = await issue()
  const { code, words } = await refused(token, { resource: 'no such resource' })
  expect(code).toBe('invalid_request')
  expect(words).toContain('It isn’t set up correctly on this page.')
  await opens(token)
})

/** A page whose frame has come, and whose tag waits for its token: what fails from now on is the session. */
async function waitingForToken(): Promise<Tab> {
  const tab = await open(sites, `<biuwer-embed resource-id="${RESOURCE}"></biuwer-embed>`)
  await tab.evaluate(() => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    addEventListener('message', () => {
      window.here = true
    })
    tag.tokenProvider = () =>
      new Promise((resolve) => {
        window.give = resolve
      })
  })
  await tab.until('the frame', () => window.here && Boolean(window.give))
  return tab
}

test.each([
  ['can’t be asked', 'shut', 'unavailable'],
  ['gives no answer', 'silent', 'timeout'],
] as const)(
  'while the edge %s nothing opens, and a reader who tries again loses nothing',
  async (_, door, expected) => {
    const { token } = await issue()
    const tab = await waitingForToken()
    await setEdge(door)
    await tab.evaluate((token) => window.give?.(token), token)
    const { code, retryable } = await heard(tab, 'biuwer-error')
    expect({ code, retryable }).toEqual({ code: expected, retryable: true })
    expect(biuwer.asked).toBe(0)
    await setEdge('open')
    await clickRetry(tab)
    await heard(tab, 'biuwer-ready')
  },
)

test('a backend that gives no token is named, and asked again when the reader tries again', async () => {
  const { token } = await issue()
  let asked = 0
  const tab = await open(sites, `<biuwer-embed resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`, {
    answer: (_, response) => {
      if (++asked === 1) return response.writeHead(500).end()
      return response.writeHead(200).end(JSON.stringify({ token }))
    },
  })
  expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'provider_failed', retryable: true })
  expect(biuwer.asked).toBe(0)
  await clickRetry(tab)
  await heard(tab, 'biuwer-ready')
  expect(asked).toBe(2)
})

test('a page whose policy keeps the frame out says so', async () => {
  const { token } = await issue()
  const policy = "script-src * 'unsafe-inline'; frame-src 'none'"
  const { code, words } = await refused(token, {
    options: { headers: { 'Content-Security-Policy': policy } },
  })
  expect(code).toBe('frame_blocked')
  expect(words).toContain('The security policy of this page blocks it.')
  await opens(token)
})

/** Makes the page's time run ten times as fast. */
const HASTE = `<script>{
  const { setTimeout: set } = window, now = Date.now, start = now()
  window.setTimeout = (act, ms, ...rest) => set(act, ms / 10, ...rest)
  Date.now = () => start + (now() - start) * 10
}</script>`

test('a page that the edge does not allow gets no frame, and the token is not spent', async () => {
  const { token } = await issue()
  const { code, words, retryable } = await refused(token, { sites: STRANGER, before: HASTE })
  expect({ code, retryable }).toEqual({ code: 'frame_unreachable', retryable: true })
  expect(words).toContain('The service can’t be reached from this page.')
  await opens(token)
})

if (engineName === 'firefox')
  test('an exposed frame (Firefox, three sites) is refused, and the panel offers a window', async () => {
    const { token } = await issue()
    const { code, words, parts, retryable } = await refused(token, { sites: THREE_SITES })
    expect({ code, retryable }).toEqual({ code: 'frame_exposed', retryable: false })
    expect(words).toContain('This browser can’t show it safely in this page. It can in a window of its own.')
    expect(parts).toContain('open')
    await opens(token)
  })

declare global {
  interface Window {
    give?: (token: string) => void
    here?: boolean
  }
}
