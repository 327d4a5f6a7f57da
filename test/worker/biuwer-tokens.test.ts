import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { registryOf } from '../../worker/storage/registry.ts'
import { prepareTables } from '../../worker/storage/registry-schema.ts'
import { admin, call, check, HOST, issue, open } from './api.ts'
import { authentic, exported, importLines, itemsOf } from './backups.ts'
import { at, frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { host } from './signing.ts'
import { counting, missingKv, staleKv } from './storage-doubles.ts'

/** Biuwer's own tokens of a user: each with its interval, several at once. */

const LEASE = 60
const HOUR = 3_600
const DAY = 86_400

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const PATH = '/v1/users/store-1/biuwer-tokens'

const link = (biuwer_token: string, interval: object = {}) =>
  admin('PUT', '/v1/users/store-1', { biuwer_token, ...interval })
const add = (biuwer_token: string, interval: object = {}) =>
  admin('POST', PATH, { biuwer_token, ...interval })
const shown = async (token: string, options: object = {}) => {
  const { body } = await open(token, { isolate: newIsolate(), ...options })
  return body.share?.name.slice('page_1:'.length) ?? body.code
}

/** A user whose first Biuwer token is `first`, and a token for the user that ends with nothing. */
async function user(first: object = {}): Promise<string> {
  await link('first', first)
  return (await admin('POST', '/v1/tokens', { user: 'store-1' })).body.token
}

describe('a Biuwer token', () => {
  test('has an interval, and is never given back', async () => {
    await link('first', { from: at(-DAY), to: at(DAY) })
    const added = await add('second', { from: at(DAY) })
    expect([added.status, added.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^bwt_[\w-]{22}$/),
        from: at(DAY),
        to: null,
        added_at: at(0),
        status: 'pending',
        by_source: false,
      },
    ])
    const { body } = await admin('GET', PATH)
    expect(body.items.map(({ from, to, status }: Loose) => [from, to, status])).toEqual([
      [at(-DAY), at(DAY), 'active'],
      [at(DAY), null, 'pending'],
    ])
    const { body: shownUser } = await admin('GET', '/v1/users/store-1')
    expect(shownUser).toMatchObject({ biuwer_token_status: 'active', biuwer_token_ends: null })
    const said = JSON.stringify([body, shownUser, await exported(), (await admin('GET', '/v1/audit')).body])
    for (const secret of ['first', 'second']) expect(said).not.toContain(secret)
  })

  test('opens within its interval alone', async () => {
    const token = await user({ from: at(100), to: at(200) })
    const early = await open(token, { isolate: newIsolate() })
    expect([early.status, early.body.code, early.body.valid_from]).toEqual([
      409,
      'biuwer_token_not_yet_valid',
      at(100),
    ])
    passSeconds(100)
    expect(await shown(token)).toBe('first')
    passSeconds(99)
    expect(await shown(token)).toBe('first')
    passSeconds(1)
    const late = await open(token, { isolate: newIsolate() })
    expect([late.status, late.body.code]).toEqual([409, 'biuwer_token_expired'])
  })

  test('begins and ends within a lease that was given before, to the second', async () => {
    const token = await user({ to: at(30) })
    await add('second', { from: at(40) })
    const isolate = newIsolate()
    const seen: string[] = []
    for (const seconds of [0, 29, 1, 9, 1]) {
      passSeconds(seconds)
      seen.push(await shown(token, { isolate, key: `at-${seen.length}` }))
    }
    expect(seen).toEqual([
      'first',
      'first',
      'biuwer_token_not_yet_valid',
      'biuwer_token_not_yet_valid',
      'second',
    ])
  })

  test.each<[string, [string, object][], string]>([
    [
      'the one that ends last',
      [
        ['second', { to: at(200) }],
        ['third', { to: at(150) }],
      ],
      'second',
    ],
    [
      'one without an end before all others',
      [
        ['second', {}],
        ['third', { to: at(DAY) }],
      ],
      'second',
    ],
    [
      'the newest of those that end together',
      [
        ['second', { to: at(300) }],
        ['third', { to: at(300) }],
      ],
      'third',
    ],
    ['none that is to come', [['second', { from: at(1) }]], 'first'],
  ])('is taken by an opening: %s', async (_, others, taken) => {
    const token = await user({ to: at(100) })
    for (const [name, interval] of others) await add(name, interval)
    expect(await shown(token)).toBe(taken)
  })

  test('bounds the session that shows it', async () => {
    const token = await user({ to: at(1000) })
    const { body } = await open(token)
    expect(body.expires_at).toBe(at(1000))
    passSeconds(1000)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
  })

  test('that is refused spends nothing', async () => {
    await link('first', { from: at(100) })
    const { body } = await admin('POST', '/v1/tokens', { user: 'store-1', refresh: 'single-use' })
    const { bindings, take } = counting()
    expect((await open(body.token, { bindings })).body.code).toBe('biuwer_token_not_yet_valid')
    expect(take().spends).toBe(0)
    passSeconds(100)
    expect(await shown(body.token, { key: 'two' })).toBe('first')
  })

  test('opens what a host has signed, too', async () => {
    const { token } = await host()
    await link('first', { to: at(30) })
    expect((await open(await token())).body.expires_at).toBe(at(30))
    passSeconds(30)
    expect((await open(await token(), { isolate: newIsolate() })).body.code).toBe('biuwer_token_expired')
  })

  test('that is added ends no session, and one that is deleted ends those that show it', async () => {
    const token = await user({ to: at(DAY) })
    const isolate = newIsolate()
    const before = (await open(token, { isolate })).body.session_token
    await add('second')
    // Until then a lease of before may choose.
    passSeconds(LEASE)
    const after = (await open(token, { key: 'two', isolate: newIsolate() })).body.session_token
    const state = async (session: string) => (await check(session, undefined, isolate)).body.code ?? 'open'
    expect([await state(before), await state(after)]).toEqual(['open', 'open'])
    const [first] = (await admin('GET', PATH)).body.items
    const { body } = await admin('DELETE', `${PATH}/${first.id}`)
    expect(body).toMatchObject({ id: first.id, effective_by: { new_sessions: at(LEASE + LEASE + 2) } })
    passSeconds(LEASE + 2)
    expect([await state(before), await state(after)]).toEqual(['session_revoked', 'open'])
    expect((await admin('DELETE', `${PATH}/${first.id}`)).status).toBe(404)
  })

  test('that is shown stays while a renewal lengthens the session by it, and gives way before it ends', async () => {
    const token = await user({ to: at(4 * HOUR) })
    const isolate = newIsolate()
    const settings = { bindings: { ...env, SESSION_TTL: '3600' }, isolate }
    const first = await open(token, settings)
    await add('second')
    const renew = async (session: string) =>
      (await open(token, { ...settings, session, isolate: newIsolate() })).body
    passSeconds(HOUR - 300)
    const second = await renew(first.body.session_token)
    expect([second.share.name, second.expires_at]).toEqual(['page_1:first', at(2 * HOUR - 300)])
    passSeconds(2 * HOUR)
    const third = await renew(second.session_token)
    expect([third.share.name, third.expires_at]).toEqual(['page_1:first', at(4 * HOUR - 300)])
    passSeconds(HOUR)
    const fourth = await renew(third.session_token)
    expect([fourth.share.name, fourth.expires_at]).toEqual(['page_1:first', at(4 * HOUR)])
    // From here on it would not lengthen the session.
    passSeconds(60)
    expect((await renew(fourth.session_token)).share.name).toBe('page_1:second')
    for (const other of ['nonsense', token]) expect((await renew(other)).share.name).toBe('page_1:second')
  })

  test('that was the last leaves the user linked, with nothing that opens', async () => {
    const token = await user()
    const [only] = (await admin('GET', PATH)).body.items
    await admin('DELETE', `${PATH}/${only.id}`)
    expect((await admin('GET', '/v1/users/store-1')).body).toMatchObject({
      biuwer_token_status: 'none',
      biuwer_token_ends: null,
    })
    expect(await shown(token)).toBe('biuwer_token_expired')
    await add('second')
    expect(await shown(token)).toBe('second')
  })

  test('of which a user has five: a sixth takes the place of one that has ended, or has none', async () => {
    await link('first', { to: at(100) })
    for (const name of ['b', 'c', 'd', 'e']) expect((await add(name)).status).toBe(201)
    const sixth = await add('f')
    expect([sixth.status, sixth.body.code]).toEqual([409, 'conflict'])
    passSeconds(100)
    expect((await add('f')).status).toBe(201)
    expect((await add('g')).body.code).toBe('conflict')
    expect((await admin('GET', PATH)).body.items).toHaveLength(5)
  })

  test('that is linked replaces all others, and ends no session where it is the very same', async () => {
    const token = await user()
    await add('second', { to: at(DAY) })
    const { body } = await open(token)
    await link('first', { to: at(500) })
    passSeconds(LEASE)
    expect((await admin('GET', PATH)).body.items).toHaveLength(1)
    // The end that it has now bounds the session.
    expect((await check(body.session_token)).body.expires_at).toBe(at(500))
    await link('second')
    passSeconds(LEASE + 2)
    expect((await check(body.session_token)).body.code).toBe('session_revoked')
  })

  test('is unknown where nobody is linked, and gone with the user', async () => {
    for (const method of ['GET', 'POST'])
      expect((await admin(method, PATH, method === 'POST' ? { biuwer_token: 'x' } : undefined)).status).toBe(
        404,
      )
    await link('first')
    await admin('DELETE', '/v1/users/store-1')
    const rows = await runInDurableObject(registryOf(env), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM biuwer_tokens').toArray(),
    )
    expect(rows).toEqual([])
  })

  test.each([
    ['to', { to: at(0) }],
    ['to', { from: at(100), to: at(100) }],
    ['to', { to: 'tomorrow' }],
    ['from', { from: 7 }],
    ['biuwer_token', { biuwer_token: 'a b' }],
    ['biuwer_token', { biuwer_token: undefined }],
    ['id', { id: 'bwt_x' }],
  ])('is refused for its %s: %j', async (path, change) => {
    await link('first')
    for (const [method, address] of [
      ['PUT', '/v1/users/store-1'],
      ['POST', PATH],
    ] as const) {
      const { body } = await admin(method, address, { biuwer_token: 'x', ...change })
      expect([body.code, body.errors?.map((each: Loose) => each.path)]).toEqual(['invalid_request', [path]])
    }
  })

  test('is added once under its Idempotency-Key, and stands in the audit at its user', async () => {
    await link('first')
    const headers = { 'Idempotency-Key': 'one' }
    const first = await admin('POST', PATH, { biuwer_token: 'x' }, { headers })
    expect((await admin('POST', PATH, { biuwer_token: 'x' }, { headers })).body).toEqual(first.body)
    await admin('DELETE', `${PATH}/${first.body.id}`)
    const { items } = (await admin('GET', '/v1/audit?target=store-1')).body
    expect(items.map(({ action }: Loose) => action)).toEqual([
      'user.delete_biuwer_token',
      'user.add_biuwer_token',
      'user.link',
    ])
  })

  test('is answered again under its Idempotency-Key when its end has passed since', async () => {
    const ends = { to: at(30) }
    const calls = [
      ['PUT', '/v1/users/store-1', { biuwer_token: 'first', ...ends }],
      ['POST', PATH, { biuwer_token: 'second', ...ends }],
    ] as const
    const ask = () =>
      Promise.all(
        calls.map(([method, path, body], index) =>
          admin(method, path, body, { headers: { 'Idempotency-Key': `key-${index}` } }),
        ),
      )
    await link('x')
    const first = await ask()
    passSeconds(30)
    expect((await ask()).map(({ body }) => body)).toEqual(first.map(({ body }) => body))
    expect((await add('third', ends)).body.code).toBe('invalid_request')
  })

  test('is of a user whom the key is for', async () => {
    await link('first')
    const { key } = (await admin('POST', '/v1/keys', { name: 'x', role: 'manager', users: ['other'] })).body
    const headers = { Authorization: `Bearer ${key}` }
    const [{ id }] = (await admin('GET', PATH)).body.items
    expect((await call('GET', PATH, { headers })).status).toBe(404)
    expect((await call('POST', PATH, { headers, body: { biuwer_token: 'x' } })).status).toBe(404)
    expect((await call('DELETE', `${PATH}/${id}`, { headers })).status).toBe(404)
  })
})

