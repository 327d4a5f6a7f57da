import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { registryOf } from '../../worker/storage/registry.ts'
import { digest } from '../../worker/tokens/random.ts'
import { hexDigest } from './admin-key.ts'
import { admin, BIUWER_TOKEN, type CallOptions, HOST, issue, open } from './api.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { missingKv } from './storage-doubles.ts'

const HOUR = 3_600
const ndjson = { 'Content-Type': 'application/x-ndjson' }
const older = JSON.parse(env.VAULT_KEYS ?? '').keys
const VAULT_KEYS = JSON.stringify({ keys: [{ kty: 'oct', kid: 'newer', k: 'A'.repeat(43) }, ...older] })
const line = (user: string) =>
  JSON.stringify({
    type: 'user',
    ...{ user, link: 'l'.repeat(22), kid: 'k', iv: 'i'.repeat(16), data: 'd'.repeat(32) },
    ...{ linked_at: 1, updated_at: 1 },
  })

frozenClock()

/** Every call that changes something, once with what another body or address would be. */
const CHANGES: [call: string, body: unknown, other: { path?: string; body?: unknown }][] = [
  ['PUT /v1/users/store-2', { biuwer_token: 'one' }, { body: { biuwer_token: 'two' } }],
  ['DELETE /v1/users/store-1', undefined, { path: '/v1/users/store-2' }],
  ['DELETE /v1/users/store-1/tokens', undefined, { path: '/v1/users/store-2/tokens' }],
  ['POST /v1/users/store-1/sign-out', {}, { path: '/v1/sign-out' }],
  ['POST /v1/sign-out', {}, { path: '/v1/users/store-1/sign-out' }],
  ['POST /v1/tokens', { user: 'store-1' }, { body: { user: 'store-1', label: 'x' } }],
  ['PATCH /v1/tokens/{id}', { label: 'x' }, { body: { label: 'y' } }],
  ['DELETE /v1/tokens/{id}', undefined, { path: '/v1/tokens/tok_other' }],
  ['POST /v1/tokens/{id}/refresh', { rotate: true }, { path: '/v1/tokens/tok_other/refresh' }],
  ['POST /v1/import?unverified=accept', line('store-3'), { body: line('store-4') }],
  ['POST /v1/vault/reencrypt', {}, { body: { cursor: 'bjE6eA' } }],
]

/** Asks for a change under a key. The vault's newer key has sealed nothing yet, so that re-encryption has work. */
function ask(call: string, id: string, body: unknown, key: string, options: CallOptions = {}) {
  const [method = '', path = ''] = call.split(' ')
  const headers = { ...(path.startsWith('/v1/import') && ndjson), 'Idempotency-Key': key, ...options.headers }
  const bindings = { ...env, VAULT_KEYS, ...options.bindings }
  return admin(method, path.replace('{id}', id), body, { headers, bindings })
}

