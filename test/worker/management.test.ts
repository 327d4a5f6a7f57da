import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { hexDigest } from './admin-key.ts'
import { admin, BIUWER_TOKEN, call, check, EDGE, HOST, issue, open } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { staleKv } from './storage-doubles.ts'

const LEASE = 60

frozenClock()

describe('GET /v1/tokens', () => {
  const ids = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id)
  const list = (query = '') => admin('GET', `/v1/tokens${query}`)

  test('GET /v1/tokens lists the newest first, strongly consistent, and filters', async () => {
    const pending = await issue({ from: '2126-05-01T00:00:00Z' })
    const expiring = await issue({ to: '2126-03-14T12:00:10Z' })
    const other = await issue({ user: 'store-2' })
    const revoked = await issue()
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    passSeconds(10)

    expect(ids(await list())).toEqual([revoked.id, other.id, expiring.id, pending.id])
    expect(ids(await list('?status=pending'))).toEqual([pending.id])
    expect(ids(await list('?status=expired'))).toEqual([expiring.id])
    expect(ids(await list('?status=active'))).toEqual([other.id])
    expect(ids(await list('?status=revoked'))).toEqual([revoked.id])
    expect(ids(await list('?user=store-2'))).toEqual([other.id])
    expect(ids(await list('?user=store-1&status=active'))).toEqual([])
    expect((await list()).body.items[0]).not.toHaveProperty('token')
  })

  test('GET /v1/tokens pages by cursor, unmoved by what is created meanwhile', async () => {
    const created: string[] = []
    for (let count = 0; count < 5; count++) created.unshift((await issue()).id)
    const first = await list('?limit=2')
    await issue()
    const second = await list(`?limit=2&cursor=${first.body.next_cursor}`)
    const third = await list(`?limit=2&cursor=${second.body.next_cursor}`)
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(created)
    expect(third.body.next_cursor).toBeNull()
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=x', 'cursor'],
    ['cursor=djE6NQ', 'cursor'],
    // `i1:tok_5` in base64url is aTE6dG9rXzU: what follows spells it otherwise.
    ['cursor=aTE6dG9rXzV', 'cursor'],
    ['cursor=aTE6dG9rXzU%3D', 'cursor'],
    ['cursor=aTE6%20dG9rXzU', 'cursor'],
    [`cursor=${btoa(`i1:tok_${'9'.repeat(602)}`)}`, 'cursor'],
    ['status=gone', 'status'],
    ['user=a%20b', 'user'],
    ['user=a&user=b', 'user'],
    ['stauts=active', 'stauts'],
  ])('GET /v1/tokens refuses ?%s', async (query, path) => {
    const { body } = await list(`?${query}`)
    expect([body.code, body.errors?.[0]?.path]).toEqual(['invalid_request', path])
  })
})

test('DELETE /v1/users/{user}/tokens revokes all of a user and of nobody else', async () => {
  const mine = [await issue(), await issue()]
  const other = await issue({ user: 'store-2' })
  expect(await admin('DELETE', '/v1/users/store-1/tokens')).toMatchObject({
    status: 200,
    body: {
      revoked: 2,
      effective_by: { new_sessions: '2126-03-14T12:01:02Z', open_sessions: '2126-03-14T12:06:02Z' },
    },
  })
  for (const { token } of mine) expect((await open(token)).body.code).toBe('token_revoked')
  expect((await open(other.token)).status).toBe(201)
  expect((await admin('DELETE', '/v1/users/store-1/tokens')).body.revoked).toBe(0)
  expect((await admin('GET', '/v1/users/store-1')).status).toBe(200)
})

