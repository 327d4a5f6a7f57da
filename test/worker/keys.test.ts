import { describe, expect, test } from 'vitest'
import { ROLES, type Role } from '../../worker/policy/caller.ts'
import { bearerKey } from '../../worker/tokens/bearer-key.ts'
import { ADMIN_KEY, hexDigest } from './admin-key.ts'
import { type Answer, admin, BIUWER_TOKEN, type CallOptions, call, issue } from './api.ts'
import { exported, importLines } from './backups.ts'
import { at, frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { cost, counting } from './storage-doubles.ts'

const LEASE = 60

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

/** Makes a key of this role, and gives it with what the answer said. */
async function newKey(role: Role, request: object = {}): Promise<Loose> {
  const { status, body } = await admin('POST', '/v1/keys', { name: `${role} of the tests`, role, ...request })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

/** A call with this key. */
function as(key: string, method: string, path: string, body?: unknown, options: CallOptions = {}) {
  const headers = { Authorization: `Bearer ${key}`, ...options.headers }
  return call(method, path, { ...options, body, headers })
}

const introspect = (key: string, token: string) =>
  as(key, 'POST', '/oauth/introspect', `token=${token}`, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  })
const ids = ({ body }: Answer<Loose>) => body.items.map(({ id }: Loose) => id)

describe('a key', () => {
  test('is shown once, has a checksum, and is kept as a digest', async () => {
    const made = await newKey('issuer', { users: ['store-*'] })
    expect(made).toEqual({
      id: expect.stringMatching(/^key_[\w-]{22}$/),
      name: 'issuer of the tests',
      role: 'issuer',
      users: ['store-*'],
      created_at: at(0),
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
      status: 'active',
      key: expect.stringMatching(/^bwk_[0-9A-Za-z]{49}$/),
    })
    const { key, ...shown } = made
    expect((await admin('GET', `/v1/keys/${made.id}`)).body).toEqual(shown)
    expect((await admin('GET', '/v1/keys')).body).toEqual({ items: [shown], next_cursor: null })
    expect(JSON.stringify((await admin('GET', '/v1/audit')).body)).not.toContain(key)
  })

  test('is given again to whoever repeats the request under its Idempotency-Key, and can be told from nothing else', async () => {
    const make = (headers: Record<string, string>) =>
      admin('POST', '/v1/keys', { name: 'Backend', role: 'issuer' }, { headers })
    const first = await make({ 'Idempotency-Key': 'one' })
    const again = await make({ 'Idempotency-Key': 'one' })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await make({ 'Idempotency-Key': 'two' })).body.key).not.toBe(first.body.key)
    expect((await admin('GET', '/v1/keys')).body.items).toHaveLength(2)
    expect(await bearerKey(ADMIN_KEY, first.body.id)).not.toBe(first.body.key)
  })

  test('is given again under its Idempotency-Key when it has ended, too', async () => {
    const make = (name: string) =>
      admin(
        'POST',
        '/v1/keys',
        { name, role: 'issuer', expires_at: at(60) },
        { headers: { 'Idempotency-Key': 'a' } },
      )
    const first = await make('one')
    passSeconds(60)
    const again = await make('one')
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await make('two')).body.code).toBe('idempotency_mismatch')
  })

  test('of another checksum is refused without a look at storage, and a good one asks once a lease', async () => {
    const { key } = await newKey('viewer')
    const { bindings, take } = counting()
    const other = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    expect((await as(other, 'GET', '/v1/deployment', undefined, { bindings })).status).toBe(401)
    expect(take()).toEqual(cost(0, 0, 0, 0))
    for (const registry of [1, 0]) {
      expect((await as(key, 'GET', '/v1/deployment', undefined, { bindings })).status).toBe(200)
      expect(take()).toEqual(cost(0, 0, registry, 0))
    }
  })

  test('says when it was last used, to the minute', async () => {
    const { id, key } = await newKey('viewer')
    passSeconds(10)
    await as(key, 'GET', '/v1/users')
    passSeconds(30)
    await as(key, 'GET', '/v1/users')
    expect((await admin('GET', `/v1/keys/${id}`)).body.last_used_at).toBe(at(10))
    passSeconds(30)
    await as(key, 'GET', '/v1/users')
    expect((await admin('GET', `/v1/keys/${id}`)).body.last_used_at).toBe(at(70))
  })

  test('ends at its time, to the second, whatever was leased', async () => {
    const { id, key } = await newKey('viewer', { expires_at: at(30) })
    passSeconds(29)
    expect((await as(key, 'GET', '/v1/users')).status).toBe(200)
    passSeconds(1)
    expect((await as(key, 'GET', '/v1/users')).status).toBe(401)
    expect((await admin('GET', `/v1/keys/${id}`)).body.status).toBe('expired')
  })

  test('that is revoked makes no call from the promised time on, in any isolate', async () => {
    const { id, key } = await newKey('manager')
    const isolate = newIsolate()
    expect((await as(key, 'GET', '/v1/users', undefined, { isolate })).status).toBe(200)
    passSeconds(1)
    const revoked = await admin('DELETE', `/v1/keys/${id}`)
    expect(revoked.body).toMatchObject({
      id,
      status: 'revoked',
      revoked_at: at(1),
      effective_by: { calls: at(1 + 1 + LEASE + 1) },
    })
    expect(revoked.body).not.toHaveProperty('key')
    expect((await as(key, 'GET', '/v1/users', undefined, { isolate: newIsolate() })).status).toBe(401)
    passSeconds(LEASE - 1)
    expect((await as(key, 'GET', '/v1/users', undefined, { isolate })).status).toBe(401)
    passSeconds(100)
    const { effective_by } = (await admin('DELETE', `/v1/keys/${id}`)).body
    expect(effective_by).toEqual(revoked.body.effective_by)
  })

  test('stands in the audit by id and name, a root key by its digest', async () => {
    const { id, key } = await newKey('manager', { name: 'Ana' })
    await as(key, 'PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    const { items } = (await admin('GET', '/v1/audit')).body
    const root = (await hexDigest(ADMIN_KEY)).slice(0, 12)
    expect(items.map(({ actor, action, target }: Loose) => [actor, action, target])).toEqual([
      [`${id} Ana`, 'user.link', 'store-1'],
      [root, 'key.create', id],
    ])
    await admin('DELETE', `/v1/keys/${id}`)
    expect((await admin('GET', `/v1/audit?target=${id}`)).body.items[0].action).toBe('key.revoke')
  })

  test('of the longest name is in the audit of a backup that can be imported', async () => {
    const { key } = await newKey('admin', { name: 'n'.repeat(200) })
    await as(key, 'PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    expect((await importLines(await exported())).status).toBe(200)
  })

  test('tells what it may do', async () => {
    const { key, ...made } = await newKey('issuer', { users: ['ana'] })
    expect((await as(key, 'GET', '/v1/keys/current')).body).toEqual({ ...made, last_used_at: at(0) })
    expect((await admin('GET', '/v1/keys/current')).body).toMatchObject({
      id: null,
      name: null,
      role: 'admin',
      users: null,
      status: 'active',
    })
  })

  test('that nobody made is unknown', async () => {
    for (const method of ['GET', 'DELETE'])
      expect((await admin(method, '/v1/keys/key_nothing')).body.code).toBe('not_found')
  })

  test('makes none that outlives it', async () => {
    const { key } = await newKey('admin', { expires_at: at(3600) })
    const make = (expires_at?: string) =>
      as(key, 'POST', '/v1/keys', { name: 'x', role: 'viewer', ...(expires_at && { expires_at }) })
    expect((await make(at(3600))).status).toBe(201)
    for (const later of [undefined, at(3601)])
      expect((await make(later)).body).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'expires_at' }],
      })
  })

  test.each([
    ['name', { name: '' }],
    ['name', { name: '  ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: undefined }],
    ['role', { role: 'root' }],
    ['role', { role: undefined }],
    ['users', { users: [] }],
    ['users.0', { users: ['*'] }],
    ['users.0', { users: ['sto*re'] }],
    ['users.0', { users: ['store-**'] }],
    ['users.0', { users: ['a b'] }],
    ['users', { users: 'store-1' }],
    ['users', { users: { 0: 'store-1' } }],
    ['users', { users: Array(101).fill('a') }],
    ['expires_at', { expires_at: at(0) }],
    ['expires_at', { expires_at: 'tomorrow' }],
    ['key', { key: 'bwk_mine' }],
  ])('is refused for its %s: %j', async (path, request) => {
    const { body } = await admin('POST', '/v1/keys', { name: 'x', role: 'viewer', ...request })
    expect([body.code, body.errors?.map((each: Loose) => each.path)]).toEqual(['invalid_request', [path]])
  })
})

