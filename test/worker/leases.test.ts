import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { edgeApp } from '../../worker/app.ts'
import { BoundedMap } from '../../worker/bounded-map.ts'
import { IsolateMemory } from '../../worker/isolate-memory.ts'
import type { Lease } from '../../worker/storage/lease-types.ts'
import { OpeningNotes } from '../../worker/storage/opening-notes.ts'
import { admin, BIUWER_TOKEN, check, claimsOf, issue, open } from './api.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { soon } from './isolate.ts'
import {
  cost,
  counting,
  failingKv,
  lateKv,
  meanwhile,
  missingKv,
  NOTHING,
  slow,
  staleKv,
  unreachable,
} from './storage-doubles.ts'

const LEASE = 60
const CHECK = 300

frozenClock()

describe('a new token', () => {
  test('a new token works at once where KV still misses', async () => {
    const { token } = await issue()
    expect((await open(token, { bindings: missingKv() })).status).toBe(201)
  })

  test('a new token works at once after a rotation, where KV still has the lease of before', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue()
    expect((await open(token, { bindings: elsewhere })).status).toBe(201)
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    expect((await open(body.token, { bindings: elsewhere })).status).toBe(201)
  })
})

describe('a revocation', () => {
  test('a revocation is bounded by the lease, however stale KV is', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue()
    await open(token, { bindings: elsewhere })
    const { body } = await admin('DELETE', `/v1/tokens/${id}`)
    expect(body.effective_by).toEqual({
      new_sessions: '2126-03-14T12:01:02Z',
      open_sessions: '2126-03-14T12:06:02Z',
    })
    passSeconds(LEASE - 1)
    expect((await open(token, { bindings: elsewhere })).status).toBe(201)
    passSeconds(1)
    expect((await open(token, { bindings: elsewhere })).body.code).toBe('token_revoked')
  })

  test('a revocation holds at once where nobody has a lease', async () => {
    const { id, token } = await issue()
    await admin('DELETE', `/v1/tokens/${id}`)
    expect((await open(token)).body).toMatchObject({ status: 401, code: 'token_revoked' })
  })

  test('a revocation answers the same when repeated', async () => {
    const { id } = await issue()
    const first = await admin('DELETE', `/v1/tokens/${id}`)
    passSeconds(100)
    expect((await admin('DELETE', `/v1/tokens/${id}`)).body).toEqual(first.body)
  })

  test('a revocation ends running sessions by open_sessions at the latest', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue()
    const { body: session } = await open(token, { bindings: elsewhere })
    expect((await check(session.session_token, elsewhere)).status).toBe(200)
    await admin('DELETE', `/v1/tokens/${id}`)
    passSeconds(LEASE)
    expect((await check(session.session_token, elsewhere)).body.code).toBe('session_revoked')
    expect(session.check_after_seconds).toBe(CHECK)
  })
})

describe('a rotation', () => {
  test('a rotation ends older tokens and their sessions after the overlap', async () => {
    const { id, token, generation } = await issue({ overlap: 120 })
    const { body: session } = await open(token)
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    expect(body.generation).toBe(generation + 1)
    expect(body.effective_by.new_sessions).toBe('2126-03-14T12:02:02Z')
    passSeconds(119)
    expect((await open(token)).status).toBe(201)
    expect((await check(session.session_token)).status).toBe(200)
    passSeconds(1)
    expect((await open(token)).body.code).toBe('token_revoked')
    expect((await check(session.session_token)).body.code).toBe('session_revoked')
    expect((await open(body.token)).status).toBe(201)
  })
})

describe('re-linking', () => {
  test('re-linking ends the sessions that show the former Biuwer token, and gives new ones the new', async () => {
    const { token } = await issue()
    const before = await open(token)
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another-token' })
    passSeconds(LEASE)
    expect((await check(before.body.session_token)).body.code).toBe('session_revoked')
    expect((await open(token)).body.share.name).toBe('page_1:another-token')
  })

  test('re-linking to the same Biuwer token ends nothing', async () => {
    const { token } = await issue()
    const { body } = await open(token)
    await issue()
    passSeconds(LEASE)
    expect((await check(body.session_token)).status).toBe(200)
  })

  test('re-linking does not end a new session where KV still has the lease of before', async () => {
    const elsewhere = staleKv()
    const { token } = await issue()
    await open(token, { bindings: elsewhere })
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another-token' })
    const { body } = await open(token, { bindings: missingKv() })
    expect(body.share.name).toBe('page_1:another-token')
    expect((await check(body.session_token, elsewhere)).status).toBe(200)
  })

  test('re-linking ends the sessions of a Biuwer token that was linked while the request was under way', async () => {
    const { token } = await issue()
    let between = ''
    const bindings = meanwhile('link', async () => {
      await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another-token' })
      between = (await open(token)).body.session_token
    })
    // The edge has seen that the vault holds this very token; as it writes, the vault holds another.
    await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN }, { bindings })
    passSeconds(LEASE)
    expect((await check(between)).body.code).toBe('session_revoked')
    expect((await open(token)).body.share.name).toBe(`page_1:${BIUWER_TOKEN}`)
  })

  test('re-linking after unlinking revives nothing', async () => {
    const { token } = await issue()
    const { body } = await open(token)
    expect((await admin('DELETE', '/v1/users/store-1')).body).toMatchObject({ user: 'store-1', revoked: 1 })
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another-token' })
    passSeconds(LEASE)
    expect((await open(token)).body.code).toBe('token_revoked')
    expect((await check(body.session_token)).body.code).toBe('session_revoked')
  })
})