describe('PATCH /v1/tokens/{id}', () => {
  const patch = (id: string, body: object) => admin('PATCH', `/v1/tokens/${id}`, body)

  test('PATCH /v1/tokens/{id} changes what it names and leaves the rest; metadata is merged', async () => {
    const { id, token, ...record } = await issue({ label: 'old', metadata: { a: '1', b: '2' } })
    const { body } = await patch(id, { label: 'new', metadata: { b: null, c: '3' } })
    const { token_expires_at, ...unchanged } = record
    expect(body).toEqual({
      ...unchanged,
      id,
      label: 'new',
      metadata: { a: '1', c: '3' },
      version: 2,
      effective_by: { new_sessions: '2126-03-14T12:01:02Z', open_sessions: '2126-03-14T12:06:02Z' },
    })
    expect((await admin('POST', `/v1/tokens/${id}/refresh`)).body.token).toBe(token)
  })

  test('a change that narrows holds within a lease, for tokens and sessions given out before', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue()
    const { body: session } = await open(token, { bindings: elsewhere })
    await patch(id, { resources: ['page_2'] })
    passSeconds(LEASE)
    expect((await open(token, { bindings: elsewhere })).body.code).toBe('resource_not_allowed')
    expect((await check(session.session_token, elsewhere)).body.code).toBe('session_revoked')
    expect((await open(token, { resource: 'page_2' })).status).toBe(201)
  })

  test('a change that widens holds at once for a fresh token, where KV still has the lease of before', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue({ resources: ['page_1'], origins: [HOST] })
    await open(token, { bindings: elsewhere })
    await patch(id, { resources: ['page_1', 'page_2'], origins: null })
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const opened = await open(body.token, {
      resource: 'page_2',
      origin: 'https://other.example.com',
      bindings: elsewhere,
    })
    expect(opened.status).toBe(201)
    expect((await check(opened.body.session_token, elsewhere)).status).toBe(200)
  })

  test('PATCH /v1/tokens/{id} moves the end nearer and further', async () => {
    const { id, token } = await issue({ to: '2126-03-14T13:00:00Z' })
    const { body: session } = await open(token)
    await patch(id, { to: '2126-03-14T12:02:00Z' })
    passSeconds(LEASE)
    expect((await check(session.session_token)).body.expires_at).toBe('2126-03-14T12:02:00Z')
    passSeconds(120 - LEASE)
    expect((await open(token)).body.code).toBe('token_expired')
    expect((await check(session.session_token)).body.code).toBe('session_expired')
    expect((await patch(id, { to: null })).body.code).toBe('conflict')
  })

  test('PATCH /v1/tokens/{id} revives nothing', async () => {
    const { id } = await issue()
    await admin('DELETE', `/v1/tokens/${id}`)
    expect((await patch(id, { to: '2030-01-01T00:00:00Z' })).body).toMatchObject({
      status: 409,
      code: 'conflict',
    })
    expect((await patch(id, { label: 'of old' })).body).toMatchObject({ label: 'of old', status: 'revoked' })
  })

  test.each([
    [{ to: '2126-03-14T12:00:00Z' }, 'to'],
    [{ resources: [] }, 'resources'],
    [{ origins: ['https://evil.example'] }, 'origins.0'],
    [{ refresh: 'none' }, 'refresh'],
    [{ user: 'store-2' }, 'user'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'x'])) },
      'metadata',
    ],
  ])('PATCH /v1/tokens/{id} refuses %j', async (body, path) => {
    const { id } = await issue()
    const answer = await patch(id, body)
    expect([answer.body.code, answer.body.errors?.[0]?.path]).toEqual(['invalid_request', path])
  })

  test.each([
    ['is the beginning', '2126-04-01T00:00:00Z', '2126-04-01T00:00:00Z', '2126-04-01T00:00:01Z'],
    ['has come', '2126-01-01T00:00:00Z', '2126-03-14T12:00:00Z', '2126-03-14T12:00:01Z'],
  ])('PATCH /v1/tokens/{id} refuses an end that %s', async (_, from, to, later) => {
    const { id } = await issue({ from })
    expect((await patch(id, { to })).body.errors?.[0]?.path).toBe('to')
    expect((await patch(id, { to: later })).status).toBe(200)
  })

  test('PATCH /v1/tokens/{id} does not know what was never issued', async () => {
    expect((await patch('tok_unknown', { label: 'x' })).body.code).toBe('not_found')
  })
})

describe('POST /v1/tokens/{id}/explain', () => {
  const explain = async (id: string, body: object = {}) => {
    const answer = await admin('POST', `/v1/tokens/${id}/explain`, body)
    const checks = Object.fromEntries(
      answer.body.checks.map(({ check, ok }: { check: string; ok: boolean }) => [check, ok]),
    )
    return { allowed: answer.body.allowed, names: Object.keys(checks), checks, body: answer.body }
  }
  const everything = { resource: 'page_1', origin: HOST }

  test('POST /v1/tokens/{id}/explain makes every check in the order of an opening, and leaves out what it is not asked about', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const whole = await explain(id, { token, ...everything })
    expect(whole.names).toEqual([
      'signature',
      'record',
      'validity',
      'resource',
      'origin',
      'revocation',
      'user',
      'biuwer_token',
      'single_use',
    ])
    expect(whole.allowed).toBe(true)
    expect((await explain(id)).names).toEqual(['record', 'validity', 'revocation', 'user', 'biuwer_token'])
  })

  test('POST /v1/tokens/{id}/explain consumes nothing, is no use of the record, and sees a spend', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    await explain(id, { token, ...everything })
    expect((await admin('GET', `/v1/tokens/${id}`)).body.last_used_at).toBeNull()
    expect((await open(token)).status).toBe(201)
    const { allowed, checks } = await explain(id, { token })
    expect([allowed, checks.single_use]).toEqual([false, false])
  })

  test.each([
    ['a token that is none', () => ({ token: 'x' }), 'signature'],
    ['another resource', () => ({ resource: 'page_2' }), 'resource'],
    ['another origin', () => ({ origin: 'https://evil.example' }), 'origin'],
    ["the edge's own origin", () => ({ origin: EDGE }), 'origin'],
    ['a moment before', () => ({ at: '2126-03-14T11:59:59Z' }), 'validity', 'biuwer_token'],
    ['a moment after', () => ({ at: '2126-03-15T00:00:00Z' }), 'validity'],
  ])('POST /v1/tokens/{id}/explain finds %s', async (_, question, ...failing) => {
    const { id } = await issue({ resources: ['page_1'], to: '2126-03-15T00:00:00Z' })
    const { allowed, checks } = await explain(id, question())
    expect(allowed).toBe(false)
    expect(Object.keys(checks).filter((name) => !checks[name])).toEqual(failing)
  })

  test('POST /v1/tokens/{id}/explain finds the token of another record, a revocation, a rotation and an unlinked user', async () => {
    const mine = await issue()
    const other = await issue()
    expect((await explain(mine.id, { token: other.token })).checks.record).toBe(false)
    await admin('POST', `/v1/tokens/${other.id}/refresh`, { rotate: true })
    passSeconds(1)
    expect((await explain(other.id, { token: other.token })).checks.revocation).toBe(false)
    await admin('DELETE', '/v1/users/store-1')
    const { checks } = await explain(mine.id)
    expect([checks.revocation, checks.user]).toEqual([false, false])
    expect((await explain(mine.id, { at: '2126-03-14T12:00:00Z' })).checks.revocation).toBe(true)
  })
})

