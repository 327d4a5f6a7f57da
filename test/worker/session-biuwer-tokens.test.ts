import { evictDurableObject, reset, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sessionTokensOf } from '../../worker/storage/session-tokens-of.ts'
import { admin, check, EDGE, open } from './api.ts'
import { passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { askedFor, created, deletedSecrets, sourced } from './source.ts'
import { around, counting, failing } from './storage-doubles.ts'

/** Biuwer tokens that the token source makes for a session each, and that end with it. */

const HOUR = 3_600
const TTL = 28_800
const CHECK = 300
const LEASE = 60

// Ahead of the platform's own clock, which would ring the alarms of a past one at once.
const NOW = (Math.floor(Date.now() / 86_400_000) + 400) * 86_400_000
beforeEach(() => vi.setSystemTime(NOW))
afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString().replace('.000', '')
const biuwerTokenOf = ({ body }: Loose): string => body.share?.name.split(':')[1] ?? body.code
const shown = async (token: string, opening: object = {}) =>
  biuwerTokenOf(await open(token, { isolate: newIsolate(), ...opening }))
const alarm = (name: string) => runDurableObjectAlarm(sessionTokensOf(env, name))
/** Waits for what a change has set off without its answer waiting for it. */
const settled = (name: string) => sessionTokensOf(env, name).review()
const recordOf = async (name: string): Promise<string> =>
  (await admin('GET', `/v1/tokens?user=${name}`)).body.items[0].id

describe('a session of its own Biuwer token', () => {
  test('gets it at the opening, valid until the session ends', async () => {
    const token = await sourced('s-ana', 'session')
    const { status, body } = await open(token)
    expect([status, body.expires_at]).toEqual([201, at(TTL)])
    expect(await created('s-ana')).toMatchObject([{ isSigned: true, from: at(0), to: at(TTL) }])
    expect((await admin('GET', '/v1/users/s-ana')).body).toMatchObject({
      biuwer_refresh: 'session',
      biuwer_token_status: 'none',
      biuwer_token_ends: null,
    })
    expect((await admin('GET', '/v1/users/s-ana/biuwer-tokens')).body.items).toEqual([])
    expect((await check(body.session_token)).status).toBe(200)
  })

  test('shares it with the tags of the same page, and with no other page', async () => {
    const token = await sourced('s-bea', 'session')
    const first = await shown(token)
    expect(await shown(token, { resource: 'page_2' })).toBe(first)
    expect(await shown(token)).toBe(first)
    const other = await shown(token, { key: 'two' })
    expect(other).not.toBe(first)
    expect(await created('s-bea')).toHaveLength(2)
  })

  test('costs one question, however many tags open at once', async () => {
    const token = await sourced('s-cid', 'session')
    const all = await Promise.all(
      ['page_1', 'page_2', 'page_3', 'page_4'].map((resource) => shown(token, { resource })),
    )
    expect(new Set(all).size).toBe(1)
    expect(await created('s-cid')).toHaveLength(1)
  })

  test('keeps it while its object starts anew', async () => {
    const token = await sourced('s-dan', 'session')
    const first = await shown(token)
    await evictDurableObject(sessionTokensOf(env, 's-dan'))
    expect(await shown(token)).toBe(first)
  })

  test('ends with it where the source lets it end earlier', async () => {
    const token = await sourced('short-s', 'session')
    const { body } = await open(token)
    expect(body.expires_at).toBe(at(100))
    passSeconds(100)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
  })

  test('never has it in storage as it is', async () => {
    const token = await sourced('s-eva', 'session')
    const secret = await shown(token)
    const kept = await runInDurableObject(sessionTokensOf(env, 's-eva'), (_, { storage }) =>
      ['biuwer_tokens', 'sessions', 'askings'].map((table) =>
        storage.sql.exec(`SELECT * FROM ${table}`).toArray(),
      ),
    )
    expect(kept[0]).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(JSON.stringify(kept)).not.toContain(token)
  })
})

describe('a session that is renewed', () => {
  test('gets another Biuwer token, which lasts longer', async () => {
    const token = await sourced('s-fay', 'session', { refresh: 'daily' })
    const first = await open(token)
    passSeconds(TTL - 60)
    const again = await open(token, { session: first.body.session_token })
    expect(again.body.expires_at).toBe(at(2 * TTL - 60))
    expect(biuwerTokenOf(again)).not.toBe(biuwerTokenOf(first))
    // Another tag of the page is renewed with what is there by now.
    const other = await open(token, { session: first.body.session_token, resource: 'page_2' })
    expect(biuwerTokenOf(other)).toBe(biuwerTokenOf(again))
    expect(await created('s-fay')).toHaveLength(2)
  })

  test('keeps its Biuwer token where none could last longer', async () => {
    const token = await sourced('s-gus', 'session', { to: at(HOUR) })
    const first = await open(token)
    passSeconds(HOUR - 60)
    const again = await open(token, { session: first.body.session_token })
    expect(biuwerTokenOf(again)).toBe(biuwerTokenOf(first))
    expect(await created('s-gus')).toHaveLength(1)
  })
})

test('a session whose page was opened before the source was asked at each opening gets one at its renewal', async () => {
  await admin('PUT', '/v1/users/s-sam', { biuwer_token: 'by-hand' })
  const { token } = (await admin('POST', '/v1/tokens', { user: 's-sam' })).body
  const first = await open(token)
  expect(biuwerTokenOf(first)).toBe('by-hand')
  await admin('PATCH', '/v1/users/s-sam', { biuwer_refresh: 'session' })
  expect(await shown(token, { session: first.body.session_token })).toBe('by-hand')
  passSeconds(LEASE)
  expect(await shown(token, { session: first.body.session_token })).toMatch(/^made-/)
})

describe('an opening that comes to nothing', () => {
  /** The objects, whose answer to the opening is lost. */
  const losing = () => {
    const { namespace } = failing(env.SESSION_BIUWER_TOKENS, { when: 'after', of: 'open' })
    return { bindings: { ...env, SESSION_BIUWER_TOKENS: namespace } }
  }

  test('takes nothing from the session of the page that runs', async () => {
    const token = await sourced('s-tom', 'session', { refresh: 'single-use' })
    const { body } = await open(token)
    const next = (await admin('POST', `/v1/tokens/${await recordOf('s-tom')}/refresh`)).body.token
    const { namespace } = failing(env.SPENT_TOKENS, { when: 'before', of: 'holderOf' })
    const unspent = { bindings: { ...env, SPENT_TOKENS: namespace } }
    for (const failing of [unspent, losing()])
      expect((await open(next, failing)).body.code).toBe('unavailable')
    await settled('s-tom')
    expect(await deletedSecrets('s-tom')).toEqual([])
    expect((await check(body.session_token)).status).toBe(200)
  })

  test('is forgotten once its session was opened anew', async () => {
    const token = await sourced('s-wim', 'session')
    for (let times = 0; times < 5; times++) {
      expect((await open(token)).status).toBe(201)
      passSeconds(60)
    }
    const rows = await runInDurableObject(sessionTokensOf(env, 's-wim'), (_, { storage }) =>
      storage.sql.exec('SELECT * FROM sessions').toArray(),
    )
    // The last one that is over, and the one that may be under way.
    expect(rows).toHaveLength(2)
    expect((await open(token, losing())).body.code).toBe('unavailable')
    await settled('s-wim')
    expect(await deletedSecrets('s-wim')).toEqual([])
  })

  test('gives its Biuwer token back where the answer was lost', async () => {
    const token = await sourced('s-uma', 'session')
    expect((await open(token, losing())).body.code).toBe('unavailable')
    await settled('s-uma')
    expect(await deletedSecrets('s-uma')).toHaveLength(1)
  })

  test('gives it back where the token has ended meanwhile', async () => {
    const token = await sourced('s-vic', 'session', { refresh: 'single-use', single_use_ttl: 100 })
    const SPENT_TOKENS = around(env.SPENT_TOKENS, async (call, method) => {
      const answer = await call()
      if (method === 'holderOf') passSeconds(100)
      return answer
    })
    expect((await open(token, { bindings: { ...env, SPENT_TOKENS } })).body.code).toBe('token_expired')
    await settled('s-vic')
    expect(await deletedSecrets('s-vic')).toHaveLength(1)
  })
})

describe('a source that gives nothing for a session', () => {
  test.each([
    'html',
    'redirect',
    'refusing',
    'down',
    'type',
    'spaced',
    'more',
    'another',
    'past',
    'large',
    'torn',
    'later',
  ])('leaves the edge unavailable, and nothing is spent: %s', async (kind) => {
    const name = `${kind}-s`
    const token = await sourced(name, 'session', { refresh: 'single-use' })
    const { status, headers, body } = await open(token)
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'biuwer_unavailable', '5'])
    await admin('PUT', `/v1/users/${name}`, { biuwer_token: 'by-hand' })
    passSeconds(LEASE + 2)
    // Another page may still redeem the token.
    expect(await shown(token, { key: 'two' })).toBe('by-hand')
  })

  test('is not waited for longer than five seconds', async () => {
    const token = await sourced('slow-s', 'session')
    expect(await shown(token)).toBe('biuwer_unavailable')
  })

  test('is asked the very same again', async () => {
    const token = await sourced('flaky-s', 'session')
    expect(await shown(token)).toBe('biuwer_unavailable')
    passSeconds(5)
    expect(await shown(token)).toBe('biuwer_unavailable')
    passSeconds(5)
    expect(await shown(token)).toMatch(/^made-/)
    const asked = await created('flaky-s')
    expect(new Set(asked.map(({ id, from, to }) => `${id} ${from} ${to}`)).size).toBe(1)
  })

  test('because there is none any more, is a wrong setting', async () => {
    const token = await sourced('s-hal', 'session')
    const { BIUWER_TOKEN_SOURCE: _, BIUWER_TOKEN_SOURCE_SECRET: __, ...bindings } = env
    const { body } = await open(token, { bindings })
    expect([body.code, body.errors?.[0]?.path]).toEqual(['misconfigured', 'BIUWER_TOKEN_SOURCE'])
    const explained = (await admin('POST', '/v1/explain', { token }, { bindings })).body
    const wrong = explained.checks.filter(({ ok }: Loose) => !ok)
    expect([explained.allowed, wrong]).toEqual([false, [expect.objectContaining({ check: 'biuwer_token' })]])
  })
})