describe('under an Idempotency-Key', () => {
  test.each(CHANGES)('%s is made once and answered alike for a day', async (call, body) => {
    const { id } = await issue()
    const first = await ask(call, id, body, 'k')
    expect([200, 201]).toContain(first.status)
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    const audit = (await admin('GET', '/v1/audit')).body.items
    passSeconds(24 * HOUR - 1)
    const REVOCATION_LEASE = '600'
    const again = await ask(call, id, body, 'k', { bindings: { ...env, REVOCATION_LEASE } })
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    expect((await admin('GET', '/v1/audit')).body.items).toEqual(audit)
    passSeconds(1)
    const anew = await ask(call, id, body, 'k')
    expect(anew.headers.get('idempotent-replayed')).toBeNull()
  })

  test.each(CHANGES)('%s refuses another request under its key', async (call, body, other) => {
    const { id } = await issue()
    await ask(call, id, body, 'k')
    const [method] = call.split(' ')
    const elsewhere = other.path === undefined ? call : `${method} ${other.path}`
    const { status, body: problem } = await ask(elsewhere, id, other.body ?? body, 'k')
    expect([status, problem.code]).toEqual([422, 'idempotency_mismatch'])
    expect((await ask(call, id, body, 'k')).headers.get('idempotent-replayed')).toBe('true')
  })

  test.each(CHANGES)('%s refuses a key that no header takes', async (call, body) => {
    const { id } = await issue()
    for (const key of ['', 'with space', 'x'.repeat(256)]) {
      const { body: problem } = await ask(call, id, body, key)
      expect(problem.errors?.[0]?.path).toBe('Idempotency-Key')
    }
    expect((await ask(call, id, body, '!~'.repeat(127))).status).toBeLessThan(300)
  })

  test('an import of the same lines on other terms is another request', async () => {
    const restore = (query: string) => ask(`POST /v1/import${query}`, '', '\n', 'k')
    expect((await restore('')).status).toBe(200)
    expect((await restore('?audit=own')).body.code).toBe('idempotency_mismatch')
    expect((await restore('')).headers.get('idempotent-replayed')).toBe('true')
  })

  test('one change is made of many at once', async () => {
    const { id } = await issue()
    const rotate = () => ask('POST /v1/tokens/{id}/refresh', id, { rotate: true }, 'k')
    const answers = await Promise.all(Array.from({ length: 10 }, rotate))
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.version).toBe(2)
  })

  test('each admin key has keys of its own', async () => {
    const { id } = await issue()
    const ADMIN_KEYS = `${env.ADMIN_KEYS} ${await hexDigest('of-another-person')}`
    const other = { bindings: { ...env, ADMIN_KEYS }, headers: { Authorization: 'Bearer of-another-person' } }
    await ask('PATCH /v1/tokens/{id}', id, { label: 'x' }, 'k')
    const answer = await ask('PATCH /v1/tokens/{id}', id, { label: 'y' }, 'k', other)
    expect([answer.status, answer.body.label]).toEqual([200, 'y'])
  })

  test('a refusal is not kept', async () => {
    const unlink = () => ask('DELETE /v1/users/store-1', '', undefined, 'k')
    expect((await unlink()).status).toBe(404)
    const { id } = await issue()
    expect((await unlink()).body).toMatchObject({ user: 'store-1', revoked: 1 })
    const stale = { headers: { 'If-Match': '"7"' } }
    const revoked = await issue()
    expect((await ask('PATCH /v1/tokens/{id}', revoked.id, { label: 'x' }, 'p', stale)).status).toBe(412)
    expect((await ask('PATCH /v1/tokens/{id}', revoked.id, { label: 'x' }, 'p')).status).toBe(200)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked')
  })

  test('a repetition meets no version that its own change made old', async () => {
    const { id } = await issue()
    const seen = { headers: { 'If-Match': '"1"' } }
    for (const isReplayed of [null, 'true']) {
      const answer = await ask('PATCH /v1/tokens/{id}', id, { label: 'x' }, 'k', seen)
      expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, isReplayed])
    }
  })

  test('a change is answered again where the settings would refuse it by now', async () => {
    const { id } = await issue()
    const narrow = { origins: [HOST] }
    const first = await ask('PATCH /v1/tokens/{id}', id, narrow, 'k')
    const bindings = { ...env, ALLOWED_ORIGINS: 'https://other.example.com' }
    const again = await ask('PATCH /v1/tokens/{id}', id, narrow, 'k', { bindings })
    expect([again.status, again.body]).toEqual([200, first.body])
    const anew = await ask('PATCH /v1/tokens/{id}', id, narrow, 'other', { bindings })
    expect(anew.body.errors[0].path).toBe('origins.0')
  })

  test('a repeated link puts no former Biuwer token in place of a later one', async () => {
    const link = (token: string, key: string) =>
      ask('PUT /v1/users/store-1', '', { biuwer_token: token }, key, { bindings: env })
    await link('of-alice', 'alice')
    await link('of-bob', 'bob')
    expect((await link('of-alice', 'alice')).headers.get('idempotent-replayed')).toBe('true')
    const { body } = await admin('POST', '/v1/tokens', { user: 'store-1' })
    expect((await open(body.token, { bindings: missingKv() })).body.share.name).toBe('page_1:of-bob')
  })

  test('a repeated sign-out or revocation of all ends nothing that came after the first', async () => {
    await issue()
    await ask('POST /v1/sign-out', '', {}, 'a')
    await ask('DELETE /v1/users/store-1/tokens', '', undefined, 'b')
    const { token } = await issue()
    await ask('POST /v1/sign-out', '', {}, 'a')
    await ask('DELETE /v1/users/store-1/tokens', '', undefined, 'b')
    expect((await open(token, { bindings: missingKv() })).status).toBe(201)
  })

  test('a repeated rotation gives the same token, of a single-use record, too', async () => {
    const { id } = await issue({ refresh: 'single-use' })
    const rotate = () => ask('POST /v1/tokens/{id}/refresh', id, { rotate: true }, 'k')
    const first = await rotate()
    passSeconds(5)
    expect((await rotate()).body.token).toBe(first.body.token)
  })

  test('a re-encryption that is repeated goes on where the first would have', async () => {
    for (let count = 0; count < 101; count++)
      await admin('PUT', `/v1/users/store-${String(count).padStart(3, '0')}`, { biuwer_token: 'x' })
    const step = (body: object, key: string) => ask('POST /v1/vault/reencrypt', '', body, key)
    const first = await step({}, 'one')
    expect(first.body).toMatchObject({ reencrypted: 100, remaining: 1 })
    const again = await step({}, 'one')
    expect(again.body).toEqual(first.body)
    const last = await step({ cursor: again.body.next_cursor }, 'two')
    expect(last.body).toMatchObject({ reencrypted: 1, remaining: 0, next_cursor: null })
  })

  test('no key is needed, and without one each request is a change of its own', async () => {
    const { id } = await issue()
    for (const version of [2, 3])
      expect((await admin('PATCH', `/v1/tokens/${id}`, { label: 'x' })).body.version).toBe(version)
  })

  test('nothing of the vault, and nothing to try Biuwer tokens against, is kept', async () => {
    await ask('PUT /v1/users/store-1', '', { biuwer_token: BIUWER_TOKEN }, 'k')
    const kept = await runInDurableObject(registryOf(env), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM change_answers').toArray(),
    )
    const [sealed] = await registryOf(env).entriesNotSealedBy('', '', 1)
    const text = JSON.stringify(kept)
    expect(kept).toHaveLength(1)
    expect(text).not.toContain(BIUWER_TOKEN)
    expect(text).not.toContain(sealed?.sealed.data)
    const asked = `PUT /v1/users/store-1\n${JSON.stringify({ biuwer_token: BIUWER_TOKEN })}`
    for (const tried of [asked, asked.split('\n')[1] ?? '']) {
      expect(text).not.toContain(await digest(tried))
    }
  })
})
