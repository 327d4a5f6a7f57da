import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import frame from '../../dist/frame.json'
import { ADMIN_KEY } from './admin-key.ts'
import { type Answer, admin, BIUWER_TOKEN, call, check, EDGE, issue, open } from './api.ts'
import { operations } from './document.ts'
import { failingKv } from './storage-doubles.ts'

afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await reset()
})

describe('every answer', () => {
  test('every answer is a typed problem where it refuses, with the request id of its header', async () => {
    const { status, headers, body } = await call('GET', '/nowhere')
    expect(status).toBe(404)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      type: 'https://edge.example.com/docs#not_found',
      title: 'Not found',
      status: 404,
      code: 'not_found',
      detail: expect.any(String),
      request_id: headers.get('x-request-id'),
    })
  })

  test.each([
    ['POST', '/v1/users/store-1', 'PUT, PATCH, GET, HEAD, DELETE'],
    ['DELETE', '/v1/sessions', 'POST'],
    ['POST', '/v1/frame', 'GET, HEAD'],
    ['OPTIONS', '/v1/tokens', 'POST, GET, HEAD'],
  ])('every answer says which methods there are instead of %s %s', async (method, path, allow) => {
    const { status, headers, body } = await admin(method, path)
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', allow])
  })

  test('every answer names another content type, too large and unreadable bodies', async () => {
    const put = (body: string, type = 'application/json', more: Record<string, string> = {}) =>
      admin('PUT', '/v1/users/store-1', body, { headers: { 'Content-Type': type, ...more } })
    expect((await put('biuwer_token=x', 'application/x-www-form-urlencoded')).body.code).toBe(
      'unsupported_media_type',
    )
    expect((await put('{"biuwer_token":"x"}', 'application/json; charset=utf-8')).status).toBe(201)
    const longest = '{"biuwer_token":"x"}'.padEnd(64 * 1024)
    for (const length of [longest.length, longest.length + 1]) {
      const announced = { 'Content-Length': String(length) }
      const answers = [
        await put(longest.padEnd(length)),
        await put(longest.padEnd(length), undefined, announced),
      ]
      const code = length > longest.length ? 'payload_too_large' : undefined
      expect(answers.map(({ body }) => body.code)).toEqual([code, code])
    }
    // Whatever a header says of the length, the bytes are counted.
    const understated = await put(longest.padEnd(longest.length + 1), undefined, { 'Content-Length': '20' })
    expect(understated.body).toMatchObject({
      code: 'payload_too_large',
      detail: 'A body may have 64 KiB here.',
    })
    for (const body of ['{', '[]', '"x"', 'null', '7'])
      expect((await put(body)).body.code).toBe('invalid_request')
  })
})

test('an answer that holds a token, a session or what an admin key may see is kept nowhere', async () => {
  const { id, token } = await issue()
  const { body: session } = await open(token)
  const answers = await Promise.all([
    ...['/v1/tokens', `/v1/tokens/${id}`, '/v1/users', '/v1/users/store-1', '/v1/audit'].map((path) =>
      admin('GET', path),
    ),
    ...['/v1/statistics', '/v1/deployment', '/v1/export'].map((path) => admin('GET', path)),
    admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }),
    admin('POST', '/v1/tokens', { user: 'store-1' }),
    admin('PATCH', `/v1/tokens/${id}`, { label: 'x' }),
    admin('POST', `/v1/tokens/${id}/refresh`),
    admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true }),
    admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_1' }),
    admin('POST', `/v1/tokens/${id}/explain`, {}),
    open(token),
    check(session.session_token),
  ])
  expect(answers.map(({ status, headers }) => [status < 300, headers.get('cache-control')])).toEqual(
    answers.map(() => [true, 'no-store']),
  )
})