test('a token that ends while the registry is asked opens nothing', async () => {
  const { token } = await issue({ refresh: 'daily' })
  vi.setSystemTime(claimsOf(token).exp * 1000 - 1000)
  const pass = async () => void vi.setSystemTime(Date.now() + 1000)
  const bindings = { ...missingKv(), TOKEN_REGISTRY: slow(env.TOKEN_REGISTRY, pass, 1) }
  expect((await open(token, { bindings })).body.code).toBe('token_expired')
})

describe('last_used_at', () => {
  test('last_used_at is null until the first opening, and at most a lease older than the last', async () => {
    const { id, token } = await issue()
    const lastUsed = async () => (await admin('GET', `/v1/tokens/${id}`)).body.last_used_at
    expect(await lastUsed()).toBeNull()
    passSeconds(1000)
    await open(token)
    expect(await lastUsed()).toBe('2126-03-14T12:16:40Z')
    passSeconds(LEASE)
    await open(token)
    expect(await lastUsed()).toBe('2126-03-14T12:17:40Z')
  })

  test('last_used_at stays where nothing can be opened any more', async () => {
    const revoked = await issue()
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    const ended = await issue({ to: '2126-03-14T13:00:00Z' })
    await admin('PATCH', `/v1/tokens/${ended.id}`, { to: '2126-03-14T12:00:10Z' })
    passSeconds(10)
    for (const { id, token } of [revoked, ended]) {
      expect((await open(token)).status).toBe(401)
      expect((await admin('GET', `/v1/tokens/${id}`)).body.last_used_at).toBeNull()
    }
  })
})

describe('storage', () => {
  test('storage is asked once a lease and record for openings that follow each other', async () => {
    const { token } = await issue()
    await open(token)
    const { bindings, take } = counting()
    await open(token, { bindings })
    // A new location: one KV read.
    expect(take()).toEqual(cost(1, 0, 0, 0))
    await open(token, { bindings })
    expect(take()).toEqual(NOTHING)
  })

  test('storage is asked where leases are too large for the memory of an isolate, as if there were none', async () => {
    class Small extends IsolateMemory {
      override readonly leases = new BoundedMap<string, Lease>(10_000, 100)
    }
    const isolate = edgeApp(new Small(new OpeningNotes(soon)))
    const { token } = await issue()
    const { bindings, take } = counting()
    for (const expected of [cost(1, 1, 1, 0), cost(1, 0, 0, 0), cost(1, 0, 0, 0)]) {
      expect((await open(token, { bindings, isolate })).status).toBe(201)
      expect(take()).toEqual(expected)
    }
  })

  test.each([
    ['30', 60],
    ['600', 600],
  ])(
    'storage keeps a lease of %s s for %i s: KV refuses to keep anything for less than a minute',
    async (seconds, kept) => {
      vi.useRealTimers()
      const { token } = await issue()
      const before = Math.floor(Date.now() / 1000)
      await open(token, { bindings: { ...lateKv(), REVOCATION_LEASE: seconds } })
      const { keys } = await env.EDGE_KV.list()
      expect(keys).toHaveLength(1)
      expect((keys[0]?.expiration ?? 0) - before).toBeGreaterThanOrEqual(kept)
      expect((keys[0]?.expiration ?? 0) - before).toBeLessThan(kept + 10)
    },
  )

  test.each(['forged', 'malformed', 'expired', 'not yet valid', 'another resource', 'another origin'])(
    'storage is not touched by a token that is %s',
    async (kind) => {
      const { token } = await issue({ refresh: 'single-use', resources: ['page_1'] })
      const pending = await issue({ refresh: 'single-use', from: '2127-01-01T00:00:00Z' })
      if (kind === 'expired') vi.setSystemTime(claimsOf(token).exp * 1000)
      const [head, , signature] = token.split('.')
      const asked = {
        forged: () => `${head}.${btoa('{"sub":"tok_1","gen":1}').replaceAll('=', '')}.${signature}`,
        malformed: () => 'not-a-token',
        'not yet valid': () => pending.token,
      }[kind]
      const { bindings, take } = counting()
      const answer = await open(asked?.() ?? token, {
        bindings,
        resource: kind === 'another resource' ? 'page_2' : 'page_1',
        origin: kind === 'another origin' ? 'https://evil.example' : 'https://app.example.com',
      })
      expect(answer.status).toBeGreaterThanOrEqual(401)
      expect(take()).toEqual(NOTHING)
    },
  )

  test.each([
    ['KV', () => failingKv()],
    ['the registry', () => ({ ...missingKv(), TOKEN_REGISTRY: unreachable(env.TOKEN_REGISTRY) })],
  ])('storage that fails (%s) opens no door and loses nothing', async (_, bindings) => {
    const { token } = await issue({ refresh: 'single-use' })
    const answer = await open(token, { bindings: bindings() })
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(answer.headers.get('retry-after')).toBe('5')
    expect((await open(token)).status).toBe(201)
  })
})