/** What each role may call; `admin` everything. `users`: whether a key for some users may, too. */
const MAY: Record<string, { roles: Role[]; users: boolean }> = {
  'GET /v1/users': { roles: ['manager', 'viewer'], users: true },
  'GET /v1/users/:user': { roles: ['manager', 'viewer'], users: true },
  'PUT /v1/users/:user': { roles: ['manager'], users: true },
  'PATCH /v1/users/:user': { roles: ['manager'], users: true },
  'DELETE /v1/users/:user': { roles: ['manager'], users: true },
  'GET /v1/users/:user/biuwer-tokens': { roles: ['manager', 'viewer'], users: true },
  'POST /v1/users/:user/biuwer-tokens': { roles: ['manager'], users: true },
  'DELETE /v1/users/:user/biuwer-tokens/:id': { roles: ['manager'], users: true },
  'DELETE /v1/users/:user/tokens': { roles: ['manager'], users: true },
  'POST /v1/users/:user/sign-out': { roles: ['manager'], users: true },
  'POST /v1/sign-out': { roles: ['manager'], users: false },
  'GET /v1/tokens': { roles: ['manager', 'issuer', 'viewer'], users: true },
  'POST /v1/tokens': { roles: ['manager', 'issuer'], users: true },
  'GET /v1/tokens/:id': { roles: ['manager', 'issuer', 'viewer'], users: true },
  'PATCH /v1/tokens/:id': { roles: ['manager'], users: true },
  'DELETE /v1/tokens/:id': { roles: ['manager'], users: true },
  'POST /v1/tokens/:id/refresh': { roles: ['manager', 'issuer'], users: true },
  'POST /v1/tokens/:id/explain': { roles: ['manager', 'viewer'], users: true },
  'POST /v1/tokens/:id/preview': { roles: ['manager'], users: true },
  'GET /v1/audit': { roles: ['manager', 'viewer'], users: true },
  'GET /v1/refusals': { roles: ['manager', 'viewer'], users: true },
  'GET /v1/statistics': { roles: ['manager', 'viewer'], users: true },
  'GET /v1/deployment': { roles: ['manager', 'viewer'], users: true },
  'GET /v1/export': { roles: [], users: false },
  'POST /v1/import': { roles: [], users: false },
  'POST /v1/vault/reencrypt': { roles: [], users: false },
  'GET /v1/keys': { roles: ['viewer'], users: false },
  'POST /v1/keys': { roles: [], users: false },
  'GET /v1/keys/current': { roles: ['manager', 'issuer', 'viewer'], users: true },
  'GET /v1/keys/:id': { roles: ['viewer'], users: false },
  'DELETE /v1/keys/:id': { roles: [], users: false },
  'GET /v1/signers': { roles: ['manager', 'viewer'], users: true },
  'POST /v1/signers': { roles: [], users: true },
  'GET /v1/signers/:id': { roles: ['manager', 'viewer'], users: true },
  'PATCH /v1/signers/:id': { roles: [], users: true },
  'DELETE /v1/signers/:id': { roles: [], users: true },
  'POST /v1/signers/:id/preview': { roles: ['manager'], users: true },
  'POST /v1/explain': { roles: ['manager', 'viewer'], users: true },
  'POST /oauth/introspect': { roles: ['manager', 'issuer', 'viewer'], users: true },
  'POST /oauth/revoke': { roles: ['manager'], users: true },
}