describe('management calls', () => {
  test.each([
    ['no key', undefined],
    ['an unknown key', 'Bearer nonsense'],
    ['the digest of the key', `Bearer ${env.ADMIN_KEYS}`],
    ['another scheme', `Basic ${ADMIN_KEY}`],
  ])('management calls are refused with %s', async (_, authorization) => {
    const headers: Record<string, string> = authorization ? { Authorization: authorization } : {}
    const managing = operations.filter(
      ({ path, operation }) => path.startsWith('/v1/') && operation.security.some((way) => 'admin' in way),
    )
    expect(managing.length).toBeGreaterThan(15)
    for (const { method, path } of managing) {
      const answer = await call(method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'), { headers })
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthorized'])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  test('management calls take the scheme in any case (RFC 9110 §11.1)', async () => {
    const headers = { Authorization: `bearer ${ADMIN_KEY}` }
    expect((await call('GET', '/v1/tokens', { headers })).status).toBe(200)
  })
})

describe('refusals', () => {
  const from = (address: string) => ({ headers: { 'CF-Connecting-IP': address } })

  /** Is refused until the limit answers. Its window may end meanwhile: two of them hold the limit once more. */
  const flood = async (refused: () => Promise<Answer<unknown>>) => {
    for (let sent = 0; sent <= 2000; sent += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, refused))
      const limited = answers.find(({ status }) => status === 429)
      if (limited) return { limited, sent }
    }
    throw new Error('nothing was limited')
  }

  test('refusals are limited by address, and whoever holds a good token does not feel it', async () => {
    const { token } = await issue()
    const { limited, sent } = await flood(() => open('x', from('192.0.2.1')))
    expect(sent).toBeGreaterThanOrEqual(1000)
    expect(limited.body).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(limited.headers.get('retry-after')).toBe('60')
    expect((await open('x', from('192.0.2.2'))).status).toBe(401)
    expect((await open(token, from('192.0.2.1'))).status).toBe(201)
  })

  test('refusals of tokens that are somebody else’s or spent are limited too', async () => {
    const { token } = await issue({ refresh: 'single-use', resources: ['page_1'] })
    await open(token)
    await flood(() => open(token, { resource: 'page_2', ...from('192.0.2.3') }))
    await flood(() => open(token, { key: 'other', ...from('192.0.2.4') }))
  })

  test('guesses at admin keys are limited, and past the limit the right key is not looked at either', async () => {
    const guess = { headers: { ...from('192.0.2.5').headers, Authorization: 'Bearer guess' } }
    const { limited, sent } = await flood(() => call('GET', '/v1/tokens', guess))
    expect(sent).toBeGreaterThanOrEqual(1000)
    expect(limited.body).toMatchObject({ status: 429, code: 'rate_limited' })
    for (const path of ['/v1/tokens', '/v1/nothing', '/v1/deployment']) {
      const right = await admin('GET', path, undefined, from('192.0.2.5'))
      expect([path, right.status, right.headers.get('retry-after')]).toEqual([path, 429, '60'])
    }
    const basic = { ...from('192.0.2.5').headers, Authorization: `Basic ${btoa(`any:${ADMIN_KEY}`)}` }
    expect((await call('POST', '/oauth/introspect', { headers: basic, body: 'token=x' })).status).toBe(429)
    // Other addresses, and sessions of tokens, go on.
    expect((await admin('GET', '/v1/tokens', undefined, from('192.0.2.55'))).status).toBe(200)
    const { token } = await issue()
    expect((await open(token, from('192.0.2.5'))).status).toBe(201)
  })

  test('an address that guessed is let in again after the time that Retry-After says', async () => {
    let isOver = true
    const limiter = { limit: async () => ({ success: !isOver }) } as RateLimit
    const bindings = { ...env, SESSION_LIMITER: limiter }
    const headers = { 'CF-Connecting-IP': '192.0.2.7' }
    const wrong = { headers: { ...headers, Authorization: 'Bearer guess' }, bindings }
    expect((await call('GET', '/v1/tokens', wrong)).status).toBe(429)
    isOver = false
    const begun = Date.now()
    const statusAfter = async (seconds: number) => {
      vi.setSystemTime(begun + seconds * 1000)
      return (await admin('GET', '/v1/tokens', undefined, { headers, bindings })).status
    }
    expect(await statusAfter(58)).toBe(429)
    expect(await statusAfter(61)).toBe(200)
  })

  test('calls without a key, which any page can make a browser send, shut nobody out', async () => {
    const limiter = { limit: async () => ({ success: false }) } as RateLimit
    const bindings = { ...env, SESSION_LIMITER: limiter }
    const keyless = { ...from('192.0.2.8'), bindings }
    expect((await call('GET', '/v1/tokens', keyless)).status).toBe(429)
    expect((await open('x', keyless)).status).toBe(429)
    expect((await admin('GET', '/v1/tokens', undefined, keyless)).status).toBe(200)
  })

  test('guesses are counted apart from refusals of tokens, which a neighbour may have', async () => {
    const counted: string[] = []
    const limit = async ({ key }: { key: string }) => ({ success: counted.push(key) > 0 })
    const bindings = { ...env, SESSION_LIMITER: { limit } as RateLimit }
    await open('x', { bindings, ...from('192.0.2.9') })
    await call('GET', '/v1/tokens', {
      bindings,
      headers: { ...from('192.0.2.9').headers, Authorization: 'Bearer x' },
    })
    expect(counted).toEqual(['192.0.2.9', 'guesses 192.0.2.9'])
  })

  test('refusals of admin keys are limited at the OAuth endpoints, as those say it', async () => {
    const headers = { ...from('192.0.2.6').headers, Authorization: `Basic ${btoa('any:guess')}` }
    const { limited } = await flood(() => call('POST', '/oauth/introspect', { headers, body: 'token=x' }))
    expect(limited.body).toMatchObject({ error: expect.any(String) })
    expect(limited.headers.get('retry-after')).toBe('60')
  })

  test('refusals stand as they are where the limiter fails, or the address is none', async () => {
    const failing = { limit: () => Promise.reject(new Error('the limiter is down')) }
    const bindings = { ...env, SESSION_LIMITER: failing as unknown as RateLimit }
    expect((await open('x', { bindings })).body.code).toBe('token_malformed')
    expect((await open('x', from('no:address'))).body.code).toBe('token_malformed')
  })

  test('refusals are none where the edge itself fails: nobody waits for that', async () => {
    const { token } = await issue()
    const spent = { limit: async () => ({ success: false }) }
    const bindings = { ...failingKv(), SESSION_LIMITER: spent as RateLimit }
    expect((await open('x', { bindings })).status).toBe(429)
    expect((await open(token, { bindings })).body.code).toBe('unavailable')
  })

  test.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1'],
    ['2001::1:2:3:4:5', '2001:0:0:1:9::', '2001::2:2:3:4:5'],
    ['::1', '0:0:0:0:ffff::', '0:0:0:1::'],
    ['192.0.2.1', '192.0.2.1', '192.0.2.9'],
  ])(
    'refusals of %s are counted with those of %s, its network, not with those of %s',
    async (one, same, other) => {
      const counted: string[] = []
      const limit = async ({ key }: { key: string }) => ({ success: counted.push(key) > 0 })
      const bindings = { ...env, SESSION_LIMITER: { limit } as RateLimit }
      for (const address of [one, same, other]) await open('x', { bindings, ...from(address) })
      expect(counted).toEqual([counted[0], counted[0], expect.not.stringMatching(`^${counted[0]}$`)])
    },
  )
})

