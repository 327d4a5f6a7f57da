import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { ADMIN_KEY, hexDigest } from './admin-key.ts'
import { admin, BIUWER_TOKEN, claimsOf, HOST, issue, open } from './api.ts'
import { frozenClock, NOW } from './frozen-clock.ts'

frozenClock()

describe('POST /v1/tokens', () => {
  test('POST /v1/tokens fills in what the request leaves out', async () => {
    const { token, ...record } = await issue()
    expect(record).toEqual({
      id: expect.stringMatching(/^tok_[A-Za-z0-9_-]{22}$/),
      user: 'store-1',
      version: 1,
      resources: null,
      origins: null,
      refresh: 'none',
      from: '2126-03-14T12:00:00Z',
      to: null,
      time_zone: 'UTC',
      overlap: 0,
      single_use_ttl: null,
      region: null,
      label: null,
      metadata: {},
      generation: NOW,
      created_at: '2126-03-14T12:00:00Z',
      last_used_at: null,
      revoked_at: null,
      status: 'active',
      token_expires_at: null,
    })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'biuwer-embed+jwt', kid: 'first' })
    expect(claimsOf(token)).toMatchObject({ iss: 'biuwer-embed', sub: record.id, nbf: NOW / 1000 })
  })

  test('POST /v1/tokens keeps all that the request says', async () => {
    const request = {
      user: 'ana+reports@example.com',
      resources: ['page_1', 'card_1'],
      origins: ['https://app.example.com'],
      refresh: 'single-use',
      from: '2126-04-01T00:00:00Z',
      to: '2126-05-01T00:00:00Z',
      time_zone: 'Europe/Madrid',
      overlap: 60,
      single_use_ttl: 30,
      region: 'weur',
      label: 'Reports',
      metadata: { order: '42' },
    }
    const { id, token, token_expires_at } = await issue(request)
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({ ...request, status: 'pending' })
    expect(token_expires_at).toBe('2126-04-01T00:00:30Z')
    expect(claimsOf(token)).toMatchObject({
      resources: request.resources,
      origins: request.origins,
      spend: { region: 'weur' },
    })
  })

  test.each([
    ['daily', 3600, '2126-03-15T01:00:00Z'],
    ['monthly', 86_400, '2126-04-02T00:00:00Z'],
    ['single-use', 0, '2126-03-14T12:05:00Z'],
  ])('%s has an overlap of %i s unless told, and a first token until %s', async (refresh, overlap, until) => {
    expect(await issue({ refresh })).toMatchObject({ overlap, token_expires_at: until })
  })

  test.each([
    ['no user', {}, 'user'],
    ['a user of dots', { user: '..' }, 'user'],
    ['a user of a dot', { user: '.' }, 'user'],
    ['an empty list of resources', { user: 'u', resources: [] }, 'resources'],
    ['a resource with a colon', { user: 'u', resources: ['a:b'] }, 'resources.0'],
    ['an origin with a path', { user: 'u', origins: ['https://app.example.com/'] }, 'origins.0'],
    ['an opaque origin', { user: 'u', origins: ['null'] }, 'origins.0'],
    [
      'an origin the deployment does not allow',
      { user: 'u', origins: ['https://evil.example'] },
      'origins.0',
    ],
    ['an unknown policy', { user: 'u', refresh: 'hourly' }, 'refresh'],
    [
      'an end before the start',
      { user: 'u', from: '2127-01-01T00:00:00Z', to: '2126-12-31T00:00:00Z' },
      'to',
    ],
    [
      'an end that is the start',
      { user: 'u', from: '2127-01-01T00:00:00Z', to: '2127-01-01T00:00:00Z' },
      'to',
    ],
    ['an end that has come', { user: 'u', from: '2126-01-01T00:00:00Z', to: '2126-03-14T12:00:00Z' }, 'to'],
    ['an end that is no time', { user: 'u', to: 'never' }, 'to'],
    ['a start that is no time', { user: 'u', from: 'soon', to: '2127-01-01T00:00:00Z' }, 'from'],
    ['a time without a zone', { user: 'u', from: '2127-01-01T00:00:00' }, 'from'],
    ['an unknown zone', { user: 'u', time_zone: 'Europe/Atlantis' }, 'time_zone'],
    ["one of ICU's names for a zone", { user: 'u', refresh: 'daily', time_zone: 'PST' }, 'time_zone'],
    ['too long an overlap', { user: 'u', overlap: 2_678_401 }, 'overlap'],
    ['a negative overlap', { user: 'u', overlap: -1 }, 'overlap'],
    ['too short a life', { user: 'u', refresh: 'single-use', single_use_ttl: 29 }, 'single_use_ttl'],
    ['too long a life', { user: 'u', refresh: 'single-use', single_use_ttl: 86_401 }, 'single_use_ttl'],
    ['a life without single use', { user: 'u', single_use_ttl: 300 }, 'single_use_ttl'],
    ['an unknown region', { user: 'u', region: 'mars' }, 'region'],
    ['metadata that is no text', { user: 'u', metadata: { n: 1 } }, 'metadata.n'],
    ['a field there is not', { user: 'u', resource: 'page_1' }, 'resource'],
    ['a field named like one of Object', { user: 'u', toString: 'x' }, 'toString'],
  ])('POST /v1/tokens refuses %s, naming the field', async (_, request, path) => {
    const { status, body } = await admin('POST', '/v1/tokens', request)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([path])
  })

  test('POST /v1/tokens lists every mistake at once', async () => {
    const { body } = await admin(
      'POST',
      '/v1/tokens',
      '{"user":"","x":1,"y":{},"to":"2020-01-01T00:00:00Z","__proto__":{}}',
    )
    expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      '__proto__',
      'to',
      'user',
      'x',
      'y',
    ])
  })

  test('POST /v1/tokens lists the first hundred of many fields that there are not', async () => {
    const unknown = Array.from({ length: 101 }, (_, number) => `x${number}`)
    const request = Object.fromEntries(unknown.map((name) => [name, 1]))
    const { body } = await admin('POST', '/v1/tokens', { user: 'u', ...request })
    expect(body.errors).toEqual(
      unknown.slice(0, 100).map((path) => ({ path, message: 'There is no such field.' })),
    )
  })

  test('POST /v1/tokens keeps a resource or an origin that is named twice once', async () => {
    const resources = ['page_1', 'page_1', 'page_2']
    const once = { resources: ['page_1', 'page_2'], origins: [HOST] }
    const { id, ...made } = await issue({ resources, origins: [HOST, HOST] })
    expect(made).toMatchObject(once)
    await admin('PATCH', `/v1/tokens/${id}`, { resources: null, origins: null })
    const { body } = await admin('PATCH', `/v1/tokens/${id}`, { resources, origins: [HOST, HOST] })
    expect(body).toMatchObject(once)
  })

  test('POST /v1/tokens needs a linked user', async () => {
    expect((await admin('POST', '/v1/tokens', { user: 'nobody' })).body).toMatchObject({
      status: 409,
      code: 'user_not_linked',
    })
  })
})

