import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { admin, call, check, open } from './api.ts'
import { authentic, exported, importLines, itemsOf } from './backups.ts'
import { at, frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { askedFor, biuwerTokensOf, created, cron, deleted, sourced, userOf } from './source.ts'

/** Biuwer tokens that the customer's token source makes ahead of time. */

const HOUR = 3_600
const DAY = 86_400

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const shown = async (token: string, key = 'one') => {
  const { body } = await open(token, { isolate: newIsolate(), key })
  return body.share?.name.slice('page_1:'.length) ?? body.code
}
const auditOf = async (name: string): Promise<string[]> =>
  (await admin('GET', `/v1/audit?target=${name}`)).body.items.map(({ action }: Loose) => action)

describe('a user whose Biuwer tokens are replaced by themselves', () => {
  test('opens as soon as the answer to the linking has been read', async () => {
    const token = await sourced('ana', 'daily')
    expect(await shown(token)).toMatch(/^made-\d+$/)
    const [asked] = await askedFor('ana')
    expect(asked).toMatchObject({
      type: 'biuwer_token.create',
      id: expect.stringMatching(/^msg_[\w-]{22}$/),
      isSigned: true,
      from: at(0),
      to: at(DAY),
    })
    expect(await userOf('ana')).toMatchObject({
      biuwer_refresh: 'daily',
      biuwer_token_status: 'active',
      biuwer_token_ends: at(DAY),
      biuwer_refresh_failing_since: null,
    })
    expect(await biuwerTokensOf('ana')).toMatchObject([{ by_source: true, from: at(0), to: at(DAY) }])
  })

  test.each([
    ['daily', DAY, HOUR],
    ['monthly', 30 * DAY, DAY],
  ] as const)('gets the next one in the period before the end, %s', async (refresh, length, overlap) => {
    const name = `next-${refresh}`
    const token = await sourced(name, refresh)
    const first = await shown(token)
    // A quarter of the period is left for spreading, three for a source that fails.
    passSeconds(length / 4)
    await cron()
    const asked = await created(name)
    expect(asked).toHaveLength(2)
    expect(asked[1]).toMatchObject({ from: at(length - overlap), to: at(2 * length) })
    // The session that is open shows the first one; what opens within the overlap shows the next.
    expect(await shown(token, 'two')).toBe(first)
    passSeconds(length - overlap - length / 4)
    const next = await shown(token, 'three')
    expect(next).not.toBe(first)
    passSeconds(length / 2)
    await cron()
    expect(await created(name)).toHaveLength(3)
    // What has ended by itself takes no room, and the source is not told of it.
    expect(await biuwerTokensOf(name)).toHaveLength(2)
    expect(await deleted(name)).toEqual([])
  })

  test('is not asked for again by each run', async () => {
    await sourced('bea', 'daily')
    for (let run = 0; run < 3; run++) await cron()
    expect(await askedFor('bea')).toHaveLength(1)
  })

  test('is not asked for all at once with others who were linked together', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `crowd${index}`)
    for (const name of names) await sourced(name, 'daily')
    const counts: number[] = []
    for (let quarter = 0; quarter < 4; quarter++) {
      passSeconds(DAY / 16)
      await cron()
      const asked = await Promise.all(names.map((name) => askedFor(name)))
      counts.push(asked.filter(({ length }) => length > 1).length)
    }
    expect(counts.at(-1)).toBe(12)
    expect(counts[0]).toBeLessThan(9)
    expect(counts[0]).toBeGreaterThan(0)
  })

  test('keeps a Biuwer token without an end, which nothing replaces', async () => {
    await admin('PUT', '/v1/users/dan', { biuwer_token: 'by-hand', biuwer_refresh: 'daily' })
    passSeconds(2 * DAY)
    await cron()
    expect(await askedFor('dan')).toEqual([])
    const [{ id }] = await biuwerTokensOf('dan')
    await admin('DELETE', `/v1/users/dan/biuwer-tokens/${id}`)
    await cron()
    expect(await created('dan')).toHaveLength(1)
    // One that was put in by hand is none of the source's.
    expect(await deleted('dan')).toEqual([])
  })

  test('is replaced by hand from the moment on that says so', async () => {
    await sourced('eva', 'daily')
    const { status, body } = await admin('PATCH', '/v1/users/eva', { biuwer_refresh: 'manual' })
    expect([status, body.biuwer_refresh]).toEqual([200, 'manual'])
    expect(body.effective_by).toHaveProperty('open_sessions')
    passSeconds(DAY)
    await cron()
    expect(await askedFor('eva')).toHaveLength(1)
    expect(await auditOf('eva')).toEqual(['user.update', 'user.link'])
  })
})