describe('the frame document', () => {
  test('the frame document keeps the inner frame on the instance and foreign pages out', async () => {
    const { headers, body } = await call('GET', '/v1/frame')
    const script = /<script>(.*)<\/script>/s.exec(body)?.[1] ?? ''
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(script))
    expect(headers.get('content-security-policy')?.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "connect-src 'self' https://acme.biuwer.com",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'self' https://app.example.com https://other.example.com",
      'frame-src https://acme.biuwer.com',
      "require-trusted-types-for 'script'",
      `script-src 'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`,
    ])
    expect(body).toContain('content="https://acme.biuwer.com"')
    expect(Object.fromEntries(headers)).toMatchObject({
      // Host pages under COEP may hold it.
      'cross-origin-resource-policy': 'cross-origin',
      link: '<https://acme.biuwer.com>; rel=preconnect',
      'referrer-policy': 'origin',
      // What was kept for one page of a site refuses no other.
      vary: 'Referer',
    })
  })

  test('the frame document is kept for long only under the address the tag knows, and only by pages that may show it', async () => {
    const kept = async (path: string, referer?: string) =>
      (await call('GET', path, { headers: referer ? { Referer: referer } : {} })).headers.get('cache-control')
    const versioned = `/v1/frame?v=${frame.version}`
    // Without a Referer it may be a page that the edge does not let frame it.
    expect(await kept(versioned)).toBe('no-store, no-transform')
    expect(await kept(versioned, 'https://app.example.com/')).toBe('public, max-age=31536000, no-transform')
    expect(await kept(versioned, `${EDGE}/console`)).toBe('public, max-age=31536000, no-transform')
    expect(await kept(versioned, 'https://new.example.com/')).toBe('no-store, no-transform')
    expect(await kept('/v1/frame', 'https://app.example.com/')).toBe('no-cache, no-transform')
    expect(await kept('/v1/frame?v=0.0.0', 'https://app.example.com/')).toBe('no-cache, no-transform')
  })
})