describe('a single-use token', () => {
  test('that another page has spent makes nobody ask the source', async () => {
    const token = await sourced('s-ida', 'session', { refresh: 'single-use' })
    expect(await shown(token)).toMatch(/^made-/)
    expect(await shown(token, { key: 'two' })).toBe('token_spent')
    expect(await created('s-ida')).toHaveLength(1)
    const { bindings, take } = counting()
    for (let tries = 0; tries < 3; tries++) await open(token, { bindings, key: `other-${tries}` })
    expect(take().spends).toBe(1)
  })

  test('that is spent by another page meanwhile gives its Biuwer token back', async () => {
    const token = await sourced('s-jon', 'session', { refresh: 'single-use' })
    const [one, two] = await Promise.all([shown(token), shown(token, { key: 'two' })])
    expect([one, two].filter((code) => code === 'token_spent')).toHaveLength(1)
    await settled('s-jon')
    const made = await created('s-jon')
    expect(await deletedSecrets('s-jon')).toHaveLength(made.length - 1)
    expect(await deletedSecrets('s-jon')).not.toContain(one === 'token_spent' ? two : one)
  })

  test('is not spent where the spend can not be recorded, and its Biuwer token goes back', async () => {
    const token = await sourced('s-kai', 'session', { refresh: 'single-use' })
    const { namespace } = failing(env.SPENT_TOKENS, { when: 'before', of: 'holderOf' })
    const cut = await open(token, { bindings: { ...env, SPENT_TOKENS: namespace } })
    expect(cut.body.code).toBe('unavailable')
    expect(await shown(token)).toMatch(/^made-/)
  })
})