describe('users by the ends of their Biuwer tokens', () => {
  test('are found while the last one ends within a week, and once all have ended', async () => {
    const week = 7 * DAY
    const users: [string, (string | null)[]][] = [
      ['ends-now', [at(1)]],
      ['ends-in-a-week', [at(week)]],
      ['ends-later', [at(week + 1)]],
      ['never-ends', [null]],
      ['has-a-next', [at(1), at(week + 1)]],
      ['has-an-endless-next', [at(1), null]],
    ]
    for (const [name, ends] of users)
      for (const [index, to] of ends.entries())
        await (index === 0
          ? admin('PUT', `/v1/users/${name}`, { biuwer_token: 'x', to })
          : admin('POST', `/v1/users/${name}/biuwer-tokens`, { biuwer_token: 'y', to }))
    const found = async (query: string) =>
      (await admin('GET', `/v1/users?${query}`)).body.items.map(({ user }: Loose) => user)
    expect(await found('biuwer_token=ending')).toEqual(['ends-in-a-week', 'ends-now'])
    expect(await found('biuwer_token=expired')).toEqual([])
    passSeconds(1)
    expect(await found('biuwer_token=ending')).toEqual(['ends-in-a-week', 'ends-later', 'has-a-next'])
    expect(await found('biuwer_token=expired')).toEqual(['ends-now'])
    expect(await found('biuwer_token=ending&prefix=has')).toEqual(['has-a-next'])
    expect((await admin('GET', '/v1/statistics')).body.biuwer_tokens).toEqual({
      ending: 3,
      expired: 1,
      failing: 0,
    })
    expect((await admin('GET', '/v1/users?biuwer_token=soon')).body.errors[0].path).toBe('biuwer_token')
  })
})