test('a fault is logged with its place and its cause, whatever was refused before', async () => {
  const { token } = await issue()
  const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
  await call('GET', '/nowhere')
  const { headers } = await open(token, { bindings: failingKv() })
  const lines = logged.mock.calls.map(([line]) => JSON.parse(line))
  const request_id = headers.get('x-request-id')
  expect(lines).toEqual([
    {
      request_id,
      fault: {
        stack: expect.stringMatching(/EDGE_KV failed\n +at /),
        cause: { stack: expect.stringMatching(/KV GET failed.*\n +at /) },
      },
    },
    { request_id, method: 'POST', route: '/v1/sessions', status: 503, code: 'unavailable' },
  ])
})

describe('no secret', () => {
  const lines: string[] = []
  beforeEach(() => {
    lines.length = 0
    for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, level).mockImplementation((...words) => void lines.push(words.join(' ')))
    }
  })

  test('no secret is in a log line or a refusal, whatever goes wrong', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const opened = await open(token, { key: 'the-first-key' })
    const refusals = [
      await open(token, { key: 'another-key' }),
      await open(token, { origin: 'https://evil.example' }),
      await open(`${token}x`),
      await admin('PUT', '/v1/users/store-1', `{"biuwer_token":"${BIUWER_TOKEN} "}`),
      await admin('PUT', '/v1/users/store-1', `{"biuwer_token":"${BIUWER_TOKEN}`),
      await admin('PUT', `/v1/users/store-1/${BIUWER_TOKEN}`, {}),
      await call('GET', `/v1/tokens/${token}`, { headers: { Authorization: `Bearer ${ADMIN_KEY}x` } }),
      await check(`${opened.body.session_token}x`),
      await open(token, {
        key: 'the-first-key',
        bindings: { ...env, VAULT_KEYS: '{"keys":[{"kty":"oct","kid":"x","k":"AAAA"}]}' },
      }),
    ]
    for (const { status } of refusals) expect(status).toBeGreaterThanOrEqual(400)
    const written = `${lines.join('\n')}\n${JSON.stringify(refusals)}`
    expect(lines.length).toBeGreaterThanOrEqual(refusals.length)
    const secrets = [
      token,
      BIUWER_TOKEN,
      ADMIN_KEY,
      opened.body.session_token,
      'the-first-key',
      'another-key',
    ]
    for (const secret of secrets) expect(written).not.toContain(secret)
  })
})