describe('Idempotency-Key', () => {
  const create = (body: unknown, key = 'key-1') =>
    admin('POST', '/v1/tokens', body, { headers: { 'Idempotency-Key': key } })
  beforeEach(async () => {
    await issue()
  })

  test('Idempotency-Key gives the same answer to the same body, in whatever order it is written', async () => {
    const first = await create('{"user":"store-1","refresh":"single-use","metadata":{"a":"1","b":"2"}}')
    vi.setSystemTime(NOW + 3_600_000)
    const again = await create('{ "metadata": {"b":"2","a":"1"}, "refresh":"single-use", "user":"store-1" }')
    expect(again.status).toBe(201)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
  })

  test('Idempotency-Key makes one record of many requests at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create({ user: 'store-1', refresh: 'single-use' })),
    )
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1)
  })

  test('Idempotency-Key refuses another body', async () => {
    await create({ user: 'store-1' })
    expect((await create({ user: 'store-1', label: 'x' })).body).toMatchObject({
      status: 422,
      code: 'idempotency_mismatch',
    })
  })

  test('Idempotency-Key gives the same answer where the clock or the settings would refuse it by now', async () => {
    const body = { user: 'store-1', origins: [HOST], to: '2126-03-14T12:01:00Z' }
    const first = await create(body)
    vi.setSystemTime(NOW + 120_000)
    const bindings = { ...env, ALLOWED_ORIGINS: 'https://other.example.com' }
    const ask = (asked: object, key: string) =>
      admin('POST', '/v1/tokens', asked, { headers: { 'Idempotency-Key': key }, bindings })
    expect(await ask(body, 'key-1')).toMatchObject({ status: 201, body: first.body })
    expect((await ask({ ...body, label: 'x' }, 'key-1')).body.code).toBe('idempotency_mismatch')
    const { body: refused } = await ask(body, 'key-2')
    expect(refused.errors.map(({ path }: { path: string }) => path)).toEqual(['origins.0', 'to'])
  })

  test('Idempotency-Key gives no answer again whose key signs no longer', async () => {
    const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    const [whole, half] = await Promise.all(
      [privateKey, publicKey].map(async (key) => ({ ...(await exportJWK(key)), kid: 'ed', alg: 'EdDSA' })),
    )
    const others = JSON.parse(env.TOKEN_KEYS ?? '').keys
    const headers = { 'Idempotency-Key': 'key-1' }
    const under = (...keys: unknown[]) =>
      admin(
        'POST',
        '/v1/tokens',
        { user: 'store-1' },
        { headers, bindings: { ...env, TOKEN_KEYS: JSON.stringify({ keys }) } },
      )
    const first = await under(whole, ...others)
    expect((await under(...others, whole)).body).toEqual(first.body)
    for (const answer of [await under(...others, half), await under(...others)])
      expect(answer.body).toMatchObject({ status: 409, code: 'conflict' })
  })

  test('Idempotency-Key is counted for each admin key', async () => {
    const other = 'adm_of-another-backend'
    const bindings = { ...env, ADMIN_KEYS: `${env.ADMIN_KEYS} ${await hexDigest(other)}` }
    const ids = []
    for (const admitted of [ADMIN_KEY, other, ADMIN_KEY, other]) {
      const headers = { 'Idempotency-Key': 'key-1', Authorization: `Bearer ${admitted}` }
      const { body } = await admin('POST', '/v1/tokens', { user: 'store-1' }, { headers, bindings })
      ids.push(body.id)
    }
    expect(ids).toEqual([ids[0], ids[1], ids[0], ids[1]])
    expect(ids[1]).toMatch(/^tok_/)
    expect(ids[1]).not.toBe(ids[0])
  })

  test('Idempotency-Key forgets after 24 hours', async () => {
    const first = await create({ user: 'store-1' })
    vi.setSystemTime(NOW + 86_399_000)
    expect((await create({ user: 'store-1' })).body.id).toBe(first.body.id)
    vi.setSystemTime(NOW + 86_400_000)
    const anew = await create({ user: 'store-1' })
    expect([anew.status, anew.headers.get('idempotent-replayed')]).toEqual([201, null])
    expect(anew.body.id).not.toBe(first.body.id)
  })

  test('Idempotency-Key does not keep refusals', async () => {
    expect((await create({ user: 'nobody' })).status).toBe(409)
    await issue({ user: 'nobody' })
    expect((await create({ user: 'nobody' })).status).toBe(201)
  })

  test.each(['', 'with space', 'ñ', 'x'.repeat(256)])('Idempotency-Key refuses %j as a key', async (key) => {
    const { body } = await create({ user: 'store-1' }, key)
    expect(body.errors?.[0]?.path).toBe('Idempotency-Key')
  })
})