describe('a source that gives nothing', () => {
  const LIES = [
    'html',
    'redirect',
    'refusing',
    'down',
    'type',
    'list',
    'spaced',
    'more',
    'another',
    'past',
    'backward',
    'large',
    'torn',
  ]
  test.each(LIES)('leaves the user linked and says so: %s', async (kind) => {
    const name = `${kind}-ana`
    const token = await sourced(name, 'daily')
    expect(await biuwerTokensOf(name)).toEqual([])
    expect(await shown(token)).toBe('biuwer_token_expired')
    expect(await userOf(name)).toMatchObject({
      biuwer_token_status: 'none',
      biuwer_refresh_failing_since: at(0),
    })
    expect(await auditOf(name)).toContain('user.biuwer_token_failing')
  })

  test.each(['slow', 'trickling'])(
    'that takes longer than five seconds is not waited for: %s',
    async (kind) => {
      await sourced(`${kind}-ana`, 'daily')
      expect(await biuwerTokensOf(`${kind}-ana`)).toEqual([])
    },
  )

  test('is asked again later and later, with the same question, until it answers', async () => {
    const token = await sourced('flaky-ana', 'daily')
    await cron()
    expect(await askedFor('flaky-ana')).toHaveLength(1)
    passSeconds(80)
    await cron()
    await cron()
    expect(await askedFor('flaky-ana')).toHaveLength(2)
    passSeconds(80)
    await cron()
    expect(await askedFor('flaky-ana')).toHaveLength(2)
    passSeconds(80)
    await cron()
    const asked = await askedFor('flaky-ana')
    expect(asked).toHaveLength(3)
    expect(new Set(asked.map(({ id, from, to }) => `${id} ${from} ${to}`)).size).toBe(1)
    expect(await shown(token)).toMatch(/^made-/)
    expect((await userOf('flaky-ana')).biuwer_refresh_failing_since).toBeNull()
    expect(await auditOf('flaky-ana')).toEqual([
      'user.biuwer_token_recovered',
      'user.biuwer_token_failing',
      'user.link',
    ])
  })

  test('is asked for a few users alone while it is down', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `down-${index}`)
    for (const name of names) await sourced(name, 'daily')
    passSeconds(2 * HOUR)
    await cron()
    const asked = await Promise.all(names.map((name) => askedFor(name)))
    expect(asked.filter(({ length }) => length > 1)).toHaveLength(4)
  })

  test('is no matter any more once a Biuwer token without an end is there', async () => {
    const token = await sourced('down-ivy', 'daily')
    await admin('POST', '/v1/users/down-ivy/biuwer-tokens', { biuwer_token: 'by-hand' })
    expect((await userOf('down-ivy')).biuwer_refresh_failing_since).toBeNull()
    passSeconds(2 * HOUR)
    await cron()
    expect(await askedFor('down-ivy')).toHaveLength(1)
    expect(await shown(token)).toBe('by-hand')
  })

  test('for one user is asked for the others', async () => {
    const refused = Array.from({ length: 6 }, (_, index) => `refusing-${index}`)
    for (const name of refused) await sourced(name, 'daily')
    passSeconds(2 * HOUR)
    await sourced('fay', 'daily')
    passSeconds(DAY / 4)
    await cron()
    expect(await askedFor('fay')).toHaveLength(2)
  })

  test('is counted, where a key asks', async () => {
    await sourced('down-count', 'daily')
    await sourced('gus', 'daily')
    await admin('PUT', '/v1/users/hal', { biuwer_token: 'by-hand', to: at(DAY) })
    const counts = { ending: 1, expired: 0, failing: 1 }
    expect((await admin('GET', '/v1/statistics')).body.biuwer_tokens).toEqual(counts)
    expect((await admin('GET', '/healthz')).body).toEqual({
      status: 'ok',
      version: expect.any(String),
      biuwer_tokens: counts,
    })
    expect((await call('GET', '/healthz')).body).not.toHaveProperty('biuwer_tokens')
    const wrong = await call('GET', '/healthz', { headers: { Authorization: 'Bearer nonsense' } })
    expect(wrong.status).toBe(401)
    const failing = await admin('GET', '/v1/users?biuwer_token=failing')
    expect(failing.body.items.map(({ user }: Loose) => user)).toEqual(['down-count'])
    const ending = await admin('GET', '/v1/users?biuwer_token=ending')
    expect(ending.body.items.map(({ user }: Loose) => user)).toEqual(['hal'])
  })
})

