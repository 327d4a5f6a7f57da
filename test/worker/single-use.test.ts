import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { BUCKET } from '../../worker/storage/spent-tokens.ts'
import { admin, claimsOf, issue, open, sessionKey, spentSetOf } from './api.ts'
import { newIsolate } from './isolate.ts'
import { hinted, unreachable } from './storage-doubles.ts'

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

describe('a single-use token', () => {
  test('a single-use token opens for exactly one of 50 session keys at once, twenty times over', {
    timeout: 60_000,
  }, async () => {
    for (let round = 0; round < 20; round++) {
      const { token } = await issue({ refresh: 'single-use' })
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => open(token, { key: `key-${index}` })),
      )
      const codes = answers.map(({ status, body }) => (status === 201 ? 'opened' : body.code))
      expect(codes.filter((code) => code === 'opened')).toHaveLength(1)
      expect(codes.filter((code) => code === 'token_spent')).toHaveLength(49)
    }
  })

  test('a single-use token opens again for the key that spent it: the answer may have been lost', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const first = await open(token, { key: 'mine' })
    const again = await open(token, { key: 'mine' })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body.session_id).toBe(first.body.session_id)
    expect((await open(token, { key: 'other' })).body).toMatchObject({ status: 409, code: 'token_spent' })
  })

  test('a single-use token is kept with no session key, which would open it again', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'mine' })
    const rows = await runInDurableObject(spentSetOf(token), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM spent').toArray(),
    )
    expect(rows).toMatchObject([{ jti: claimsOf(token).jti }])
    expect(JSON.stringify(rows)).not.toContain(sessionKey('mine'))
  })

  test('a single-use token opens several resources of one page view', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const opened = await Promise.all(
      ['page_1', 'card_1', 'collection_1'].map((resource) => open(token, { resource })),
    )
    expect(opened.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(opened.map(({ body }) => body.session_id)).size).toBe(3)
  })

  test('a single-use token is the same token in any spelling of its last characters', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'mine' })
    // 32 bytes leave two loose bits in the last base64url character.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const other = alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1]
    const answer = await open(`${token.slice(0, -1)}${other}`, { key: 'other' })
    expect(['token_spent', 'token_invalid']).toContain(answer.body.code)
  })

  test('a single-use token stays spent when its object is evicted', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'mine' })
    await evictDurableObject(spentSetOf(token))
    // Another isolate does not remember who holds the token.
    const isolate = newIsolate()
    expect((await open(token, { key: 'other', isolate })).body.code).toBe('token_spent')
    expect((await open(token, { key: 'mine', isolate })).status).toBe(201)
  })

  test('a single-use token is not spent by a refusal', async () => {
    const { token } = await issue({ refresh: 'single-use', resources: ['page_1'] })
    expect((await open(token, { key: 'other', resource: 'page_2' })).body.code).toBe('resource_not_allowed')
    expect((await open(token, { key: 'other', origin: 'https://evil.example' })).body.code).toBe(
      'origin_not_allowed',
    )
    expect((await open(token, { key: 'mine' })).status).toBe(201)
  })

  test('a single-use token opens nothing while its spend can not be recorded, and is still good afterwards', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const broken = { ...env, SPENT_TOKENS: unreachable(env.SPENT_TOKENS) }
    const refused = await open(token, { key: 'mine', bindings: broken })
    expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(refused.headers.get('retry-after')).toBe('5')
    expect((await open(token, { key: 'mine' })).status).toBe(201)
  })

  test('each refresh gives a new one', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`)
    expect(claimsOf(body.token).jti).not.toBe(claimsOf(token).jti)
  })
})

describe('a bucket of spends', () => {
  test('a bucket of spends is one of several, which the tokens of a record are spread over', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => issue({ refresh: 'single-use' })))
    const refreshed = await Promise.all(made.map(({ id }) => admin('POST', `/v1/tokens/${id}/refresh`)))
    for (const values of [made, refreshed.map(({ body }) => body)])
      expect(new Set(values.map(({ token }) => claimsOf(token).spend.shard)).size).toBeGreaterThan(1)
  })

  test('a bucket of spends is kept in the region of the record', async () => {
    const { namespace: SPENT_TOKENS, options } = hinted(env.SPENT_TOKENS)
    const { token } = await issue({ refresh: 'single-use', region: 'weur' })
    expect((await open(token, { bindings: { ...env, SPENT_TOKENS } })).status).toBe(201)
    expect(options).toEqual([{ locationHint: 'weur' }])
  })

  test('a bucket of spends is cleared by its alarm, and opens nothing afterwards, whatever the edge takes the time to be', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const { exp } = claimsOf(token)
    await open(token, { key: 'mine' })
    const object = spentSetOf(token)
    const rows = () =>
      runInDurableObject(object, (_, { storage }) =>
        storage.sql.exec(`SELECT name FROM sqlite_schema WHERE name = 'spent'`).toArray(),
      )
    expect(await rows()).toHaveLength(1)

    vi.setSystemTime(exp * 1000)
    expect(await runDurableObjectAlarm(object)).toBe(true)
    expect(await rows()).toHaveLength(0)
    expect(await object.holderOf(claimsOf(token).jti, exp, 'other')).toBeNull()
    expect(await rows()).toHaveLength(0)
    expect((await open(token, { key: 'other' })).body.code).toBe('token_expired')
  })

  test('a bucket of spends sets its alarm after the last of its tokens has expired', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    await open(token)
    const alarm = await runInDurableObject(spentSetOf(token), (_, { storage }) => storage.getAlarm())
    const bucketEnd = (Math.floor(claimsOf(token).exp / BUCKET) + 1) * BUCKET
    expect(alarm).toBe((bucketEnd + 60) * 1000)
  })
})