describe('a role', () => {
  /** Every method of every address that takes keys. */
  const guarded = newIsolate()
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => `${method} ${path}`)
    .filter((name) => !/healthz|well-known|\/console\/|\/v1\/(frame|sessions)/.test(name))

  test('is known at every address', () => {
    expect([...new Set(guarded)].sort()).toEqual(Object.keys(MAY).sort())
  })

  const ask = (key: string, name: string) => {
    const [method = '', path = ''] = name.split(' ')
    return as(key, method, path.replace(/:\w+/, 'x'))
  }

  test.each(ROLES)('%s may call what it may, and is told which role may what it may not', async (role) => {
    const { key } = await newKey(role)
    for (const [name, { roles }] of Object.entries(MAY)) {
      const { status, body } = await ask(key, name)
      const mayCall = role === 'admin' || roles.includes(role)
      expect([name, status === 401, status === 403]).toEqual([name, false, !mayCall])
      if (mayCall) continue
      if (name.includes('oauth')) expect(body.error).toBe('access_denied')
      else {
        expect([name, body.code]).toEqual([name, 'forbidden'])
        for (const needed of ['admin', ...roles]) expect(body.detail).toContain(needed)
      }
    }
  })

  test.each(ROLES)('%s for some users may not touch what concerns everybody', async (role) => {
    const { key } = await newKey(role, { users: ['store-*'] })
    for (const [name, { roles, users }] of Object.entries(MAY)) {
      const { status } = await ask(key, name)
      const mayCall = (role === 'admin' || roles.includes(role)) && users
      expect([name, status === 401, status === 403]).toEqual([name, false, !mayCall])
    }
  })

  test('issuer has a token given out, and rotates none', async () => {
    const { id } = await issue()
    const { key } = await newKey('issuer')
    expect((await as(key, 'POST', `/v1/tokens/${id}/refresh`)).status).toBe(200)
    const rotation = await as(key, 'POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    expect([rotation.status, rotation.body.code]).toEqual([403, 'forbidden'])
    expect((await admin('GET', `/v1/tokens/${id}`)).body.version).toBe(1)
  })

  test('a key without the role learns nothing of unknown addresses', async () => {
    const { key } = await newKey('issuer')
    expect((await as(key, 'GET', '/v1/nothing')).status).toBe(404)
  })
})