test('what is sent to the source is signed as the scheme has it', () => {
  // The vector that the scheme publishes.
  const secret = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const [id, at, body] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}']
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  expect(new Webhook(`whsec_${secret}`).sign(id, new Date(at * 1000), body)).toBe(signature)
})

describe("a source's word on the interval", () => {
  test('counts where it ends earlier', async () => {
    await sourced('short-ana', 'daily')
    expect(await biuwerTokensOf('short-ana')).toMatchObject([{ from: at(0), to: at(100) }])
    // It is not asked at every run for that.
    await cron()
    expect(await askedFor('short-ana')).toHaveLength(1)
  })

  test('counts where it begins later', async () => {
    await sourced('later-ana', 'daily')
    expect(await biuwerTokensOf('later-ana')).toMatchObject([
      { from: at(HOUR), to: at(DAY), status: 'pending' },
    ])
  })

  test('that lasts longer is cut, and the source is told of the end', async () => {
    await sourced('lasting-ana', 'daily')
    expect(await biuwerTokensOf('lasting-ana')).toMatchObject([{ from: at(0), to: at(DAY) }])
    passSeconds(DAY / 4)
    await cron()
    passSeconds(DAY)
    await cron()
    const [told] = await deleted('lasting-ana')
    expect(told).toMatchObject({ isSigned: true, biuwer_token: expect.stringMatching(/^made-/) })
  })

  test('may name the user', async () => {
    expect(await shown(await sourced('named-ana', 'daily'))).toMatch(/^made-/)
  })
})

describe('a Biuwer token of the source that the edge ends', () => {
  test.each<[string, (name: string) => Promise<unknown>]>([
    ['the unlinking', (name) => admin('DELETE', `/v1/users/${name}`)],
    ['another one in its place', (name) => admin('PUT', `/v1/users/${name}`, { biuwer_token: 'by-hand' })],
    [
      'its deletion',
      async (name) =>
        admin('DELETE', `/v1/users/${name}/biuwer-tokens/${(await biuwerTokensOf(name))[0].id}`),
    ],
  ])('by %s is told to the source once', async (what, end) => {
    const name = `end-${what.length}`
    const token = await sourced(name, 'monthly')
    const made = await shown(token)
    await end(name)
    await cron()
    await cron()
    expect(await deleted(name)).toMatchObject([{ biuwer_token: made, isSigned: true }])
  })

  test('is told again until the source takes it', async () => {
    await sourced('undeletable-ana', 'daily')
    await admin('DELETE', '/v1/users/undeletable-ana')
    await cron()
    await cron()
    expect(await deleted('undeletable-ana')).toHaveLength(1)
    passSeconds(80)
    await cron()
    await cron()
    const told = await deleted('undeletable-ana')
    expect(told).toHaveLength(2)
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
  })
})

describe('a backup', () => {
  test('brings back how Biuwer tokens are replaced, and which the source made', async () => {
    await sourced('old-ana', 'daily')
    const token = await sourced('old-ben', 'session')
    const opened = await open(token)
    const lines = await exported()
    const secrets = (await askedFor('old-ana')).concat(await askedFor('old-ben'))
    expect(secrets.length).toBe(2)
    await reset()
    expect((await importLines(lines)).body.imported).toBeGreaterThan(0)
    expect(await userOf('old-ana')).toMatchObject({ biuwer_refresh: 'daily', biuwer_token_ends: at(DAY) })
    expect(await biuwerTokensOf('old-ana')).toMatchObject([{ by_source: true }])
    expect(await userOf('old-ben')).toMatchObject({ biuwer_refresh: 'session' })
    // A session of before shows what no object knows any more.
    expect((await check(opened.body.session_token, env, newIsolate())).body.code).toBe('session_revoked')
    passSeconds(DAY / 4)
    await cron()
    expect(await created('old-ana')).toHaveLength(2)
  })

  test('of before has users whose Biuwer tokens are replaced by hand', async () => {
    await admin('PUT', '/v1/users/old-cid', { biuwer_token: 'by-hand' })
    const [{ biuwer_refresh: _, biuwer_tokens, ...rest }] = itemsOf(await exported(), 'user')
    await reset()
    const former = { ...rest, biuwer_tokens: biuwer_tokens.map(({ madeBy: _, ...token }: Loose) => token) }
    expect((await importLines(await authentic([former]))).body.imported).toBe(1)
    expect(await userOf('old-cid')).toMatchObject({ biuwer_refresh: 'manual' })
  })
})

