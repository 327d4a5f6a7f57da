import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import { type Site, serve } from '../sites.ts'
import {
  ARRANGEMENTS,
  biuwer,
  biuwerToken,
  engineName,
  heard,
  issue,
  leave,
  manage,
  ONE_SITE,
  OTHER_RESOURCE,
  open,
  type PageOptions,
  portOf,
  prepareCore,
  RESOURCE,
  type Sites,
  STRANGER,
  setEdge,
  THREE_SITES,
  UNGUARDED,
  until,
} from './core.ts'
import { type EdgeName, LEASE } from './stack.ts'
import { clickRetry, giveAwaited, waitingForToken } from './waiting-tag.ts'

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
  const { code, message, words } = await refused(token, { resource: 'no such resource' })
  expect(code).toBe('invalid_request')
  expect(message).toContain('resource: ')
  expect(words).toContain('It isn’t set up correctly on this page.')
  await opens(token)
})

/** Answers everything as the edge does where it fails of itself. */
let faulty: Site

beforeAll(async () => {
  const problem = { title: 'Internal error', status: 500, code: 'internal', request_id: 'req_1' }
  faulty = await serve('127.0.0.1', (_, response) => {
    response.writeHead(500, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problem))
  })
})
afterAll(() => faulty.stop())

test.each([
  ['can’t be asked', 'shut', 'unavailable'],
  ['gives no answer', 'silent', 'timeout'],
  ['fails', 'faulty', 'internal'],
] as const)(
  'while the edge %s nothing opens, and a reader who tries again loses nothing',
  async (_, door, expected) => {
    const { token } = await issue()
    const tab = await waitingForToken(sites)
    await setEdge(door === 'faulty' ? portOf(faulty.origin) : door)
    await giveAwaited(tab, token)
    if (expected === 'timeout') await passSeconds(tab, 16)
    const { code, retryable } = await heard(tab, 'biuwer-error')
    expect({ code, retryable }).toEqual({ code: expected, retryable: true })
    expect(biuwer.asked).toBe(0)
    await setEdge('open')
    await clickRetry(tab)
    await heard(tab, 'biuwer-ready')
  },
)

/** Takes a page ahead in time, as a computer's sleep does: what its tag waits for until then, it has waited for. */
const passSeconds = (tab: Tab, seconds: number) =>
  tab.evaluate((seconds) => {
    const { now } = Date
    Date.now = () => now() + seconds * 1000
    dispatchEvent(new Event('visibilitychange'))
  }, seconds)

const { adminKey, edgePorts } = inject('core')

/** Takes a record from the backup of the other edge into this one, without its user. */
async function restore(id: string): Promise<void> {
  const ask = (edge: EdgeName, path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${edgePorts[edge]}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/x-ndjson' },
    })
  const backup = await (await ask('unguarded', '/v1/export')).text()
  const line = backup.split('\n').find((line) => line.startsWith('{"type":"token"') && line.includes(id))
  const answer = await ask('edge', '/v1/import', { method: 'POST', body: line ?? '' })
  expect(await answer.json()).toMatchObject({ imported: 1 })
}

test('a token whose user is not linked, as a backup may leave it, is refused and opens once the user is', async () => {
  const user = `restored-${engineName}`
  await manage('PUT', `/v1/users/${user}`, { biuwer_token: biuwerToken }, 'unguarded')
  const { id, token } = await issue({ user, refresh: 'none' }, 'unguarded')
  await restore(id)
  const { code, words, retryable } = await refused(token)
  expect({ code, retryable }).toEqual({ code: 'user_not_linked', retryable: false })
  expect(words).toContain('Your user isn’t linked to Biuwer.')
  await manage('PUT', `/v1/users/${user}`, { biuwer_token: biuwerToken })
  // For so long the edge remembers what it was told of the record.
  await until(at(LEASE))
  await opens(token)
})

test('a reader whose address was refused too often is told to wait, and a good token opens there all the same', async () => {
  let told = await refused('no-token', { sites: UNGUARDED })
  // The limit is one a minute, and a minute may end between two.
  while (told.code === 'token_malformed') told = await refused('no-token', { sites: UNGUARDED })
  expect({ code: told.code, retryable: told.retryable }).toEqual({ code: 'rate_limited', retryable: true })
  expect(told.words).toContain('Too many requests. It tries again by itself.')
  await opens((await issue({}, 'unguarded')).token, UNGUARDED)
})

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