describe('the Biuwer token of a session is dead', () => {
  const ENDINGS: [string, (name: string) => Promise<unknown>][] = [
    ['signed out', (name) => admin('POST', `/v1/users/${name}/sign-out`, {})],
    ['unlinked', (name) => admin('DELETE', `/v1/users/${name}`)],
    ['linked anew', (name) => admin('PUT', `/v1/users/${name}`, { biuwer_token: 'by-hand' })],
    ['replaced otherwise', (name) => admin('PATCH', `/v1/users/${name}`, { biuwer_refresh: 'manual' })],
    ['revoked', async (name) => admin('DELETE', `/v1/tokens/${await recordOf(name)}`)],
    ['revoked with all', (name) => admin('DELETE', `/v1/users/${name}/tokens`)],
    [
      'rotated out',
      async (name) => admin('POST', `/v1/tokens/${await recordOf(name)}/refresh`, { rotate: true }),
    ],
    [
      'narrowed',
      async (name) => admin('PATCH', `/v1/tokens/${await recordOf(name)}`, { resources: ['page_9'] }),
    ],
  ]
  test.each(ENDINGS)('as soon as it was %s', async (what, end) => {
    const name = `s-end-${what.replaceAll(' ', '')}`
    const token = await sourced(name, 'session')
    const secret = await shown(token)
    await end(name)
    await settled(name)
    expect(await deletedSecrets(name)).toEqual([secret])
    expect(await askedFor(name)).toMatchObject([{}, { isSigned: true }])
  })

  test('by the next check where everybody was signed out', async () => {
    const token = await sourced('s-lea', 'session')
    const secret = await shown(token)
    await admin('POST', '/v1/sign-out', {})
    expect(await deletedSecrets('s-lea')).toEqual([])
    passSeconds(CHECK)
    expect(await alarm('s-lea')).toBe(true)
    expect(await deletedSecrets('s-lea')).toEqual([secret])
  })

  test('once each of the page has ended, and not before', async () => {
    const token = await sourced('s-mia', 'session')
    const secret = await shown(token)
    await shown(token, { resource: 'page_2' })
    const id = await recordOf('s-mia')
    await admin('PATCH', `/v1/tokens/${id}`, { resources: ['page_2'] })
    await settled('s-mia')
    expect(await deletedSecrets('s-mia')).toEqual([])
    await admin('PATCH', `/v1/tokens/${id}`, { resources: ['page_3'] })
    await settled('s-mia')
    expect(await deletedSecrets('s-mia')).toEqual([secret])
  })

  test('at its own end, of which the source is told only where it would live on', async () => {
    const token = await sourced('s-noa', 'session', { to: at(HOUR) })
    await shown(token)
    const lasting = await sourced('lasting-s', 'session', { to: at(HOUR) })
    const secret = await shown(lasting)
    passSeconds(HOUR)
    for (const name of ['s-noa', 'lasting-s']) expect(await alarm(name)).toBe(true)
    expect(await deletedSecrets('s-noa')).toEqual([])
    expect(await deletedSecrets('lasting-s')).toEqual([secret])
    // Nothing is kept of it.
    for (const name of ['s-noa', 'lasting-s']) expect(await alarm(name)).toBe(false)
  })

  test('at its own end, also where that comes before the next check', async () => {
    const token = await sourced('lasting-s-early', 'session', { to: at(100) })
    await open(token)
    const rings = await runInDurableObject(sessionTokensOf(env, 'lasting-s-early'), (_, { storage }) =>
      storage.getAlarm(),
    )
    expect(rings).toBe(NOW + 100_000)
  })

  test('in the end, where the source does not take the word at first', async () => {
    const token = await sourced('undeletable-s', 'session')
    const secret = await shown(token)
    await admin('POST', '/v1/users/undeletable-s/sign-out', {})
    await settled('undeletable-s')
    expect(await deletedSecrets('undeletable-s')).toEqual([secret])
    passSeconds(80)
    expect(await alarm('undeletable-s')).toBe(true)
    expect(await deletedSecrets('undeletable-s')).toEqual([secret, secret])
    expect(await alarm('undeletable-s')).toBe(false)
  })

  test('and what opens afterwards gets another', async () => {
    const token = await sourced('s-oto', 'session')
    const secret = await shown(token)
    await admin('POST', '/v1/users/s-oto/sign-out', {})
    passSeconds(LEASE + 2)
    const id = await recordOf('s-oto')
    const fresh = (await admin('POST', `/v1/tokens/${id}/refresh`, {})).body.token
    const next = await shown(fresh)
    expect(next).toMatch(/^made-/)
    expect(next).not.toBe(secret)
  })
})

describe('questions about such a user', () => {
  test('are answered without asking the source', async () => {
    const token = await sourced('s-pia', 'session')
    const id = await recordOf('s-pia')
    const { body } = await admin('POST', `/v1/tokens/${id}/explain`, { token })
    expect(body.allowed).toBe(true)
    expect(body.checks.find(({ check }: Loose) => check === 'biuwer_token').detail).toBe(
      'The token source is asked for a Biuwer token at the opening.',
    )
    expect(await askedFor('s-pia')).toEqual([])
  })

  test('open a preview with a Biuwer token of its own', async () => {
    await sourced('s-rui', 'session')
    const id = await recordOf('s-rui')
    const { body } = await admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_1' })
    expect(await shown(body.token, { origin: EDGE })).toMatch(/^made-/)
  })
})
