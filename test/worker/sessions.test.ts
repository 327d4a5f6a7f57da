import { env } from 'cloudflare:workers'
import { SignJWT } from 'jose'
import { describe, expect, test, vi } from 'vitest'
import { admin, call, check, claimsOf, EDGE, HOST, issue, open, sessionKey } from './api.ts'
import { frozenClock, NOW } from './frozen-clock.ts'

frozenClock()

describe('POST /v1/sessions', () => {
  test('POST /v1/sessions opens a resource with the secret that only the frame may see', async () => {
    const { token } = await issue()
    const { status, headers, body } = await open(token)
    expect(status).toBe(201)
    expect(body).toEqual({
      session_id: expect.stringMatching(/^ses_[A-Za-z0-9_-]{22}$/),
      user: 'store-1',
      resource: 'page_1',
      expires_at: '2126-03-14T20:00:00Z',
      check_after_seconds: 300,
      share: { src: 'https://acme.biuwer.com/share', name: 'page_1:5f2b1c9e-biuwer-token' },
      session_token: expect.any(String),
    })
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('date')).toBe('Thu, 14 Mar 2126 12:00:00 GMT')
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  test('POST /v1/sessions is renewed by a newer token with the same session key, as the same session', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const { body: fresh } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const first = await open(token, { key: 'mine' })
    vi.setSystemTime(NOW + 60_000)
    const renewed = await open(fresh.token, { key: 'mine' })
    expect(renewed.body.session_id).toBe(first.body.session_id)
    expect(Date.parse(renewed.body.expires_at)).toBe(Date.parse(first.body.expires_at) + 60_000)
  })

  test('POST /v1/sessions lets another user or resource be another session', async () => {
    const mine = await issue()
    const other = await issue({ user: 'store-2' })
    const ids = await Promise.all([
      open(mine.token),
      open(other.token),
      open(mine.token, { resource: 'page_2' }),
      open(mine.token, { key: 'two' }),
    ])
    expect(new Set(ids.map(({ body }) => body.session_id)).size).toBe(4)
  })

  test.each([
    ['none', { to: '2126-03-14T13:00:00Z' }, '2126-03-14T13:00:00Z'],
    ['daily', { time_zone: 'Asia/Tokyo', overlap: 60 }, '2126-03-14T15:01:00Z'],
    ['single-use', {}, '2126-03-14T20:00:00Z'],
    ['single-use', { to: '2126-03-14T12:10:00Z' }, '2126-03-14T12:10:00Z'],
  ])('POST /v1/sessions ends a session of %s %j at %s', async (refresh, request, end) => {
    const { token } = await issue({ refresh, ...request })
    const { body } = await open(token)
    expect(body.expires_at).toBe(end)
    vi.setSystemTime(Date.parse(end) - 1000)
    expect((await check(body.session_token)).body).toEqual({ expires_at: end, check_after_seconds: 300 })
    vi.setSystemTime(Date.parse(end))
    expect((await check(body.session_token)).body).toMatchObject({ status: 401, code: 'session_expired' })
  })

  test('POST /v1/sessions says when a token that is not valid yet will be', async () => {
    const { token } = await issue({ from: '2126-04-01T00:00:00Z' })
    vi.setSystemTime(Date.parse('2126-03-31T23:59:59Z'))
    const { body } = await open(token)
    expect(body).toMatchObject({
      status: 401,
      code: 'token_not_yet_valid',
      valid_from: '2126-04-01T00:00:00Z',
    })
    expect(body.detail).toContain('2126-04-01T00:00:00Z')
    vi.setSystemTime(Date.parse('2126-04-01T00:00:00Z'))
    expect((await open(token)).status).toBe(201)
  })

  test.each([
    ['none', undefined],
    ['the host page', HOST],
    ['an opaque one', 'null'],
    ['the edge by another scheme', 'http://edge.example.com'],
  ])("is for the edge's own frame alone, not for the origin of %s", async (_, origin) => {
    const { token } = await issue()
    const body = { token, resource: 'page_1', origin: HOST, session_key: sessionKey('one') }
    const forwarded = {
      'X-Forwarded-Host': 'app.example.com',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'host=app.example.com',
    }
    const answer = await call('POST', '/v1/sessions', {
      body,
      headers: { ...forwarded, ...(origin && { Origin: origin }) },
    })
    expect(answer.body).toMatchObject({ status: 403, code: 'origin_not_allowed' })
  })

  test("refuses a host page on the edge's own origin", async () => {
    const { token } = await issue()
    expect((await open(token, { origin: EDGE })).body.code).toBe('origin_not_allowed')
  })

  test.each([
    ['a session key of less than 128 bits', { session_key: 'k'.repeat(21) }, 'session_key'],
    ['a long session key', { session_key: 'k'.repeat(129) }, 'session_key'],
    ['a resource that smuggles a name', { resource: 'page_1:stolen' }, 'resource'],
    ['no token', { token: undefined }, 'token'],
    ['a field there is not', { extra: 1 }, 'extra'],
  ])('POST /v1/sessions refuses %s', async (_, change, path) => {
    const body = { token: 'x', resource: 'page_1', origin: HOST, session_key: sessionKey('one'), ...change }
    const answer = await call('POST', '/v1/sessions', { body, headers: { Origin: EDGE } })
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path])
  })
})