describe('a key for some users', () => {
  /** A record of a user that the key is for, and one of another. */
  async function given(role: Role = 'manager', users = ['store-*', 'ana']) {
    const own = await issue({ user: 'store-1', label: 'Sales of the north' })
    const other = await issue({ user: 'hidden', label: 'Sales of the south' })
    const { key } = await newKey(role, { users })
    return { own, other, key }
  }

  test('sees its users in lists, searches and counts alone', async () => {
    const { own, key } = await given()
    await admin('PUT', '/v1/users/ana', { biuwer_token: BIUWER_TOKEN })
    await admin('PUT', '/v1/users/anabel', { biuwer_token: BIUWER_TOKEN })
    const users = (await as(key, 'GET', '/v1/users')).body.items.map(({ user }: Loose) => user)
    expect(users).toEqual(['ana', 'store-1'])
    for (const prefix of ['hid', 'anab'])
      expect((await as(key, 'GET', `/v1/users?prefix=${prefix}`)).body.items).toEqual([])
    for (const query of ['', '?text=sales', '?text=tok_', '?status=active'])
      expect(ids(await as(key, 'GET', `/v1/tokens${query}`))).toEqual([own.id])
    expect(ids(await as(key, 'GET', '/v1/tokens?user=hidden'))).toEqual([])
    const { body } = await as(key, 'GET', '/v1/statistics')
    expect([body.users, body.tokens.active]).toEqual([2, 1])
    expect(body.openings).toMatchObject({ by: 'day', series: [], policies: null, resources: null })
    expect(body.actions).toEqual([
      expect.objectContaining({ action: 'token.create', count: 1 }),
      expect.objectContaining({ action: 'user.link', count: 2 }),
    ])
  })

  test.each(['', '*'])(
    'has as many users as a key may have, with the longest names, each followed by %j',
    async (end) => {
      const others = Array.from({ length: 99 }, (_, index) => `${index}`.padEnd(127, 'x') + end)
      const { own, other, key } = await given('manager', [...others, `store-1${end}`])
      const users = (await as(key, 'GET', '/v1/users')).body.items.map(({ user }: Loose) => user)
      expect(users).toEqual(['store-1'])
      for (const query of ['', '?text=sales', '?text=tok_', '?status=active', '?user=store-1'])
        expect(ids(await as(key, 'GET', `/v1/tokens${query}`))).toEqual([own.id])
      const { items } = (await as(key, 'GET', '/v1/audit')).body
      expect(items.map(({ target }: Loose) => target)).toEqual([own.id, 'store-1'])
      expect((await as(key, 'GET', '/v1/audit?target=hidden')).body.items).toEqual([])
      expect((await as(key, 'GET', '/v1/statistics')).body.tokens.active).toBe(1)
      expect((await as(key, 'GET', `/v1/tokens/${other.id}`)).status).toBe(404)
    },
  )

  test('pages through its users without a gap', async () => {
    for (const user of ['store-1', 'hidden', 'store-2', 'other', 'store-3'])
      await admin('PUT', `/v1/users/${user}`, { biuwer_token: BIUWER_TOKEN })
    const { key } = await newKey('viewer', { users: ['store-*'] })
    const first = await as(key, 'GET', '/v1/users?limit=2')
    const second = await as(key, 'GET', `/v1/users?limit=2&cursor=${first.body.next_cursor}`)
    const names = [...first.body.items, ...second.body.items].map(({ user }: Loose) => user)
    expect(names).toEqual(['store-1', 'store-2', 'store-3'])
    expect(second.body.next_cursor).toBeNull()
  })

  test('is told in no cursor how much there is of others', async () => {
    const { own, key } = await given()
    await issue({ user: 'store-1' })
    const cursorOf = async (path: string) =>
      atob((await as(key, 'GET', path)).body.next_cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const newest = (await as(key, 'GET', '/v1/tokens?limit=1')).body.items[0].id
    expect(await cursorOf('/v1/tokens?limit=1')).toBe(`i1:${newest}`)
    const [action] = (await as(key, 'GET', '/v1/audit?limit=1')).body.items
    expect(await cursorOf('/v1/audit?limit=1')).toBe(
      `i1:${action.request_id} ${action.action} ${action.target}`,
    )
    const next = await as(key, 'GET', `/v1/tokens?limit=1&cursor=${btoa(`i1:${newest}`).replace(/=+$/, '')}`)
    expect(ids(next)).toEqual([own.id])
  })

  test('finds nothing of others in the audit', async () => {
    const { own, other, key } = await given()
    await admin('POST', '/v1/sign-out')
    const { items } = (await as(key, 'GET', '/v1/audit')).body
    expect(items.map(({ action, target }: Loose) => [action, target])).toEqual([
      ['token.create', own.id],
      ['user.link', 'store-1'],
    ])
    for (const target of ['hidden', other.id, 'all'])
      expect((await as(key, 'GET', `/v1/audit?target=${target}`)).body.items).toEqual([])
  })

  test('is told of others what it is told of what does not exist, and changes nothing of them', async () => {
    const { other, key } = await given()
    const before = (await admin('GET', `/v1/tokens/${other.id}`)).body
    const calls: [string, string, unknown?][] = [
      ['GET', '/v1/users/NAME'],
      ['PUT', '/v1/users/NAME', { biuwer_token: 'another' }],
      ['PATCH', '/v1/users/NAME', { biuwer_refresh: 'manual' }],
      ['DELETE', '/v1/users/NAME'],
      ['DELETE', '/v1/users/NAME/tokens'],
      ['POST', '/v1/users/NAME/sign-out'],
      ['POST', '/v1/tokens', { user: 'NAME' }],
      ['GET', '/v1/tokens/ID'],
      ['PATCH', '/v1/tokens/ID', { label: 'mine' }],
      ['DELETE', '/v1/tokens/ID'],
      ['POST', '/v1/tokens/ID/refresh'],
      ['POST', '/v1/tokens/ID/refresh', { rotate: true }],
      ['POST', '/v1/tokens/ID/explain', {}],
      ['POST', '/v1/tokens/ID/preview', { resource: 'page_1' }],
    ]
    const ask = async ([method, path, body]: (typeof calls)[number], name: string, id: string) => {
      const filled = body && JSON.parse(JSON.stringify(body).replace('NAME', name))
      const answer = await as(key, method, path.replace('NAME', name).replace('ID', id), filled)
      const { request_id: _, ...rest } = answer.body
      return [answer.status, JSON.stringify(rest).replaceAll(name, 'NAME')]
    }
    for (const each of calls) {
      const hidden = await ask(each, 'hidden', other.id)
      const unknown = await ask(each, 'nobody', 'tok_nothing')
      expect([...each.slice(0, 2), ...hidden]).toEqual([...each.slice(0, 2), ...unknown])
      expect(hidden[0]).toBe(404)
    }
    expect((await admin('GET', `/v1/tokens/${other.id}`)).body).toEqual(before)
    expect((await admin('GET', '/v1/users/hidden')).status).toBe(200)
  })

  test('is told nothing of the token of another that it asks about beside a record of its own', async () => {
    const { own, other, key } = await given('viewer')
    const explained = async (token: string) =>
      (await as(key, 'POST', `/v1/tokens/${own.id}/explain`, { token })).body
    const spent = await issue({ user: 'hidden', refresh: 'single-use' })
    const forged = await explained(`${other.token.slice(0, -4)}AAAA`)
    for (const { token } of [other, spent]) expect(await explained(token)).toEqual(forged)
    const known = await admin('POST', `/v1/tokens/${own.id}/explain`, { token: other.token })
    expect(JSON.stringify(known.body)).toContain(other.id)
  })

  test('introspects and revokes the tokens of its users alone', async () => {
    const { own, other, key } = await given()
    expect((await introspect(key, own.token)).body).toMatchObject({ active: true, username: 'store-1' })
    expect((await introspect(key, other.token)).body).toEqual({ active: false })
    const revoke = await as(key, 'POST', '/oauth/revoke', `token=${other.token}`, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(revoke.status).toBe(200)
    expect((await admin('GET', `/v1/tokens/${other.id}`)).body.status).toBe('active')
  })

  test('links and makes records for its users', async () => {
    const { key } = await newKey('manager', { users: ['store-*'] })
    expect((await as(key, 'PUT', '/v1/users/store-9', { biuwer_token: BIUWER_TOKEN })).status).toBe(201)
    expect((await as(key, 'POST', '/v1/tokens', { user: 'store-9' })).status).toBe(201)
  })
})
