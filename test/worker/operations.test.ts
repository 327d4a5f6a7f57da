import { describe, expect, test, vi } from 'vitest'
import { admin, check, issue, open } from './api.ts'
import { frozenClock, NOW } from './frozen-clock.ts'
import { cost, counting, type Operations } from './storage-doubles.ts'

/** What docs/scale.md reckons with: the storage operations of each path, counted. */

const LEASE = 60

frozenClock()

describe('an opening', () => {
  test('an opening that the isolate has a lease for touches no storage; within a lease KV alone; past it the registry', async () => {
    const { token } = await issue()
    const [one, other] = [counting(), counting()]
    await open(token, { bindings: one.bindings })
    expect(one.take()).toEqual(cost(1, 1, 1, 0))
    await open(token, { bindings: one.bindings })
    expect(one.take()).toEqual(cost(0, 0, 0, 0))
    await open(token, { bindings: other.bindings })
    expect(other.take()).toEqual(cost(1, 0, 0, 0))
    vi.setSystemTime(NOW + LEASE * 1000)
    await open(token, { bindings: other.bindings })
    expect(other.take()).toEqual(cost(1, 1, 1, 0))
  })

  test('an opening with a single-use token costs one call to the spent-set besides', async () => {
    const { token, id } = await issue({ refresh: 'single-use' })
    const { bindings, take } = counting()
    await open(token, { bindings })
    expect(take()).toEqual(cost(1, 1, 1, 1))
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`)
    await open(body.token, { bindings })
    expect(take()).toEqual(cost(0, 0, 0, 1))
  })

  test('an opening that is refused for what the token says costs nothing', async () => {
    const { token } = await issue({ resources: ['page_1'] })
    const { bindings, take } = counting()
    await open(`${token}x`, { bindings })
    await open(token, { bindings, resource: 'page_2' })
    await open(token, { bindings, origin: 'https://evil.example' })
    expect(take()).toEqual(cost(0, 0, 0, 0))
  })
})

test('a check of a session costs what an opening does, without the spend', async () => {
  const { token } = await issue({ refresh: 'single-use' })
  const { bindings, take } = counting()
  const { body } = await open(token, { bindings })
  take()
  await check(body.session_token, bindings)
  expect(take()).toEqual(cost(0, 0, 0, 0))
  vi.setSystemTime(NOW + LEASE * 1000)
  await check(body.session_token, bindings)
  expect(take()).toEqual(cost(1, 1, 1, 0))
  vi.setSystemTime(Date.parse(body.expires_at))
  expect((await check(body.session_token, bindings)).body.code).toBe('session_expired')
  expect(take()).toEqual(cost(0, 0, 0, 0))
})

describe('whoever is refused again and again', () => {
  test('whoever is refused again and again with the session of a former link makes nobody ask the registry more than once a lease', async () => {
    const { token } = await issue()
    const { bindings, take } = counting()
    const { body } = await open(token, { bindings })
    take()
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another' })
    vi.setSystemTime(NOW + LEASE * 1000)
    for (let tries = 0; tries < 5; tries++)
      expect((await check(body.session_token, bindings)).body.code).toBe('session_revoked')
    expect(take()).toEqual(cost(1, 1, 1, 0))
  })

  test('whoever is refused again and again with a spent token makes nobody ask the spent-set more than once', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const [one, other] = [counting(), counting()]
    await open(token, { bindings: one.bindings })
    one.take()
    for (const { bindings } of [one, other])
      for (let tries = 0; tries < 5; tries++)
        expect((await open(token, { bindings, key: `other-${tries}` })).body.code).toBe('token_spent')
    expect([one.take().spends, other.take().spends]).toEqual([0, 1])
    // Nor does the one who holds it, elsewhere than where it was spent.
    expect((await open(token, { bindings: other.bindings })).status).toBe(201)
    expect(other.take().spends).toBe(0)
  })
})

test('a management call is one call to the registry, two where it reads before it changes', async () => {
  const { id, token } = await issue()
  const { bindings, take } = counting()
  const calls: [string, string, object | undefined, Operations][] = [
    ['GET', `/v1/tokens/${id}`, undefined, cost(0, 0, 1, 0)],
    ['POST', `/v1/tokens/${id}/refresh`, {}, cost(0, 0, 1, 0)],
    ['POST', `/v1/tokens/${id}/refresh`, { rotate: true }, cost(0, 0, 1, 0)],
    ['POST', '/v1/tokens', { user: 'store-1' }, cost(0, 0, 1, 0)],
    ['GET', '/v1/tokens?text=store', undefined, cost(0, 0, 1, 0)],
    ['PUT', '/v1/users/store-1', { biuwer_token: 'x' }, cost(0, 0, 2, 0)],
    ['POST', `/v1/tokens/${id}/explain`, { token }, cost(0, 0, 1, 0)],
    ['DELETE', `/v1/tokens/${id}`, undefined, cost(0, 0, 1, 0)],
  ]
  for (const [method, path, body, expected] of calls) {
    await admin(method, path, body, { bindings })
    expect([method, path, take()]).toEqual([method, path, expected])
  }
  await admin('PUT', '/v1/users/store-2', { biuwer_token: 'x' })
  const headers = { 'Idempotency-Key': 'k' }
  for (const isReplayed of [null, 'true']) {
    const made = await admin('POST', '/v1/tokens', { user: 'store-2' }, { bindings, headers })
    expect([made.headers.get('idempotent-replayed'), take()]).toEqual([isReplayed, cost(0, 0, 1, 0)])
  }
})
