import { createExecutionContext, runDurableObjectAlarm, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { openingLogOf } from '../../worker/storage/opening-log.ts'
import { admin, BIUWER_TOKEN, call, EDGE, issue, open } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { countingLog, everythingKept, rowsOf } from './opening-log.ts'
import { asked } from './page-request.ts'
import { host } from './signing.ts'
import { failing } from './storage-doubles.ts'

/** What the edge counts of openings and refusals, and what `GET /v1/statistics` tells of it. */

const DAY = 86_400

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const openings = async (query = '', key?: string): Promise<Loose> => {
  const headers = key ? { Authorization: `Bearer ${key}` } : {}
  const { status, body } = await admin('GET', `/v1/statistics${query}`, undefined, { headers })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.openings
}

describe('GET /v1/statistics', () => {
  test('counts openings by day, and refusals by code, policy and resource, previews left out', async () => {
    const { id, token } = await issue({ refresh: 'daily', resources: ['page_1', 'page_2'] })
    await open(token)
    await open(token)
    await open(token, { resource: 'page_2' })
    await open(token, { origin: 'https://evil.example' })
    await open(token, { resource: 'made-up' })
    await open(`${token}x`)
    const preview = await admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_1' })
    expect((await open(preview.body.token, { origin: EDGE })).status).toBe(201)
    passSeconds(DAY)
    const { token: signed } = await host()
    await open(await signed())
    expect(await openings('?days=2')).toEqual({
      by: 'day',
      series: [
        {
          at: '2126-03-14T00:00:00Z',
          opened: 3,
          refused: { origin_not_allowed: 1, resource_not_allowed: 1 },
        },
        { at: '2126-03-15T00:00:00Z', opened: 1, refused: {} },
      ],
      policies: [
        { policy: 'daily', opened: 3, refused: 2 },
        { policy: 'signed', opened: 1, refused: 0 },
      ],
      resources: [
        { resource: 'page_1', opened: 3, refused: 1 },
        { resource: 'page_2', opened: 1, refused: 0 },
        { resource: null, opened: 0, refused: 1 },
      ],
      records: null,
    })
    expect((await openings('?days=1')).series).toHaveLength(1)
  })

  test('counts by hour, the last second of one and the first of the next apart', async () => {
    const { token } = await issue()
    vi.setSystemTime(Date.parse('2126-03-14T12:59:59.999Z'))
    await open(token)
    vi.setSystemTime(Date.parse('2126-03-14T13:00:00Z'))
    await open(token)
    await open(token, { origin: 'https://evil.example' })
    const counted = await openings('?days=1&by=hour')
    expect(counted.series).toEqual([
      { at: '2126-03-14T12:00:00Z', opened: 1, refused: {} },
      { at: '2126-03-14T13:00:00Z', opened: 1, refused: { origin_not_allowed: 1 } },
    ])
    expect(await openings('?days=1&by=day')).toMatchObject({
      policies: counted.policies,
      resources: [{ resource: 'page_1', opened: 2, refused: 1 }],
    })
    expect(counted.resources).toEqual([{ resource: 'page_1', opened: 2, refused: 1 }])
  })

  test('counts of one user by record and by signer', async () => {
    const one = await issue()
    const other = await issue({ resources: ['page_1'] })
    const foreign = await issue({ user: 'store-10' })
    await open(one.token)
    await open(other.token)
    await open(other.token, { resource: 'page_2' })
    await open(foreign.token)
    passSeconds(DAY)
    const { signer, token } = await host()
    await open(await token())
    await open(await token({ sub: 'store-10', aud: 'x' }))
    const counted = await openings('?days=2&user=store-1')
    expect(counted).toEqual({
      by: 'day',
      series: [
        { at: '2126-03-14T00:00:00Z', opened: 2, refused: { resource_not_allowed: 1 } },
        { at: '2126-03-15T00:00:00Z', opened: 1, refused: {} },
      ],
      policies: null,
      resources: null,
      records: expect.any(Array),
    })
    expect(counted.records).toHaveLength(3)
    expect(counted.records).toEqual(
      expect.arrayContaining([
        { token: other.id, signer: null, user: 'store-1', opened: 1, refused: 1 },
        { token: one.id, signer: null, user: 'store-1', opened: 1, refused: 0 },
        { token: null, signer: signer.id, user: 'store-1', opened: 1, refused: 0 },
      ]),
    )
    expect((await openings('?days=1&user=store-10')).series).toEqual([
      { at: '2126-03-15T00:00:00Z', opened: 0, refused: { token_invalid: 1 } },
    ])
    expect(await openings('?user=nobody')).toMatchObject({ series: [], records: [] })
  })

  test('counts for a key of some users theirs alone', async () => {
    await open((await issue({ user: 'store-1' })).token)
    await open((await issue({ user: 'shop-1' })).token)
    const { body } = await admin('POST', '/v1/keys', { name: 'S', role: 'viewer', users: ['store-*', 'x'] })
    const series = [{ at: '2126-03-14T00:00:00Z', opened: 1, refused: {} }]
    expect(await openings('', body.key)).toEqual({
      by: 'day',
      series,
      policies: null,
      resources: null,
      records: null,
    })
    expect((await openings('?user=store-1', body.key)).series).toEqual(series)
    expect(await openings('?user=shop-1', body.key)).toMatchObject({ series: [], records: [] })
    const headers = { Authorization: `Bearer ${body.key}` }
    for (const [query, path] of [
      ['by=hour', 'by'],
      ['days=91', 'days'],
    ])
      expect((await call('GET', `/v1/statistics?${query}`, { headers })).body.errors[0].path).toBe(path)
  })

  test.each([
    ['days=0', 'days'],
    ['days=401', 'days'],
    ['days=1000', 'days'],
    ['by=week', 'by'],
    ['by=hour&user=store-1', 'by'],
    ['days=91&user=store-1', 'days'],
    ['user=a%20b', 'user'],
  ])('refuses %s', async (query, path) => {
    const { status, body } = await admin('GET', `/v1/statistics?${query}`)
    expect([status, body.errors[0].path]).toEqual([400, path])
  })

  test('tells a hundred resources, and the others together', async () => {
    const { token } = await issue()
    for (let index = 0; index < 105; index++) await open(token, { resource: `page_${index}` })
    await open(token, { resource: 'page_104' })
    await open(token, { resource: 'page_99', origin: 'https://evil.example' })
    const { resources } = await openings()
    expect(resources).toHaveLength(101)
    expect([resources[0], resources[1], resources.at(-1)]).toEqual([
      { resource: 'page_104', opened: 2, refused: 0 },
      { resource: 'page_99', opened: 1, refused: 1 },
      { resource: null, opened: 5, refused: 0 },
    ])
  })
})

describe('a resource that the token does not open', () => {
  test('is counted without its name, whatever else stands against the token', async () => {
    const ended = await issue({ resources: ['page_1'], to: '2126-03-14T13:00:00Z' })
    const { token: signed } = await host({ resources: ['page_1'] })
    const [wrong, old] = [await signed({ aud: 'https://elsewhere.example' }), await signed()]
    vi.setSystemTime(Date.parse('2126-03-14T13:00:00Z'))
    const { token } = await issue({ resources: ['page_1'] })
    const bindings = { ...env, SESSION_LIMITER: { limit: async () => ({ success: false }) } }
    expect((await open(ended.token, { resource: 'made-up-1' })).body.code).toBe('token_expired')
    expect((await open(old, { resource: 'made-up-2' })).body.code).toBe('token_expired')
    expect((await open(wrong, { resource: 'made-up-3' })).body.code).toBe('token_invalid')
    expect((await open(token, { resource: 'made-up-4', bindings })).body.code).toBe('rate_limited')
    const narrowed = await issue()
    await admin('PATCH', `/v1/tokens/${narrowed.id}`, { resources: ['page_1'] })
    expect((await open(narrowed.token, { resource: 'made-up-5' })).body.code).toBe('resource_not_allowed')
    expect((await openings()).resources).toEqual([{ resource: null, opened: 0, refused: 5 }])
  })
})

describe('an isolate', () => {
  /** Openings at an isolate that gathers until it is told to write. */
  async function gathering(bindings = env) {
    const ends: (() => void)[] = []
    const isolate = newIsolate(() => new Promise<void>((resolve) => ends.push(resolve)))
    const context = createExecutionContext()
    return {
      isolate,
      open: async (token: string, resource = 'page_1') => {
        const answer = await isolate.fetch(asked(token, resource), bindings, context)
        await answer.text()
        return answer.status
      },
      /** How many waits were begun. */
      waits: () => ends.length,
      end: async () => {
        for (const end of ends.splice(0)) end()
        await waitOnExecutionContext(context)
      },
    }
  }

  test('writes once in ten seconds, whatever came, and all of it', async () => {
    const { bindings, writes } = countingLog()
    const { token } = await issue()
    const one = await gathering(bindings)
    for (let index = 0; index < 50; index++) expect(await one.open(token)).toBe(201)
    expect([one.waits(), writes()]).toEqual([1, 0])
    await one.end()
    expect(writes()).toBe(1)
    expect((await openings()).series).toMatchObject([{ opened: 50 }])
  })

  test('tells a resource that is called null from one that the token does not open', async () => {
    const { token } = await issue({ resources: ['null'], to: '2126-03-14T12:01:00Z' })
    passSeconds(60)
    const one = await gathering()
    for (const resource of ['null', 'made-up', 'null']) expect(await one.open(token, resource)).toBe(401)
    await one.end()
    expect((await openings()).resources).toEqual([
      { resource: 'null', opened: 0, refused: 2 },
      { resource: null, opened: 0, refused: 1 },
    ])
  })

  test('writes what it holds before it tells its statistics', async () => {
    const { token } = await issue()
    const one = await gathering()
    await one.open(token)
    expect(await rowsOf('SELECT * FROM days')).toEqual([])
    const { body } = await admin('GET', '/v1/statistics', undefined, { isolate: one.isolate })
    expect(body.openings.series).toMatchObject([{ opened: 1 }])
    await one.end()
    expect((await openings()).series).toMatchObject([{ opened: 1 }])
  })

  test('writes a refusal at once, one in a second, and the next ones with what is gathered', async () => {
    const { bindings, writes } = countingLog()
    const { token } = await issue({ resources: ['page_1'] })
    const one = await gathering(bindings)
    for (let index = 0; index < 5; index++) await one.open(token, 'page_2')
    await vi.waitFor(() => expect(writes()).toBe(1))
    await one.end()
    expect(writes()).toBe(2)
    expect(await rowsOf('SELECT count(*) AS n FROM refusals')).toEqual([{ n: 5 }])
  })

  test('begins another wait where the one before was cancelled with its request', async () => {
    const { token } = await issue()
    const one = await gathering()
    await one.open(token)
    passSeconds(19)
    await one.open(token)
    expect(one.waits()).toBe(1)
    passSeconds(1)
    await one.open(token)
    expect(one.waits()).toBe(2)
    await one.end()
    expect((await openings()).series).toMatchObject([{ opened: 3 }])
  })

  test('counts an opening once, where the log wrote and its answer was lost', async () => {
    const { token } = await issue()
    const isolate = newIsolate()
    const { namespace } = failing(env.OPENING_LOG, { when: 'after', of: 'write' })
    await open(token, { isolate, bindings: { ...env, OPENING_LOG: namespace } })
    await open(token, { isolate })
    expect((await openings()).series).toMatchObject([{ opened: 2 }])
    expect(await rowsOf('SELECT count(*) AS n FROM batches')).toEqual([{ n: 2 }])
  })

  test('keeps what a minute brings for a log that fails, and no more', async () => {
    const { token } = await issue()
    const isolate = newIsolate()
    const { namespace } = failing(env.OPENING_LOG, { when: 'before', of: 'write', times: 1_000 })
    const bindings = { ...env, OPENING_LOG: namespace }
    for (let index = 0; index < 9; index++) {
      expect((await open(token, { isolate, bindings })).status).toBe(201)
      passSeconds(10)
    }
    await open(token, { isolate })
    expect((await openings()).series).toMatchObject([{ opened: 7 }])
  })
})

describe('counts', () => {
  test('have no token, no secret and no key of a session in them', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'a-key' })
    const kept = await everythingKept()
    expect(kept).toContain('single-use')
    for (const secret of [token, BIUWER_TOKEN, 'a-key']) expect(kept).not.toContain(secret)
  })

  test('tell as many resources of an hour apart as there is room for, and the total is exact', async () => {
    const { token } = await issue()
    const hour = NOW / 1000
    await rowsOf(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 4999)
       INSERT INTO hours SELECT ?, 'opened', 'none', 'page-' || n, 1 FROM numbers`,
      hour,
    )
    for (const resource of ['first', 'second', 'first', 'third']) await open(token, { resource })
    expect(await rowsOf("SELECT resource, count FROM hours WHERE resource NOT LIKE 'page-%'")).toEqual([
      { resource: '', count: 2 },
      { resource: 'first', count: 2 },
    ])
    expect((await openings('?days=1&by=hour')).series).toMatchObject([{ opened: 5_003 }])
  })

  test('are kept for 400 days, and by record for 90', async () => {
    const { token } = await issue()
    await open(token)
    const ring = async () => expect(await runDurableObjectAlarm(openingLogOf(env))).toBe(true)
    vi.setSystemTime(NOW + 89 * DAY * 1000)
    await ring()
    expect(await openings('?days=90&user=store-1')).toMatchObject({ series: [{ opened: 1 }] })
    vi.setSystemTime(NOW + 90 * DAY * 1000)
    await ring()
    expect(await rowsOf('SELECT * FROM record_days')).toEqual([])
    vi.setSystemTime(NOW + 399 * DAY * 1000)
    await ring()
    expect((await openings('?days=400')).series).toMatchObject([{ opened: 1 }])
    vi.setSystemTime(NOW + 400 * DAY * 1000)
    await ring()
    for (const table of ['hours', 'days', 'batches'])
      expect([table, await rowsOf(`SELECT * FROM ${table}`)]).toEqual([table, []])
    expect(await runDurableObjectAlarm(openingLogOf(env))).toBe(false)
  })
})
