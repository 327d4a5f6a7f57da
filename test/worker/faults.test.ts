import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { registryOf } from '../../worker/storage/registry.ts'
import { BUCKET } from '../../worker/storage/spent-tokens.ts'
import { admin, type CallOptions, check, claimsOf, issue, open, spentSetOf } from './api.ts'
import { newIsolate } from './isolate.ts'
import { around, type Fault, failing, missingKv, slow } from './storage-doubles.ts'

/** Durable Objects that fail as the platform's do: before the work, after it, at the commit. */

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

function withSpends(fault: Fault): { bindings: Bindings; calls: () => number } {
  const { namespace, calls } = failing(env.SPENT_TOKENS, fault)
  return { bindings: { ...env, SPENT_TOKENS: namespace }, calls }
}

function withRegistry(fault: Fault): { bindings: Bindings; calls: () => number } {
  const { namespace, calls } = failing(env.TOKEN_REGISTRY, fault)
  // Nothing in KV, so that the registry is asked.
  return { bindings: { ...missingKv(), TOKEN_REGISTRY: namespace }, calls }
}

const LEASE = 60
const pass = async () => void vi.setSystemTime(Date.now() + (LEASE + 10) * 1000)

let values = 0

/** In a bucket of its own, and so with an object of its own: one that was aborted is not reset between tests. */
const singleUse = () => issue({ refresh: 'single-use', single_use_ttl: ++values * BUCKET })

describe('a spend', () => {
  test('a spend that outlasts the lease hides no revocation', async () => {
    vi.setSystemTime(Date.parse('2126-03-14T12:00:00Z'))
    const { id, token } = await singleUse()
    const meanwhile = async () => {
      await admin('DELETE', `/v1/tokens/${id}`)
      vi.setSystemTime(Date.now() + 120_000)
    }
    const bindings = { ...env, SPENT_TOKENS: slow(env.SPENT_TOKENS, meanwhile, 1) }
    expect((await open(token, { bindings })).body.code).toBe('token_revoked')
  })

  test('a spend that arrives after the end of its token opens nothing', async () => {
    const { token } = await issue({ refresh: 'single-use', single_use_ttl: LEASE / 2 })
    const SPENT_TOKENS = around(env.SPENT_TOKENS, (call) => {
      vi.setSystemTime(claimsOf(token).exp * 1000)
      return call()
    })
    expect((await open(token, { bindings: { ...env, SPENT_TOKENS } })).body.code).toBe('token_expired')
  })

  test('a spend that outlasts the lease opens by the next one', async () => {
    vi.setSystemTime(Date.parse('2126-03-14T12:00:00Z'))
    const { token } = await singleUse()
    const SPENT_TOKENS = slow(env.SPENT_TOKENS, pass, 1)
    expect((await open(token, { bindings: { ...env, SPENT_TOKENS } })).status).toBe(201)
    expect((await open(token, { key: 'other' })).body.code).toBe('token_spent')
  })

  test.each(['before', 'after'] as const)(
    'a spend that fails once, retryably, %s its work opens',
    async (when) => {
      const { token } = await singleUse()
      const { bindings, calls } = withSpends({ when, retryable: true })
      expect((await open(token, { bindings })).status).toBe(201)
      expect(calls()).toBe(2)
      expect((await open(token, { key: 'other' })).body.code).toBe('token_spent')
    },
  )

  test.each([
    [{ when: 'before' }, 1, 201],
    [{ when: 'after' }, 1, 409],
    [{ when: 'before', retryable: true, times: 2 }, 2, 201],
    [{ when: 'after', retryable: true, times: 2 }, 2, 409],
    [{ when: 'before', retryable: true, overloaded: true }, 1, 201],
    [{ when: 'before', overloaded: true }, 1, 201],
  ] as const)(
    'a spend that fails as %j opens nothing, says when to ask again, and is not lost',
    async (fault, tries, elsewhere) => {
      const { token } = await singleUse()
      const { bindings, calls } = withSpends(fault)
      const { status, headers, body } = await open(token, { bindings })
      expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '5'])
      expect(body.share).toBeUndefined()
      expect(calls()).toBe(tries)
      if (elsewhere === 201) expect((await open(token, { key: 'other' })).status).toBe(201)
      else {
        // What was written holds, for the key that wrote it alone.
        expect((await open(token, { key: 'other' })).body.code).toBe('token_spent')
        expect((await open(token, { bindings })).status).toBe(201)
      }
    },
  )

  test('a spend outlives the abort of its object', async () => {
    const { token } = await singleUse()
    expect((await open(token)).status).toBe(201)
    const aborted = runInDurableObject(spentSetOf(token), (_, state) => state.abort('for the test'))
    await expect(aborted).rejects.toThrow('for the test')
    // Another isolate does not remember who holds the token.
    const isolate = newIsolate()
    expect((await open(token, { key: 'other', isolate })).body.code).toBe('token_spent')
    expect((await open(token, { isolate })).status).toBe(201)
  })

  test('a spend whose row can not be written opens nothing, and is good afterwards', async () => {
    const { token } = await singleUse()
    await runInDurableObject(spentSetOf(token), (_, state) => {
      state.storage.sql.exec(
        'CREATE TABLE IF NOT EXISTS spent (jti TEXT PRIMARY KEY, session_key TEXT NOT NULL) WITHOUT ROWID, STRICT',
      )
      state.storage.sql.exec(
        "CREATE TRIGGER full BEFORE INSERT ON spent BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
      )
    })
    expect((await open(token)).status).toBe(503)
    await runInDurableObject(spentSetOf(token), (_, state) => {
      state.storage.sql.exec('DROP TRIGGER full')
    })
    expect((await open(token, { key: 'other' })).status).toBe(201)
    expect((await open(token)).body.code).toBe('token_spent')
  })

  test('a spend whose object fails after the row is written is for its key alone, and is cleared in the end', async () => {
    const { token } = await singleUse()
    await runInDurableObject(spentSetOf(token), (_, { storage }) => {
      const real = storage.setAlarm.bind(storage)
      storage.setAlarm = async (...args) => {
        storage.setAlarm = real
        throw new Error(`no alarm at ${args[0]}`)
      }
    })
    const first = await open(token)
    expect(first.status).toBe(503)
    expect((await open(token)).status).toBe(201)
    expect((await open(token, { key: 'other' })).body.code).toBe('token_spent')
    const alarm = await runInDurableObject(spentSetOf(token), (_, state) => state.storage.getAlarm())
    expect(alarm).toBeGreaterThan(claimsOf(token).exp * 1000)
  })
})

