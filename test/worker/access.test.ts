import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import { ADMIN_KEY } from './admin-key.ts'
import { call } from './api.ts'
import { newIsolate } from './isolate.ts'

afterEach(() => reset())

/** Every method of every address that the worker has. */
const endpoints = new Map(
  newIsolate()
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => [`${method} ${path}`, { method, path: path.replace(/:\w+/g, 'x') }]),
)
const ask = (name: string, headers: Record<string, string> = {}) => {
  const { method = '', path = '' } = endpoints.get(name) ?? {}
  return call(method, path, { headers })
}

/** What answers without a key: the frame, what the frame asks, and what describes the edge. */
const PUBLIC = [
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/security.txt',
  'GET /healthz',
  'GET /v1/frame',
  'GET /v1/sessions/current',
  'POST /console/sign-out',
  'POST /v1/sessions',
]

describe('without a key', () => {
  test('no address answers but the public ones', async () => {
    const challenges = new Map<string, string | null>()
    for (const name of endpoints.keys()) {
      const { status, headers } = await ask(name)
      if (status === 401) challenges.set(name, headers.get('www-authenticate'))
    }
    expect(endpoints.size).toBeGreaterThan(20)
    const guarded = [...endpoints.keys()].filter((name) => !PUBLIC.includes(name))
    // The session token is a bearer of its own.
    expect([...challenges.keys()].sort()).toEqual([...guarded, 'GET /v1/sessions/current'].sort())
    for (const [name, challenge] of challenges)
      expect([name, challenge]).toEqual([
        name,
        `${name.includes('/oauth/') ? 'Basic' : 'Bearer'} realm="biuwer-embed"`,
      ])
  })

  test('an unknown address of management is refused like a known one, and one elsewhere is not found', async () => {
    for (const path of [
      '/v1',
      '/v1/',
      '/v1/nothing',
      '/v1/tokens/x/nothing',
      '/v1/frame/x',
      '/v1/sessions/x',
    ])
      expect([path, (await call('GET', path)).status]).toEqual([path, 401])
    for (const path of ['/nothing', '/oauth/nothing', '/v2'])
      expect([path, (await call('GET', path)).status]).toEqual([path, 404])
  })

  test('an address of management does not tell its methods, and those of OAuth clients do', async () => {
    expect((await call('PUT', '/v1/tokens')).headers.get('allow')).toBeNull()
    expect((await call('GET', '/oauth/revoke')).headers.get('allow')).toBe('POST')
  })
})

describe('with an admin key', () => {
  test('no address asks for another', async () => {
    for (const name of endpoints.keys()) {
      if (name === 'GET /v1/sessions/current') continue
      const { status } = await ask(name, { Authorization: `Bearer ${ADMIN_KEY}` })
      expect([name, status === 401]).toEqual([name, false])
    }
  })

  test('an unknown address is not found', async () => {
    const headers = { Authorization: `Bearer ${ADMIN_KEY}` }
    expect((await call('GET', '/v1/nothing', { headers })).status).toBe(404)
  })
})
