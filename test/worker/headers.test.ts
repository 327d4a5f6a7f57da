import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { ADMIN_KEY } from './admin-key.ts'
import { EDGE } from './api.ts'
import { fromWorker, newIsolate } from './isolate.ts'

afterEach(async () => {
  vi.restoreAllMocks()
  await reset()
})

const HTTP = EDGE.replace('https:', 'http:')
const YEAR = 'max-age=31536000'
const KEY = { Authorization: `Bearer ${ADMIN_KEY}` }

/** Every method of every address that the worker has, and of some that it does not have. */
const ADDRESSES = [
  ...newIsolate()
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => [method, path.replace(/:\w+/g, 'x')] as const),
  ['OPTIONS', '/v1/sessions'],
  ['GET', '/v1/nothing'],
  ['GET', '/oauth/nothing'],
  ['GET', '/nothing'],
  ['GET', '/.well-known/nothing'],
  ['POST', '/healthz'],
  ['PUT', '/console'],
] as const

/** Every file that the build made for the edge. */
const FILES = inject('files')
const PAGES = FILES.filter((path) => !/\.\w+$/.test(path))

test('no proxy may rewrite the script of a page: its policy would refuse what comes of that', async () => {
  const rewritable: string[] = []
  for (const path of [...PAGES, '/v1/frame']) {
    const answer = FILES.includes(path)
      ? await env.ASSETS.fetch(`${EDGE}${path}`)
      : await fromWorker(`${EDGE}${path}`, {})
    if (!(await answer.text()).includes('<script')) continue
    rewritable.push(path)
    expect([path, answer.headers.get('cache-control')]).toEqual([
      path,
      expect.stringContaining('no-transform'),
    ])
  }
  expect(rewritable).toEqual(expect.arrayContaining(['/console', '/v1/frame']))
})

describe('over https', () => {
  test('every answer of the worker says that browsers come back over https, and take it for what it is', async () => {
    expect(ADDRESSES.length).toBeGreaterThan(30)
    for (const [method, path] of ADDRESSES)
      for (const headers of [{}, KEY]) {
        const answer = await fromWorker(`${EDGE}${path}`, { method, headers })
        expect([method, path, answer.headers.get('strict-transport-security')]).toEqual([method, path, YEAR])
        expect([method, path, answer.headers.get('x-content-type-options')]).toEqual([
          method,
          path,
          'nosniff',
        ])
        expect([method, path, answer.headers.get('x-request-id')]).toEqual([
          method,
          path,
          expect.stringMatching(/^req_/),
        ])
      }
  })

  test('an answer to a fault, to a lack of settings and past a limit says so, too', async () => {
    const broken = [
      { ...env, TOKEN_KEYS: '' },
      { ...env, SESSION_LIMITER: { limit: async () => ({ success: false }) } as RateLimit },
      { ...env, TOKEN_REGISTRY: undefined as never, EDGE_KV: undefined as never },
    ]
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const bindings of broken) {
      const answer = await fromWorker(`${EDGE}/v1/tokens`, {}, bindings)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.headers.get('strict-transport-security')).toBe(YEAR)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test.each(FILES)('the file %s says so, with each method', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await fromWorker(`${EDGE}${path}`, { method })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('strict-transport-security')).toBe(YEAR)
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      // As many as there are page views, they are neither named nor logged.
      expect(answer.headers.get('x-request-id')).toBeNull()
    }
    const posted = await fromWorker(`${EDGE}${path}`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('files are served whatever is wrong with the settings, and are not logged', async () => {
    const logged = vi.spyOn(console, 'log')
    for (const path of ['/console', '/docs', '/biuwer-embed.js'])
      expect((await fromWorker(`${EDGE}${path}`, {}, { ...env, VAULT_KEYS: '' })).status).toBe(200)
    expect(logged).not.toHaveBeenCalled()
  })

  test('the bare address leads to the console, the documentation and the health, under the policy of a page', async () => {
    const page = await fromWorker(`${EDGE}/`, {})
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
    const links = [...(await page.text()).matchAll(/href="(\/[^"]+)"/g)].map(([, path]) => path)
    expect(links).toEqual(expect.arrayContaining(['/console', '/docs', '/healthz']))
    for (const path of links) expect((await fromWorker(`${EDGE}${path}`, {})).status).toBe(200)
  })

  test('every document has a process and permissions of its own', async () => {
    expect(PAGES.sort()).toEqual(expect.arrayContaining(['/console', '/docs']))
    for (const path of [...PAGES, '/v1/frame']) {
      const { headers } = await fromWorker(`${EDGE}${path}`, {})
      expect([path, headers.get('origin-agent-cluster')]).toEqual([path, '?1'])
      const policy = headers.get('permissions-policy')?.split(', ') ?? []
      for (const denied of ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'clipboard-read'])
        expect([path, policy]).toEqual([path, expect.arrayContaining([`${denied}=()`])])
    }
  })

  test('the frame hands fullscreen and the clipboard on to Biuwer, and nothing else', async () => {
    const { headers } = await fromWorker(`${EDGE}/v1/frame`, {})
    const given = headers
      .get('permissions-policy')
      ?.split(', ')
      .filter((part) => !part.endsWith('=()'))
    const allowed = '(self "https://acme.biuwer.com")'
    expect(given).toEqual([`fullscreen=${allowed}`, `clipboard-write=${allowed}`])
  })
})