describe('a question', () => {
  test('tells that no Biuwer token is valid, and which one was or will be', async () => {
    await link('first', { from: at(100), to: at(200) })
    const { body: record } = await admin('POST', '/v1/tokens', { user: 'store-1' })
    const explain = async (moment: number) => {
      const { body } = await admin('POST', `/v1/tokens/${record.id}/explain`, { at: at(moment) })
      const { ok, detail } = body.checks.find(({ check }: Loose) => check === 'biuwer_token')
      return [body.allowed, ok, detail]
    }
    expect(await explain(99)).toEqual([false, false, expect.stringContaining(at(100))])
    expect(await explain(100)).toEqual([true, true, expect.stringContaining(at(200))])
    expect(await explain(200)).toEqual([
      false,
      false,
      expect.stringContaining('no Biuwer token that is valid'),
    ])
    passSeconds(300)
    expect(await explain(150)).toEqual([true, true, expect.any(String)])
    const { headers } = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
    const introspected = await admin('POST', '/oauth/introspect', `token=${record.token}`, { headers })
    expect(introspected.body).toEqual({ active: false })
  })
})

describe('a backup', () => {
  test('has every Biuwer token with its interval', async () => {
    const token = await user({ to: at(DAY) })
    await add('second', { from: at(DAY) })
    const before = (await admin('GET', PATH)).body
    const lines = await exported()
    await admin('DELETE', '/v1/users/store-1')
    await runInDurableObject(registryOf(env), (_, { storage }) => storage.sql.exec('DELETE FROM audit'))
    expect((await importLines(lines)).body.imported).toBeGreaterThan(0)
    expect((await admin('GET', PATH)).body).toEqual(before)
    expect(await shown(token)).toBe('token_revoked')
    const fresh = (await admin('POST', '/v1/tokens', { user: 'store-1' })).body.token
    expect(await shown(fresh)).toBe('first')
  })

  test('in which two users, or two entries, have one id is not imported over another', async () => {
    await link('first')
    const [user] = itemsOf(await exported(), 'user')
    const copy = { ...user, user: 'copy' }
    expect((await importLines(await authentic([copy]))).body).toEqual({ imported: 0, skipped: 1 })
    const [entry] = user.biuwer_tokens
    const twice = { ...copy, biuwer_tokens: [entry, entry] }
    expect((await importLines(await authentic([twice]))).body.errors[0].path).toBe('line 1.biuwer_tokens')
  })

  test('of version 0.1.0 has one for each user, without an end', async () => {
    await link('first')
    const [{ biuwer_tokens, biuwer_refresh: _, ...rest }] = itemsOf(await exported(), 'user')
    const [{ id, sealed }] = biuwer_tokens
    await admin('DELETE', '/v1/users/store-1')
    await runInDurableObject(registryOf(env), (_, { storage }) => storage.sql.exec('DELETE FROM audit'))
    const former = { ...rest, link: id.slice('bwt_'.length), ...sealed }
    expect((await importLines(await authentic([former]))).body).toEqual({ imported: 1, skipped: 0 })
    const { items } = (await admin('GET', PATH)).body
    expect(items).toEqual([
      { id, from: at(0), to: null, added_at: at(0), status: 'active', by_source: false },
    ])
  })
})