describe('the registry', () => {
  test('the registry that can not be reached opens nothing new, and what it answered afterwards', async () => {
    const { token } = await issue()
    const { bindings } = withRegistry({ when: 'before' })
    expect((await open(token, { bindings })).status).toBe(503)
    const { status, body } = await open(token, { bindings })
    expect(status).toBe(201)
    expect((await check(body.session_token, withRegistry({ when: 'before' }).bindings)).status).toBe(503)
  })

  test.each(['before', 'after'] as const)(
    'the registry makes one record of a request that is sent again, lost %s its work',
    async (when) => {
      await admin('PUT', '/v1/users/store-1', { biuwer_token: 'b' })
      const headers = { 'Idempotency-Key': 'order-1' }
      const { bindings } = withRegistry({ when })
      const ask = { user: 'store-1' }
      const lost = await admin('POST', '/v1/tokens', ask, { headers, bindings })
      expect([lost.status, lost.headers.get('retry-after')]).toEqual([503, '5'])
      const again = await admin('POST', '/v1/tokens', ask, { headers, bindings })
      expect(again.status).toBe(201)
      const { body } = await admin('GET', '/v1/tokens?user=store-1')
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([again.body.id])
      expect((await open(again.body.token)).status).toBe(201)
    },
  )

  test.each(['before', 'after'] as const)(
    'the registry revokes for good what is asked again, lost %s its work',
    async (when) => {
      const { id, token } = await issue()
      const { bindings } = withRegistry({ when })
      expect((await admin('DELETE', `/v1/tokens/${id}`, undefined, { bindings })).status).toBe(503)
      expect((await open(token, withRegistry({ when: 'before', times: 0 }))).status).toBe(
        when === 'after' ? 401 : 201,
      )
      expect((await admin('DELETE', `/v1/tokens/${id}`, undefined, { bindings })).status).toBe(200)
      expect((await open(token, withRegistry({ when: 'before', times: 0 }))).body.code).toBe('token_revoked')
    },
  )

  test('the registry that takes longer than a lease is asked again, and never without end', async () => {
    vi.setSystemTime(Date.parse('2126-03-14T12:00:00Z'))
    const { token } = await singleUse()
    const at = (times: number) => {
      const { bindings } = withRegistry({ when: 'before', times: 0 })
      return { ...bindings, TOKEN_REGISTRY: slow(env.TOKEN_REGISTRY, pass, times) }
    }
    const late = await open(token, { bindings: at(3) })
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await open(token, { bindings: at(2) })).status).toBe(201)
  })

  test('the registry that is overloaded is not asked twice', async () => {
    const { token } = await issue()
    const { bindings, calls } = withRegistry({ when: 'before', retryable: true, overloaded: true })
    expect((await open(token, { bindings })).status).toBe(503)
    expect(calls()).toBe(1)
  })

  test('the registry keeps what it was told when it is aborted', async () => {
    const { id, token } = await issue()
    await admin('DELETE', `/v1/tokens/${id}`)
    const aborted = runInDurableObject(registryOf(env), (_, state) => state.abort('for the test'))
    await expect(aborted).rejects.toThrow('for the test')
    expect((await open(token)).body.code).toBe('token_revoked')
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked')
  })

  test('the registry whose storage fails at a change changes nothing, the audit neither', async () => {
    const { id, token } = await issue()
    const before = (await admin('GET', '/v1/audit')).body.items.length
    const tables = await runInDurableObject(registryOf(env), (_, { storage }) => {
      const names = storage.sql
        .exec<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .toArray()
      storage.sql.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
      return names.map(({ name }) => name)
    })
    expect(tables).toContain('audit')
    expect((await admin('DELETE', `/v1/tokens/${id}`)).status).toBe(503)
    await runInDurableObject(registryOf(env), (_, { storage }) => {
      storage.sql.exec('DROP TRIGGER full')
    })
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('active')
    expect((await admin('GET', '/v1/audit')).body.items.length).toBe(before)
    expect((await open(token, withRegistry({ when: 'before', times: 0 }))).status).toBe(201)
  })
})

