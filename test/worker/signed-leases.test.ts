import { describe, expect, test } from 'vitest'
import { admin, call, check, EDGE, open } from './api.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { type Claims, host, keyPair, signed } from './signing.ts'
import { cost, counting, missingKv, NOTHING } from './storage-doubles.ts'

/** Leases of a signer and of a user, which an isolate may have got at different times. */

frozenClock()

describe('a session that a host’s token has opened', () => {
  /** Two isolates that share no KV: `before` has leased signer and user, and then something changes. */
  async function places(request: object = {}) {
    const given = await host({ single_use: false, ...request })
    const bindings = missingKv()
    const [before, after] = [newIsolate(), newIsolate()]
    const openAt = async (isolate: typeof before, claims: Claims = {}, resource = 'page_1') =>
      open(await given.token(claims), { isolate, bindings, resource })
    const state = async (session: string) => {
      const { body } = await check(session, bindings, before)
      return body.code ?? 'open'
    }
    return { ...given, bindings, before, after, openAt, state, path: `/v1/signers/${given.signer.id}` }
  }

  test('goes on where a lease on its user is from before a re-link, and after a lease on its signer', async () => {
    const { before, after, openAt, state } = await places()
    await admin('PUT', '/v1/users/other', { biuwer_token: 'x' })
    await openAt(after, { sub: 'other' })
    passSeconds(5)
    await openAt(before)
    passSeconds(5)
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another' })
    const { body } = await openAt(after)
    expect(body.share.name).toBe('page_1:another')
    expect(await state(body.session_token)).toBe('open')
  })

  test('goes on where a lease on its signer is from before its users or resources came', async () => {
    const { before, after, openAt, state, path } = await places({ users: ['other'], resources: ['page_1'] })
    await openAt(before)
    passSeconds(5)
    await admin('PATCH', path, { users: ['store-1'] })
    const withUser = await openAt(after)
    expect(await state(withUser.body.session_token)).toBe('open')
    passSeconds(5)
    await admin('PATCH', path, { resources: ['page_2'] })
    const withResource = await openAt(newIsolate(), {}, 'page_2')
    expect(await state(withResource.body.session_token)).toBe('open')
  })

  test('goes on where a lease on its signer is from before its key came', async () => {
    const { before, after, bindings, openAt, pair, signer, state, path } = await places()
    await openAt(before)
    passSeconds(5)
    const added = await keyPair('EdDSA', 'two')
    await admin('PATCH', path, { keys: { keys: [pair.jwk, added.jwk] } })
    const { body } = await open(await signed(added, { iss: signer.id }), { isolate: after, bindings })
    expect(await state(body.session_token)).toBe('open')
  })

  test('is ended where it is asked for again and again, without asking the registry more than once a lease', async () => {
    const { after, openAt, path } = await places()
    const { body } = await openAt(after)
    passSeconds(1)
    await admin('PATCH', path, { users: ['other'] })
    const { bindings, take } = counting()
    const isolate = newIsolate()
    for (let count = 0; count < 5; count++)
      expect((await check(body.session_token, bindings, isolate)).body.code).toBe('session_revoked')
    expect(take().registry).toBe(1)
  })

  test('begins at once for a preview of what the signer has come to open', async () => {
    const { before, bindings, openAt, path } = await places({ resources: ['page_2'] })
    await openAt(before)
    await admin('PATCH', path, { resources: ['page_1'] })
    const { body } = await admin('POST', `${path}/preview`, { user: 'store-1', resource: 'page_1' })
    expect((await open(body.token, { origin: EDGE, isolate: before, bindings })).status).toBe(201)
  })
})

describe('of a user whom the signer is not for', () => {
  test('the registry is not asked: how long it takes would tell whether they are linked', async () => {
    const { token } = await host({ users: ['store-*'] })
    await admin('PUT', '/v1/users/ceo', { biuwer_token: 'x' })
    const isolate = newIsolate()
    await open(await token(), { isolate })
    const { bindings, take } = counting()
    for (const sub of ['ceo', 'nobody'])
      expect((await open(await token({ sub }), { bindings, isolate })).body.code).toBe('user_not_linked')
    expect(take()).toEqual(NOTHING)
    await open(await token({ sub: 'ceo' }), { bindings, isolate: newIsolate() })
    expect(take()).toEqual(cost(1, 0, 0, 0))
  })

  test('no sign-out is told to who signs, or to a key for some users', async () => {
    const { token } = await host({ users: ['store-*'] })
    await admin('PUT', '/v1/users/ceo', { biuwer_token: 'x' })
    const made = await admin('POST', '/v1/keys', { name: 'x', role: 'viewer', users: ['store-*'] })
    const text = await token({ sub: 'ceo' })
    const explained = async () => {
      const headers = { Authorization: `Bearer ${made.body.key}` }
      return (await call('POST', '/v1/explain', { body: { token: text }, headers })).body
    }
    const before = await explained()
    passSeconds(1)
    await admin('POST', '/v1/users/ceo/sign-out')
    expect(await explained()).toEqual(before)
    expect((await open(text, { isolate: newIsolate() })).body.code).toBe('user_not_linked')
  })
})