describe('a token that is no good', () => {
  const encode = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')

  test.each([
    '',
    'x',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    '..',
    'bm90anNvbg.e30.AAAA',
    'W10.e30.AAAA',
    'eyJhIjoxfQ.e3 0.AAAA',
  ])('%j is malformed', async (token) => {
    expect((await open(token)).body).toMatchObject({ status: 401, code: 'token_malformed' })
  })

  test('a token that is no good is one and the same answer, whatever is wrong with it', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const claims = claimsOf(token)
    const foreign = (header: object) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', ...header }).sign(new Uint8Array(32).fill(7))
    const typ = 'biuwer-embed+jwt'
    const [head = '', payload = '', signature = ''] = token.split('.')
    const { body: session } = await open(token)
    const forged = {
      'another key': await foreign({ typ, kid: 'first' }),
      'an unknown key': await foreign({ typ, kid: 'nobody' }),
      'no key id': await foreign({ typ }),
      'alg none': `${encode({ alg: 'none', typ, kid: 'first' })}.${payload}.`,
      'no signature': `${head}.${payload}.`,
      'another algorithm': `${encode({ alg: 'HS512', typ, kid: 'first' })}.${payload}.${signature}`,
      'an unknown crit': `${encode({ alg: 'HS256', typ, kid: 'first', crit: ['x'], x: 1 })}.${payload}.${signature}`,
      'a changed payload': `${head}.${encode({ ...claims, resources: ['page_2'] })}.${signature}`,
      'a session token': session.session_token,
    }
    for (const [name, value] of Object.entries(forged)) {
      const { body } = await open(value, { resource: 'page_2', origin: 'https://evil.example' })
      expect({ name, ...body, request_id: '' }).toEqual({
        name,
        type: `${EDGE}/docs#token_invalid`,
        title: 'Invalid token',
        status: 401,
        code: 'token_invalid',
        detail: expect.any(String),
        request_id: '',
      })
    }
  })
})

describe('GET /v1/sessions/current', () => {
  test.each([undefined, 'Bearer', 'Bearer nonsense', 'Basic abc'])(
    'GET /v1/sessions/current needs a session token: %s',
    async (authorization) => {
      const headers: Record<string, string> = authorization ? { Authorization: authorization } : {}
      expect((await call('GET', '/v1/sessions/current', { headers })).body).toMatchObject({
        status: 401,
        code: 'unauthorized',
      })
    },
  )

  test('GET /v1/sessions/current ends a session on a page that ALLOWED_ORIGINS lacks by now, and no preview', async () => {
    const { id, token } = await issue()
    const { body: session } = await open(token)
    const { body: preview } = await admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_1' })
    const { body: previewed } = await open(preview.token, { origin: EDGE })
    const bindings = { ...env, ALLOWED_ORIGINS: 'https://other.example.com' }
    expect((await check(session.session_token)).status).toBe(200)
    expect((await check(session.session_token, bindings)).body).toMatchObject({
      status: 401,
      code: 'session_revoked',
    })
    expect((await check(previewed.session_token, bindings)).status).toBe(200)
  })

  test('GET /v1/sessions/current judges by the SESSION_TTL of today, which lengthens no session', async () => {
    const { token } = await issue()
    const { body: session } = await open(token)
    const lowered = { ...env, SESSION_TTL: 600 }
    const raised = { ...env, SESSION_TTL: 99_999 }
    vi.setSystemTime(NOW + 599_000)
    expect((await check(session.session_token, lowered)).body.expires_at).toBe('2126-03-14T12:10:00Z')
    expect((await check(session.session_token, raised)).body.expires_at).toBe(session.expires_at)
    vi.setSystemTime(NOW + 600_000)
    expect((await check(session.session_token, lowered)).body).toMatchObject({
      status: 401,
      code: 'session_expired',
    })
  })

  test('GET /v1/sessions/current does not take an embed token for one', async () => {
    const { token } = await issue()
    expect((await check(token)).body.code).toBe('unauthorized')
  })
})

describe('openings and refusals', () => {
  test('openings and refusals are counted by code, policy and resource, as far as a signature vouches for them', async () => {
    const points: unknown[] = []
    const events = { writeDataPoint: (point: unknown) => void points.push(point) }
    const bindings = { ...env, EVENTS: events }
    const { id, token } = await issue({ refresh: 'daily' })
    await open(token, { bindings })
    await open(token, { bindings, origin: 'https://evil.example' })
    await open(`${token}x`, { bindings })
    for (const [method, path] of [
      ['GET', '/v1/sessions'],
      ['POST', '/v1/sessions/current'],
    ] as const)
      expect((await call(method, path, { bindings })).status).toBe(405)
    expect(points).toEqual([
      { indexes: [id], blobs: ['opened', 'daily', 'page_1'], doubles: [1] },
      { indexes: [id], blobs: ['origin_not_allowed', 'daily', 'page_1'], doubles: [1] },
      { indexes: [''], blobs: ['token_invalid', '', ''], doubles: [1] },
    ])
  })
})