describe('a change whose answer is lost on its way to the edge', () => {
  const older = JSON.parse(env.VAULT_KEYS ?? '').keys
  const VAULT_KEYS = JSON.stringify({ keys: [{ kty: 'oct', kid: 'newer', k: 'A'.repeat(43) }, ...older] })
  const unchanged = { 'If-Match': '"1"' }
  const ndjson = { 'Content-Type': 'application/x-ndjson' }
  const line = JSON.stringify({
    type: 'user',
    ...{ user: 'store-3', link: 'l'.repeat(22), kid: 'k', iv: 'i'.repeat(16), data: 'd'.repeat(32) },
    ...{ linked_at: 1, updated_at: 1 },
  })
  /** Of the first try: an answer tells of the work, however late it comes. */
  const at = '2126-03-14T12:00:00Z'
  const effective_by = { new_sessions: '2126-03-14T12:01:02Z', open_sessions: '2126-03-14T12:06:02Z' }
  const saying = (answer: object) => expect.objectContaining(answer)
  const rotate = { rotate: true }

  const changes: [lost: string, call: string, asked: CallOptions, answer: unknown][] = [
    ['link', 'PUT /v1/users/store-2', { body: { biuwer_token: 'x' } }, saying({ linked_at: at })],
    ['link', 'PUT /v1/users/store-1', { body: { biuwer_token: 'x' } }, saying({ effective_by })],
    [
      'updateUser',
      'PATCH /v1/users/store-1',
      { body: { biuwer_refresh: 'session' } },
      saying({ biuwer_refresh: 'session', effective_by }),
    ],
    ['unlink', 'DELETE /v1/users/store-1', {}, saying({ revoked: 1, effective_by })],
    ['revokeAllOf', 'DELETE /v1/users/store-1/tokens', {}, saying({ revoked: 1, effective_by })],
    ['signOutUser', 'POST /v1/users/store-1/sign-out', {}, { user: 'store-1', effective_by }],
    ['signOutAll', 'POST /v1/sign-out', {}, { effective_by }],
    ['create', 'POST /v1/tokens', { body: { user: 'store-1' } }, saying({ created_at: at })],
    [
      'update',
      'PATCH /v1/tokens/{id}',
      { body: { label: 'x' }, headers: unchanged },
      saying({ version: 2, effective_by }),
    ],
    ['update', 'PATCH /v1/tokens/{id}', { body: { to: null } }, saying({ version: 2, effective_by })],
    [
      'rotate',
      'POST /v1/tokens/{id}/refresh',
      { body: rotate, headers: unchanged },
      saying({ version: 2, effective_by }),
    ],
    ['rotate', 'POST /v1/tokens/{id}/refresh', { body: rotate }, saying({ version: 2, effective_by })],
    ['revoke', 'DELETE /v1/tokens/{id}', { headers: unchanged }, saying({ version: 2, effective_by })],
    ['preview', 'POST /v1/tokens/{id}/preview', { body: { resource: 'page_1' } }, saying({})],
    ['beginExport', 'GET /v1/export', {}, expect.stringContaining('{"type":"end","items":')],
    [
      'restore',
      'POST /v1/import?unverified=accept',
      { body: line, headers: ndjson },
      { imported: 1, skipped: 0 },
    ],
    ['replaceSealed', 'POST /v1/vault/reencrypt', {}, saying({ reencrypted: 1, remaining: 0 })],
  ]
  test.each(changes)('(%s of %s) is made once, and answered as it was', async (of, call, asked, answer) => {
    vi.setSystemTime(Date.parse(at))
    const { id } = await issue()
    const before = (await admin('GET', '/v1/audit')).body.items.length
    const [method = '', path = ''] = call.split(' ')
    const lossy = withRegistry({ when: 'after', retryable: true, of, meanwhile: 5 })
    const bindings = { ...lossy.bindings, VAULT_KEYS }
    const { status, body } = await admin(method, path.replace('{id}', id), asked.body, { ...asked, bindings })
    expect(Date.now(), 'the answer was lost').toBe(Date.parse(at) + 5000)
    expect([200, 201]).toContain(status)
    expect(body).toEqual(answer)
    // An import names what it made, besides itself.
    const entries = of === 'restore' ? 2 : 1
    expect((await admin('GET', '/v1/audit')).body.items.length).toBe(before + entries)
  })

  test.each(changes)(
    '(%s of %s) is no repetition under an Idempotency-Key, either',
    async (of, call, asked) => {
      const { id } = await issue()
      const [method = '', path = ''] = call.split(' ')
      const lossy = withRegistry({ when: 'after', retryable: true, of })
      const bindings = { ...lossy.bindings, VAULT_KEYS }
      const headers = { ...asked.headers, 'Idempotency-Key': 'k' }
      const answer = await admin(method, path.replace('{id}', id), asked.body, { headers, bindings })
      expect([200, 201]).toContain(answer.status)
      expect(answer.headers.get('idempotent-replayed')).toBeNull()
    },
  )

  test('a change whose answer is lost on its way to the edge is remembered for minutes, and nothing of the vault with it', async () => {
    vi.setSystemTime(Date.parse(at))
    const read = (statement: string) =>
      runInDurableObject(registryOf(env), (_, { storage }) => storage.sql.exec(statement).toArray())
    await issue()
    const [sealed] = await read('SELECT data FROM biuwer_tokens')
    await admin('DELETE', '/v1/users/store-1')
    const answers = await read('SELECT answer FROM change_answers')
    expect(answers).toHaveLength(3)
    expect(JSON.stringify(answers)).not.toContain(sealed?.data)
    vi.setSystemTime(Date.parse(at) + 600_000)
    await admin('PUT', '/v1/users/store-2', { biuwer_token: 'x' })
    expect(await read('SELECT answer FROM change_answers')).toHaveLength(1)
  })
})