describe('GET /v1/audit', () => {
  test('GET /v1/audit keeps who did what to whom, newest first, with the request id of the answer', async () => {
    await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    const { body: record } = await admin('POST', '/v1/tokens', { user: 'store-1' })
    await admin('PATCH', `/v1/tokens/${record.id}`, { label: 'x' })
    await admin('POST', `/v1/tokens/${record.id}/refresh`, { rotate: true })
    await admin('POST', `/v1/tokens/${record.id}/refresh`)
    const revoked = await admin('DELETE', `/v1/tokens/${record.id}`)
    await admin('DELETE', `/v1/tokens/${record.id}`)
    await admin('DELETE', '/v1/users/store-1/tokens')
    await admin('DELETE', '/v1/users/store-1')

    const { body } = await admin('GET', '/v1/audit?limit=100')
    expect(
      body.items.map(({ action, target }: { action: string; target: string }) => [action, target]),
    ).toEqual([
      ['user.unlink', 'store-1'],
      ['user.revoke_tokens', 'store-1'],
      ['token.revoke', record.id],
      ['token.refresh', record.id],
      ['token.rotate', record.id],
      ['token.update', record.id],
      ['token.create', record.id],
      ['user.link', 'store-1'],
    ])
    expect(body.items[2]).toEqual({
      at: '2126-03-14T12:00:00Z',
      actor: expect.stringMatching(/^[0-9a-f]{12}$/),
      action: 'token.revoke',
      target: record.id,
      request_id: revoked.headers.get('x-request-id'),
    })
    expect(body.next_cursor).toBeNull()
    const page = await admin('GET', '/v1/audit?limit=3')
    const rest = await admin('GET', `/v1/audit?limit=100&cursor=${page.body.next_cursor}`)
    expect([...page.body.items, ...rest.body.items]).toEqual(body.items)
  })

  test('GET /v1/audit has a refresh once for a key, a record and an hour', async () => {
    const other = { headers: { Authorization: 'Bearer of-another-person' } }
    const ADMIN_KEYS = `${env.ADMIN_KEYS} ${await hexDigest('of-another-person')}`
    const bindings = { ...env, ADMIN_KEYS }
    const refresh = (id: string, options = {}) =>
      admin('POST', `/v1/tokens/${id}/refresh`, {}, { bindings, ...options })
    const refreshes = async () => {
      const { items } = (await admin('GET', '/v1/audit?limit=100')).body
      return items.filter(({ action }: { action: string }) => action === 'token.refresh')
    }
    const [one, two] = [await issue({ refresh: 'single-use' }), await issue()]
    const first = await refresh(one.id)
    await refresh(one.id)
    await refresh(two.id)
    await refresh(one.id, other)
    passSeconds(3_599)
    await refresh(one.id)
    const byTarget = async () => (await refreshes()).map(({ target }: { target: string }) => target)
    expect(await byTarget()).toEqual([one.id, two.id, one.id])
    passSeconds(1)
    await refresh(one.id)
    expect(await byTarget()).toEqual([one.id, one.id, two.id, one.id])
    expect((await refreshes()).at(-1)).toMatchObject({
      at: '2126-03-14T12:00:00Z',
      request_id: first.headers.get('x-request-id'),
    })
  })

  test('GET /v1/audit has no refresh that was refused', async () => {
    const { id } = await issue()
    await admin('POST', `/v1/tokens/${id}/refresh`, {}, { headers: { 'If-Match': '"7"' } })
    await admin('DELETE', `/v1/tokens/${id}`)
    await admin('POST', `/v1/tokens/${id}/refresh`)
    const { items } = (await admin('GET', '/v1/audit')).body
    expect(items.map(({ action }: { action: string }) => action)).not.toContain('token.refresh')
  })

  test('GET /v1/audit forgets after a year', async () => {
    await issue()
    vi.setSystemTime(NOW + 365 * 86_400_000)
    await admin('PUT', '/v1/users/store-2', { biuwer_token: 'x' })
    expect((await admin('GET', '/v1/audit')).body.items).toHaveLength(1)
  })

  test('GET /v1/audit needs an admin key', async () => {
    expect((await call('GET', '/v1/audit')).status).toBe(401)
  })
})