test('a re-encryption is not over while the source has to be told of a Biuwer token under the former key', async () => {
  await sourced('undeletable-rex', 'daily')
  await admin('DELETE', '/v1/users/undeletable-rex')
  const [former = ''] = JSON.parse(String(env.VAULT_KEYS)).keys
  const fresh = { ...former, kid: 'fresh', k: btoa('x'.repeat(32)).replaceAll('=', '') }
  const bindings = { ...env, VAULT_KEYS: JSON.stringify({ keys: [fresh, former] }) }
  const reencrypt = async () => (await admin('POST', '/v1/vault/reencrypt', {}, { bindings })).body
  expect((await reencrypt()).remaining).toBe(1)
  await cron()
  passSeconds(80)
  await cron(bindings)
  expect(await deleted('undeletable-rex')).toHaveLength(2)
  expect((await reencrypt()).remaining).toBe(0)
})

describe('a way of replacing Biuwer tokens', () => {
  test.each<[object, string]>([
    [{}, 'biuwer_token'],
    [{ biuwer_refresh: 'manual' }, 'biuwer_token'],
    [{ biuwer_refresh: 'hourly' }, 'biuwer_refresh'],
    [{ biuwer_refresh: null }, 'biuwer_refresh'],
    [{ biuwer_refresh: 'daily', from: at(0) }, 'from'],
    [{ biuwer_refresh: 'daily', to: at(10) }, 'from'],
  ])('is refused as %j', async (body, path) => {
    const { status, body: problem } = await admin('PUT', '/v1/users/ana', body)
    expect([status, problem.errors?.[0].path]).toEqual([400, path])
  })

  test('without a source is a conflict, and by hand is none', async () => {
    const { BIUWER_TOKEN_SOURCE: _, BIUWER_TOKEN_SOURCE_SECRET: __, ...bindings } = env
    const put = (body: object) => admin('PUT', '/v1/users/ana', body, { bindings })
    expect((await put({ biuwer_refresh: 'daily' })).body.code).toBe('conflict')
    expect((await put({ biuwer_token: 'by-hand' })).status).toBe(201)
    const patched = await admin('PATCH', '/v1/users/ana', { biuwer_refresh: 'session' }, { bindings })
    expect(patched.body.code).toBe('conflict')
    expect((await admin('GET', '/v1/deployment', undefined, { bindings })).body.biuwer_token_source).toBe(
      false,
    )
  })

  test('is answered again under its Idempotency-Key, whatever the source is by now', async () => {
    const headers = { 'Idempotency-Key': 'one' }
    const put = (bindings?: typeof env) =>
      admin('PUT', '/v1/users/ana', { biuwer_refresh: 'session' }, { headers, ...(bindings && { bindings }) })
    const patch = () =>
      admin('PATCH', '/v1/users/ana', { biuwer_refresh: 'manual' }, { headers: { 'Idempotency-Key': 'two' } })
    const first = await put()
    const changed = await patch()
    passSeconds(100)
    const { BIUWER_TOKEN_SOURCE: _, BIUWER_TOKEN_SOURCE_SECRET: __, ...bindings } = env
    expect((await put(bindings)).body).toEqual(first.body)
    expect((await patch()).body).toEqual(changed.body)
    expect((await userOf('ana')).biuwer_refresh).toBe('manual')
  })

  test('keeps the Biuwer tokens that are there, unless another one is given', async () => {
    await admin('PUT', '/v1/users/ana', { biuwer_token: 'by-hand', to: at(10 * DAY) })
    await admin('PUT', '/v1/users/ana', { biuwer_refresh: 'monthly' })
    await admin('PATCH', '/v1/users/ana', { biuwer_refresh: 'session' })
    expect(await biuwerTokensOf('ana')).toMatchObject([{ by_source: false, to: at(10 * DAY) }, {}])
    const unknown = await admin('PATCH', '/v1/users/nobody', { biuwer_refresh: 'manual' })
    expect(unknown.status).toBe(404)
  })
})
