import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { admin, open } from './api.ts'
import { at, frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { biuwerTokensOf, created, cron, deletedSecrets, sourced, userOf } from './source.ts'
import { failing, meanwhile } from './storage-doubles.ts'

/** Questions to the token source: what happens while one is under way, and what the source is told afterwards. */

const HOUR = 3_600
const DAY = 86_400

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const add = (name: string, biuwer_token: string, to: string | null = null) =>
  admin('POST', `/v1/users/${name}/biuwer-tokens`, { biuwer_token, to })
const shown = async (token: string) => {
  const { body } = await open(token, { isolate: newIsolate() })
  return body.share?.name.slice('page_1:'.length) ?? body.code
}

describe('while the source is asked', () => {
  test('a Biuwer token that is added by hand makes its failure no matter', async () => {
    await sourced('down-r-ana', 'daily')
    passSeconds(100)
    await cron(meanwhile('noteFailure', async () => void (await add('down-r-ana', 'by-hand'))))
    expect((await userOf('down-r-ana')).biuwer_refresh_failing_since).toBeNull()
    passSeconds(2 * HOUR)
    await cron()
    // At the linking, and by the first run.
    expect(await created('down-r-ana')).toHaveLength(2)
  })

  test('linking to another Biuwer token makes its answer none of the user’s', async () => {
    await sourced('r-ben', 'daily')
    const link = { biuwer_token: 'by-hand', to: at(2 * DAY), biuwer_refresh: 'daily' }
    passSeconds(DAY / 4)
    await cron(meanwhile('keepAnswer', async () => void (await admin('PUT', '/v1/users/r-ben', link))))
    expect(await biuwerTokensOf('r-ben')).toMatchObject([{ by_source: false }])
    await cron()
    expect(await deletedSecrets('r-ben')).toHaveLength(2)
  })

  test.each(['claimAskings', 'keepAnswer'])('a registry that fails is unavailable: %s', async (of) => {
    const { namespace } = failing(env.TOKEN_REGISTRY, { when: 'before', of })
    const bindings = { ...env, TOKEN_REGISTRY: namespace }
    const put = () => admin('PUT', '/v1/users/r-cid', { biuwer_refresh: 'daily' }, { bindings })
    expect((await put()).body.code).toBe('unavailable')
    // Sent again, it opens as soon as it is answered.
    expect((await put()).status).toBe(200)
    expect(await biuwerTokensOf('r-cid')).toMatchObject([{ status: 'active' }])
  })
})

test('a linking that is sent again under its Idempotency-Key opens as soon as it is answered', async () => {
  const { namespace } = failing(env.TOKEN_REGISTRY, { when: 'before', of: 'claimAskings' })
  const bindings = { ...env, TOKEN_REGISTRY: namespace }
  const headers = { 'Idempotency-Key': 'one' }
  const put = () => admin('PUT', '/v1/users/r-kai', { biuwer_refresh: 'daily' }, { bindings, headers })
  expect((await put()).body.code).toBe('unavailable')
  expect((await put()).status).toBe(201)
  expect(await biuwerTokensOf('r-kai')).toMatchObject([{ status: 'active' }])
})

describe('an answer that there is no room for', () => {
  test('counts as none, and is never kept later, after the source was told that it has ended', async () => {
    const token = await sourced('r-dan', 'daily')
    for (let index = 1; index < 5; index++) await add('r-dan', `by-hand-${index}`, at(DAY - index))
    passSeconds(DAY / 4)
    for (let run = 0; run < 3; run++) {
      await cron()
      passSeconds(10 * 60)
    }
    expect((await userOf('r-dan')).biuwer_refresh_failing_since).toBe(at(DAY / 4))
    // The source gives the same for the same question.
    const ids = (await created('r-dan')).map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(2)
    expect(new Set(ids).size).toBe(ids.length)
    passSeconds(DAY - (Date.now() - NOW) / 1000)
    await cron()
    const next = await shown(token)
    expect(next).toMatch(/^made-/)
    expect(await deletedSecrets('r-dan')).not.toContain(next)
    expect((await userOf('r-dan')).biuwer_refresh_failing_since).toBeNull()
  })
})

describe('the source is told of a Biuwer token that lives on in Biuwer', () => {
  test('once, at its end, even where nothing replaces it any more', async () => {
    const secret = await shown(await sourced('lasting-r-eva', 'daily'))
    await admin('PATCH', '/v1/users/lasting-r-eva', { biuwer_refresh: 'manual' })
    passSeconds(DAY - 1)
    await cron()
    expect(await deletedSecrets('lasting-r-eva')).toEqual([])
    passSeconds(1)
    await cron()
    expect(await deletedSecrets('lasting-r-eva')).toEqual([secret])
    expect(await userOf('lasting-r-eva')).toMatchObject({ biuwer_token_status: 'expired' })
    await admin('DELETE', '/v1/users/lasting-r-eva')
    await cron()
    expect(await deletedSecrets('lasting-r-eva')).toEqual([secret])
  })

  test('and that gives way to a sixth', async () => {
    const secret = await shown(await sourced('lasting-r-fay', 'daily'))
    await admin('PATCH', '/v1/users/lasting-r-fay', { biuwer_refresh: 'manual' })
    passSeconds(DAY)
    for (let index = 1; index < 6; index++) await add('lasting-r-fay', `by-hand-${index}`)
    await cron()
    expect(await deletedSecrets('lasting-r-fay')).toEqual([secret])
  })
})

test('a Biuwer token of the source that is linked by hand, the very same, does not end', async () => {
  const token = await sourced('r-gus', 'daily')
  const biuwer_token = await shown(token)
  await admin('PUT', '/v1/users/r-gus', { biuwer_token, biuwer_refresh: 'daily' })
  await cron()
  expect(await deletedSecrets('r-gus')).toEqual([])
  expect(await shown(token)).toBe(biuwer_token)
})

describe('a Biuwer token that ended, and that the vault has once more,', () => {
  test('goes on: the source gave it again', async () => {
    const token = await sourced('same-r-ida', 'daily')
    passSeconds(DAY / 4)
    await cron()
    passSeconds(DAY - DAY / 4)
    await cron()
    expect(await deletedSecrets('same-r-ida')).toEqual([])
    expect(await shown(token)).toBe('made-for-same-r-ida')
    await admin('DELETE', '/v1/users/same-r-ida')
    await cron()
    expect(await deletedSecrets('same-r-ida')).toContain('made-for-same-r-ida')
  })

  test('goes on: it was put in by hand', async () => {
    const token = await sourced('r-jon', 'monthly')
    const secret = await shown(token)
    const [{ id }] = await biuwerTokensOf('r-jon')
    await add('r-jon', secret)
    await admin('DELETE', `/v1/users/r-jon/biuwer-tokens/${id}`)
    await cron()
    expect(await deletedSecrets('r-jon')).toEqual([])
  })
})

test('a user for whom nobody asks the source is seen within an hour', async () => {
  await sourced('r-hal', 'daily')
  const counted = async () => (await admin('GET', '/healthz')).body.biuwer_tokens
  expect(await counted()).toEqual({ ending: 0, expired: 0, failing: 0 })
  // No cron trigger runs, or the source was taken away.
  passSeconds(DAY / 4 + HOUR)
  expect(await counted()).toEqual({ ending: 1, expired: 0, failing: 1 })
  expect((await userOf('r-hal')).biuwer_refresh_failing_since).not.toBeNull()
  passSeconds(DAY)
  expect(await counted()).toEqual({ ending: 0, expired: 1, failing: 1 })
  const { items } = (await admin('GET', '/v1/users?biuwer_token=failing')).body
  expect(items.map(({ user }: Loose) => user)).toEqual(['r-hal'])
  await cron()
  expect(await counted()).toEqual({ ending: 0, expired: 0, failing: 0 })
})