describe('POST /v1/tokens/{id}/refresh', () => {
  const refresh = (id: string, body?: unknown) => admin('POST', `/v1/tokens/${id}/refresh`, body)

  test.each(['none', 'daily', 'monthly'])(
    'POST /v1/tokens/{id}/refresh gives the same %s token within its period',
    async (policy) => {
      const { id, token } = await issue({ refresh: policy })
      vi.setSystemTime(NOW + 3_600_000)
      expect((await refresh(id)).body.token).toBe(token)
    },
  )

  test('POST /v1/tokens/{id}/refresh gives the next day its own token', async () => {
    const { id, token } = await issue({ refresh: 'daily', time_zone: 'Europe/Madrid' })
    vi.setSystemTime(Date.parse('2126-03-14T22:59:59Z'))
    expect((await refresh(id)).body.token).toBe(token)
    vi.setSystemTime(Date.parse('2126-03-14T23:00:00Z'))
    const { body } = await refresh(id)
    expect(body.token).not.toBe(token)
    expect((await open(token)).status).toBe(201)
    vi.setSystemTime(Date.parse('2126-03-15T00:00:00Z'))
    expect((await open(token)).body.code).toBe('token_expired')
    expect((await open(body.token)).status).toBe(201)
  })

  test('POST /v1/tokens/{id}/refresh rotates when asked to, and only then', async () => {
    const { id, token, generation } = await issue()
    const rotated = await refresh(id, { rotate: true })
    expect(rotated.body).toMatchObject({ generation: generation + 1, effective_by: expect.anything() })
    expect(rotated.body.token).not.toBe(token)
    expect((await refresh(id, { rotate: false })).body.token).toBe(rotated.body.token)
  })

  test.each([undefined, { rotate: true }])(
    'POST /v1/tokens/{id}/refresh refuses a record that is revoked or has ended (%j)',
    async (body) => {
      const revoked = await issue()
      await admin('DELETE', `/v1/tokens/${revoked.id}`)
      const ended = await issue({ to: '2126-03-14T12:00:10Z' })
      vi.setSystemTime(NOW + 10_000)
      for (const { id } of [revoked, ended]) {
        expect((await refresh(id, body)).body).toMatchObject({ status: 409, code: 'conflict' })
      }
    },
  )

  test('POST /v1/tokens/{id}/refresh does not know what was never issued', async () => {
    expect((await refresh('tok_unknown')).body.code).toBe('not_found')
    expect((await refresh('tok_unknown', { rotate: true })).body.code).toBe('not_found')
    expect((await admin('GET', '/v1/tokens/tok_unknown')).body.code).toBe('not_found')
    expect((await admin('DELETE', '/v1/tokens/tok_unknown')).body.code).toBe('not_found')
  })
})

