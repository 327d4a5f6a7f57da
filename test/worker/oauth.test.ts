import { reset } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import * as oauth from 'oauth4webapi'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ADMIN_KEY, hexDigest } from './admin-key.ts'
import { admin, call, claimsOf, EDGE, HOST, issue, open } from './api.ts'

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

/** The real client of an integrator, whose requests go straight to the worker. */
const options = {
  [oauth.customFetch]: (url: string, { method, headers, body }: RequestParts) =>
    exports.default.fetch(new Request(url, { method, headers, body: body ?? null })),
}

interface RequestParts {
  method: string
  headers: Record<string, string>
  body?: URLSearchParams | Uint8Array | null | undefined
}

const client: oauth.Client = { client_id: 'reports' }
const auth = oauth.ClientSecretBasic(ADMIN_KEY)

async function server(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(EDGE)
  const answer = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
  return oauth.processDiscoveryResponse(issuer, answer)
}

async function introspect(token: string): Promise<oauth.IntrospectionResponse> {
  const as = await server()
  const answer = await oauth.introspectionRequest(as, client, auth, token, options)
  return oauth.processIntrospectionResponse(as, client, answer)
}

async function revoke(token: string): Promise<void> {
  const as = await server()
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, options))
}

describe('introspection (RFC 7662)', () => {
  test('introspection (RFC 7662) says what a live token stands for, and consumes nothing', async () => {
    const { id, token } = await issue({ refresh: 'single-use', resources: ['page_1'] })
    const { exp, iat, nbf, jti } = claimsOf(token)
    expect(await introspect(token)).toEqual({
      active: true,
      token_type: 'biuwer-embed',
      username: 'store-1',
      iss: 'biuwer-embed',
      sub: id,
      exp,
      iat,
      nbf,
      jti,
      resources: ['page_1'],
    })
    expect((await open(token)).status).toBe(201)
  })

  test('introspection (RFC 7662) says no more than the record stands for by now', async () => {
    vi.setSystemTime(Date.parse('2126-03-14T12:00:00Z'))
    const { id, token } = await issue({ resources: ['page_1', 'page_2'], overlap: 60 })
    const opens = async () => {
      const { active, resources, origins, exp } = await introspect(token)
      return { active, resources, origins, exp }
    }
    await admin('PATCH', `/v1/tokens/${id}`, {
      resources: ['page_2', 'page_3'],
      origins: [HOST],
      to: '2126-03-14T13:00:00Z',
    })
    const exp = Date.parse('2126-03-14T13:00:00Z') / 1000
    const narrowed = { active: true, resources: ['page_2'], origins: [HOST] }
    expect(await opens()).toEqual({ ...narrowed, exp })
    await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    expect(await opens()).toEqual({ ...narrowed, exp: Date.parse('2126-03-14T12:01:00Z') / 1000 })
    await admin('PATCH', `/v1/tokens/${id}`, { resources: ['page_3'] })
    expect(await introspect(token)).toEqual({ active: false })
    const moved = await issue({ origins: [HOST] })
    await admin('PATCH', `/v1/tokens/${moved.id}`, { origins: ['https://other.example.com'] })
    expect(await introspect(moved.token)).toEqual({ active: false })
    const preview = await admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_3' })
    expect(await introspect(preview.body.token)).toMatchObject({ resources: ['page_3'], origins: [EDGE] })
  })

  test('introspection (RFC 7662) names no origin that the deployment lets in no more, and calls a token inactive that is left without', async () => {
    const other = 'https://other.example.com'
    const { token } = await issue({ origins: [HOST, other] })
    const anywhere = await issue()
    const where = async (value: string, ALLOWED_ORIGINS: string) => {
      const { body } = await call('POST', '/oauth/introspect', {
        headers: {
          Authorization: `Bearer ${ADMIN_KEY}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: `token=${value}`,
        bindings: { ...env, ALLOWED_ORIGINS },
      })
      return body.active ? (body.origins ?? 'any') : 'inactive'
    }
    expect(await where(token, `${HOST} ${other}`)).toEqual([HOST, other])
    expect(await where(token, other)).toEqual([other])
    expect(await where(token, 'https://new.example.com')).toBe('inactive')
    expect(await where(anywhere.token, 'https://new.example.com')).toBe('any')
    // The edge's own origin is no host's, even where all are allowed.
    const bindings = { ...env, ALLOWED_ORIGINS: '*' }
    const own = await admin('POST', '/v1/tokens', { user: 'store-1', origins: [EDGE] }, { bindings })
    expect(await where(own.body.token, '*')).toBe('inactive')
  })

  test('introspection (RFC 7662) calls inactive what would open nothing, and says no more of it', async () => {
    const spent = await issue({ refresh: 'single-use' })
    await open(spent.token)
    const revoked = await issue()
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    const pending = await issue({ from: '2037-01-01T00:00:00Z' })
    const expired = await issue({ refresh: 'single-use' })
    for (const token of [spent.token, revoked.token, pending.token, 'nonsense', `${spent.token}x`]) {
      expect(await introspect(token)).toEqual({ active: false })
    }
    vi.setSystemTime(claimsOf(expired.token).exp * 1000)
    expect(await introspect(expired.token)).toEqual({ active: false })
  })
})

describe('revocation (RFC 7009)', () => {
  test('revocation (RFC 7009) ends the record of a token', async () => {
    const { id, token } = await issue()
    await revoke(token)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked')
    expect((await admin('GET', '/v1/audit')).body.items[0].action).toBe('token.revoke')
  })

  test('revocation (RFC 7009) changes nothing by a token that has ended', async () => {
    vi.setSystemTime(Date.parse('2126-03-14T12:00:00Z'))
    const expired = await issue({ refresh: 'daily', overlap: 0 })
    const rotated = await issue()
    await admin('POST', `/v1/tokens/${rotated.id}/refresh`, { rotate: true })
    const spent = await issue({ refresh: 'single-use' })
    await open(spent.token)
    const signedOut = await issue({ user: 'store-2' })
    await admin('POST', '/v1/users/store-2/sign-out')
    for (const { token } of [rotated, spent, signedOut]) await revoke(token)
    vi.setSystemTime(Date.parse('2126-03-15T00:00:00Z'))
    await revoke(expired.token)
    for (const { id } of [expired, rotated, spent, signedOut])
      expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('active')
  })

  test('revocation (RFC 7009) ends the record of a token whose time is to come, and of one in its overlap', async () => {
    const pending = await issue({ from: '2037-01-01T00:00:00Z' })
    const rotated = await issue({ overlap: 3600 })
    await admin('POST', `/v1/tokens/${rotated.id}/refresh`, { rotate: true })
    for (const { id, token } of [pending, rotated]) {
      await revoke(token)
      expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked')
    }
  })

  test('revocation (RFC 7009) is content with a token that is none', async () => {
    await revoke('nonsense')
  })
})

describe('the OAuth endpoints', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const post = (headers: Record<string, string>, body = 'token=x') =>
    call('POST', '/oauth/introspect', { headers: { ...form, ...headers }, body })

  test('the OAuth endpoints take the admin key as a bearer too, and percent-decode it in Basic', async () => {
    expect((await post({ Authorization: `Bearer ${ADMIN_KEY}` })).body).toEqual({ active: false })
    const encoded = [...ADMIN_KEY].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')
    expect((await post({ Authorization: `Basic ${btoa(`any:${encoded}`)}` })).body).toEqual({ active: false })
    const spaced = await call('POST', '/oauth/introspect', {
      headers: { ...form, Authorization: `Basic ${btoa('any:of+two+%2B+words')}` },
      body: 'token=x',
      bindings: { ...env, ADMIN_KEYS: await hexDigest('of two + words') },
    })
    expect(spaced.body).toEqual({ active: false })
  })

  test.each([
    ['no key', {}, 'token=x', 401, 'invalid_client'],
    ['a wrong key', { Authorization: `Basic ${btoa('any:wrong')}` }, 'token=x', 401, 'invalid_client'],
    ['what is no base64', { Authorization: 'Basic A' }, 'token=x', 401, 'invalid_client'],
    ['a broken escape', { Authorization: `Basic ${btoa('any:%zz')}` }, 'token=x', 401, 'invalid_client'],
    ['no token', { Authorization: `Bearer ${ADMIN_KEY}` }, 'x=y', 400, 'invalid_request'],
    ['two tokens', { Authorization: `Bearer ${ADMIN_KEY}` }, 'token=x&token=y', 400, 'invalid_request'],
    [
      'JSON',
      { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/json' },
      '{"token":"x"}',
      415,
      'invalid_request',
    ],
  ])('the OAuth endpoints answer %s as RFC 6749 does', async (_, headers, body, status, error) => {
    const answer = await post(headers as Record<string, string>, body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({ error, error_description: expect.any(String) })
    if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/)
  })

  test.each([
    ['GET', '/oauth/introspect', undefined, 405],
    ['POST', '/oauth/token', 'token=x', 404],
    ['POST', '/oauth/revoke', `token=${'x'.repeat(64 * 1024)}`, 413],
  ])(
    'the OAuth endpoints answer %s %s as RFC 6749 does where that is no request of theirs',
    async (method, path, body, status) => {
      const answer = await admin(method, path, body, { headers: form })
      expect([answer.status, answer.body.error]).toEqual([status, 'invalid_request'])
    },
  )

  test('the OAuth endpoints are described by RFC 8414 metadata', async () => {
    expect(await server()).toEqual({
      issuer: EDGE,
      introspection_endpoint: `${EDGE}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint: `${EDGE}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic'],
      response_types_supported: [],
    })
  })
})