describe('over plain http', () => {
  test.each([
    '/console',
    '/docs',
    '/docs?x=1',
    '/biuwer-embed.js',
    '/openapi.json',
    '/healthz',
    '/',
    '/nothing',
  ])('who asks for %s is sent to https', async (path) => {
    for (const [from, to] of [
      [HTTP, EDGE],
      [`${HTTP}:8080`, EDGE],
    ]) {
      const answer = await fromWorker(`${from}${path}`, { redirect: 'manual' })
      expect([answer.status, answer.headers.get('location')]).toEqual([308, `${to}${path}`])
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      // Over plain http anybody on the way could have said it (RFC 6797 §7.2).
      expect(answer.headers.get('strict-transport-security')).toBeNull()
      expect(await answer.text()).toBe('')
    }
  })

  test('no address of the interfaces answers, with the right key or a wrong one, and no limit is asked', async () => {
    const limited = vi.fn(async () => ({ success: true }))
    const bindings = { ...env, SESSION_LIMITER: { limit: limited } as RateLimit }
    const logged = vi.spyOn(console, 'log')
    const interfaces = ADDRESSES.filter(([, path]) => /^\/(v1|oauth)\//.test(path))
    expect(interfaces.length).toBeGreaterThan(25)
    for (const [method, path] of interfaces)
      for (const headers of [{}, KEY, { Authorization: 'Bearer guess' }]) {
        const answer = await fromWorker(`${HTTP}${path}`, { method, headers }, bindings)
        expect([method, path, answer.status]).toEqual([method, path, 403])
        const body = await answer.json<Record<string, string>>()
        expect(body[path.startsWith('/oauth/') ? 'error' : 'code']).toBe(
          path.startsWith('/oauth/') ? 'access_denied' : 'forbidden',
        )
        expect(body.detail ?? body.error_description).toMatch(/https alone.*leaked/s)
        expect(answer.headers.get('strict-transport-security')).toBeNull()
      }
    expect(limited).not.toHaveBeenCalled()
    expect(JSON.stringify(logged.mock.calls)).not.toContain(ADMIN_KEY)
  })

  test.each([
    ['POST', '/console/sign-out'],
    ['POST', '/healthz'],
    ['GET', '/v1'],
    ['PUT', '/nothing'],
  ])('%s %s is refused', async (method, path) => {
    expect((await fromWorker(`${HTTP}${path}`, { method })).status).toBe(403)
  })

  test('a deployment that lacks a setting says no more than that', async () => {
    const answer = await fromWorker(`${HTTP}/v1/tokens`, {}, { ...env, TOKEN_KEYS: '' })
    expect((await answer.json<{ code: string }>()).code).toBe('forbidden')
  })

  test.each([
    'http://localhost',
    'http://localhost:8787',
    'http://edge.localhost:8787',
    'http://127.0.0.1:8787',
    'http://127.9.9.9',
    'http://[::1]:8787',
    'https://localhost:8787',
    'https://127.0.0.1',
    'http://host.docker.internal:8787',
  ])('%s is this very machine, whose browsers are bound to nothing', async (edge) => {
    for (const path of ['/healthz', '/console', '/v1/frame']) {
      const answer = await fromWorker(`${edge}${path}`, {})
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.headers.get('strict-transport-security')).toBeNull()
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect((await fromWorker(`${edge}/v1/tokens`, { headers: KEY })).status).toBe(200)
  })

  test.each([
    'http://localhost.',
    'http://localhost.example.com',
    'http://evillocalhost',
    'http://127.0.0.1.example.com',
    'http://128.0.0.1',
    'http://10.0.0.1:8787',
    'http://[::2]:8787',
    'http://[::ffff:127.0.0.1]:8787',
    'http://0.0.0.0:8787',
  ])('%s is not', async (edge) => {
    expect((await fromWorker(`${edge}/v1/tokens`, { headers: KEY })).status).toBe(403)
    expect((await fromWorker(`${edge}/console`, { redirect: 'manual' })).status).toBe(308)
  })
})