describe('users', () => {
  test('users are linked, shown and linked anew, and their Biuwer token is never given back', async () => {
    const linked = await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    expect(linked).toMatchObject({
      status: 201,
      body: { user: 'store-1', linked_at: '2126-03-14T12:00:00Z', updated_at: '2126-03-14T12:00:00Z' },
    })
    vi.setSystemTime(NOW + 5000)
    const again = await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another' })
    expect(again).toMatchObject({
      status: 200,
      body: {
        linked_at: '2126-03-14T12:00:00Z',
        updated_at: '2126-03-14T12:00:05Z',
        effective_by: expect.anything(),
      },
    })
    const shown = await admin('GET', '/v1/users/store-1')
    expect(Object.keys(shown.body).sort()).toEqual([
      'biuwer_refresh',
      'biuwer_refresh_failing_since',
      'biuwer_token_ends',
      'biuwer_token_status',
      'linked_at',
      'live_tokens',
      'updated_at',
      'user',
    ])
    for (const other of ['store-2', 'store']) {
      expect((await admin('GET', `/v1/users/${other}`)).status).toBe(404)
    }
  })

  test('users are stored with their Biuwer token encrypted, bound to the user', async () => {
    const { token } = await issue()
    await issue({ user: 'store-2' })
    const registry = env.TOKEN_REGISTRY.getByName('registry')
    const dump = await runInDurableObject(registry, (_, { storage }) => {
      const tables = storage.sql.exec<{ name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
      )
      return [...tables].map(({ name }) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray())
    })
    expect(JSON.stringify(dump)).toContain('store-1')
    expect(JSON.stringify(dump)).not.toContain(BIUWER_TOKEN)
    expect(JSON.stringify(dump)).not.toContain(token)

    await runInDurableObject(registry, (_, { storage }) => {
      storage.sql.exec(
        `UPDATE biuwer_tokens SET (iv, data) = (SELECT iv, data FROM biuwer_tokens WHERE user = 'store-2') WHERE user = 'store-1'`,
      )
    })
    const answer = await open(token)
    expect(answer.body).toMatchObject({ status: 503, code: 'misconfigured' })
    expect(answer.body.errors?.[0]?.path).toBe('VAULT_KEYS')
  })

  test.each(['', 'a b', 'a:b', 'x'.repeat(513), 7, null])(
    'users refuse %j as a Biuwer token without repeating it',
    async (biuwer_token) => {
      const { status, body } = await admin('PUT', '/v1/users/store-1', { biuwer_token })
      expect([status, body.errors.length, body.errors[0].path]).toEqual([400, 1, 'biuwer_token'])
    },
  )

  test.each(['a%20b', 'a%2Fb', 'x'.repeat(129), '%C3%B1'])('users refuse %s as a name', async (user) => {
    const { status, body } = await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'x' })
    expect([status, body.errors?.[0]?.path]).toEqual([400, 'user'])
  })
})