test('the registry of version 0.1.0 keeps each user’s Biuwer token, and the sessions that show it', async () => {
  const { token } = await issue()
  const session = (await open(token)).body.session_token
  await runInDurableObject(registryOf(env), (_, { storage: { sql } }) => {
    sql.exec(`DROP TABLE users; CREATE TABLE users (user TEXT PRIMARY KEY, link TEXT NOT NULL, kid TEXT NOT NULL,
      iv TEXT NOT NULL, data TEXT NOT NULL, linked_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID, STRICT;
      INSERT INTO users SELECT user, substr(id, 5), kid, iv, data, added_at, added_at FROM biuwer_tokens;
      DROP TABLE biuwer_tokens`)
    prepareTables(sql)
    prepareTables(sql)
  })
  passSeconds(LEASE)
  expect((await check(session)).status).toBe(200)
  expect(await shown(token, { origin: HOST })).toBe('5f2b1c9e-biuwer-token')
})

test('a session is not judged by a lease from before its Biuwer token came', async () => {
  const token = await user({ to: at(DAY) })
  const [elsewhere, isolate] = [staleKv(), newIsolate()]
  await open(token, { bindings: elsewhere, isolate })
  await add('second')
  const { body } = await open(token, { key: 'two', bindings: missingKv(), isolate: newIsolate() })
  expect(body.share.name).toBe('page_1:second')
  expect((await check(body.session_token, elsewhere, isolate)).status).toBe(200)
})
