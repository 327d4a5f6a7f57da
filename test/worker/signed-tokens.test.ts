import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { SIGNER_ALGORITHMS } from '../../worker/policy/signer.ts'
import { admin, check, EDGE, open } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { type Claims, type Header, host, keyPair, signed } from './signing.ts'
import { cost, counting, NOTHING, staleKv } from './storage-doubles.ts'

/** Tokens that a host has signed itself: what they open, and what they don't. */

const LEASE = 60
const now = NOW / 1000

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const encode = (value: unknown) =>
  btoa(typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

describe('a token that a host has signed', () => {
  test.each(SIGNER_ALGORITHMS)('opens a session, signed by %s', async (alg) => {
    const { signer, token } = await host({}, alg)
    const { status, body } = await open(await token())
    expect([status, body.user, body.share]).toEqual([
      201,
      'store-1',
      { src: 'https://acme.biuwer.com/share', name: 'page_1:5f2b1c9e-biuwer-token' },
    ])
    expect((await check(body.session_token)).status).toBe(200)
    expect((await admin('GET', `/v1/signers/${signer.id}`)).body.last_used_at).toBe('2126-03-14T12:00:00Z')
  })

  test('opens for one page view, whoever comes at once', async () => {
    const { token } = await host()
    const view = await token({ jti: 'one-view' })
    const codes = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const { status } = await open(view, { key: `key-${index}`, isolate: newIsolate() })
        return status
      }),
    )
    expect(codes.filter((status) => status === 201)).toHaveLength(1)
    expect(codes.filter((status) => status === 409)).toHaveLength(7)
  })

  test('opens again for the page view that has redeemed it, and for no other, however it is signed again', async () => {
    const { pair, signer, token } = await host()
    const view = await token({ jti: 'a' })
    expect((await open(view, { key: 'one' })).status).toBe(201)
    expect((await open(view, { key: 'one', isolate: newIsolate() })).status).toBe(201)
    // ES256 gives another signature each time: the spent-set knows a token by its jti.
    const again = await signed(pair, { iss: signer.id, jti: 'a' })
    expect(again).not.toBe(view)
    expect((await open(again, { key: 'two', isolate: newIsolate() })).body.code).toBe('token_spent')
    expect((await open(await token({ jti: 'a', exp: now + 61 }), { key: 'two' })).status).toBe(201)
  })

  test('is another than one of the same jti that another signer has signed', async () => {
    const [one, other] = [await host(), await host()]
    const claims = { jti: 'a', exp: now + 60 }
    expect((await open(await one.token(claims), { key: 'one' })).status).toBe(201)
    expect((await open(await other.token(claims), { key: 'two' })).status).toBe(201)
  })

  test('opens again and again, until it ends, where the signer says so', async () => {
    const { token } = await host({ single_use: false })
    const text = await token({ jti: undefined })
    const first = await open(text, { key: 'one' })
    expect(first.body.expires_at).toBe('2126-03-14T12:01:00Z')
    passSeconds(59)
    expect((await open(text, { key: 'two' })).status).toBe(201)
    passSeconds(1)
    expect((await open(text, { key: 'two' })).body.code).toBe('token_expired')
  })

  test('renews the session of its page, which a single-use one does not bound', async () => {
    const { token } = await host()
    const first = await open(await token(), { key: 'one' })
    expect(first.body.expires_at).toBe('2126-03-14T20:00:00Z')
    passSeconds(3600)
    const second = await open(await token(), { key: 'one' })
    expect([second.status, second.body.session_id]).toEqual([201, first.body.session_id])
    expect(second.body.expires_at).toBe('2126-03-14T21:00:00Z')
  })

  test.each<[string, Claims]>([
    ['token_expired', { iat: now - 60, exp: now }],
    ['token_not_yet_valid', { iat: now + 61, exp: now + 100 }],
    ['token_not_yet_valid', { nbf: now + 61 }],
    ['user_not_linked', { sub: 'nobody' }],
    ['resource_not_allowed', { resources: ['page_2'] }],
    ['origin_not_allowed', { origins: ['https://other.example.com'] }],
  ])('is refused with %s for %j', async (code, claims) => {
    const { token } = await host()
    const { bindings, take } = counting()
    const text = await token(claims)
    expect((await open(text, { bindings })).body.code).toBe(code)
    expect(take().spends).toBe(0)
  })

  test('is valid a minute before its time by our clock, and not a second after its end', async () => {
    const { token } = await host()
    const ahead = await token({ iat: now + 60, nbf: now + 60, exp: now + 90 })
    expect((await open(ahead)).status).toBe(201)
    const { body } = await open(await token({ iat: now + 70, exp: now + 90 }))
    expect([body.code, body.valid_from]).toEqual(['token_not_yet_valid', '2126-03-14T12:00:10Z'])
  })

  test.each<[string, Claims]>([
    ['aud', { aud: 'https://other.example.com' }],
    ['aud', { aud: undefined }],
    ['aud', { aud: [] }],
    ['aud', { aud: `${EDGE}/` }],
    ['sub', { sub: undefined }],
    ['sub', { sub: 'a b' }],
    ['sub', { sub: 7 }],
    ['iat', { iat: undefined }],
    ['iat', { iat: '1773489600' }],
    ['iat', { iat: -1 }],
    ['nbf', { nbf: 'now' }],
    ['exp', { exp: undefined }],
    ['exp', { exp: 9e15 }],
    ['exp', { exp: now + 301 }],
    ['exp', { iat: now, exp: now }],
    ['jti', { jti: undefined }],
    ['jti', { jti: '' }],
    ['jti', { jti: 'a b' }],
    ['jti', { jti: 'x'.repeat(129) }],
    ['jti', { jti: 7 }],
    ['resources', { resources: [] }],
    ['resources', { resources: 'page_1' }],
    ['resources', { resources: ['a b'] }],
    ['resources', { resources: { 0: 'page_1' } }],
    ['origins', { origins: [] }],
    ['origins', { origins: ['https://app.example.com/'] }],
  ])('is refused for its %s, and told so to who signs: %j', async (claim, claims) => {
    const { token } = await host()
    const { status, body } = await open(await token(claims))
    expect([status, body.code]).toEqual([401, 'token_invalid'])
    expect(body.detail).toContain(`"${claim}"`)
  })

  test('may name the edge among others, and have claims of the host’s own', async () => {
    const { token } = await host()
    const claims = { aud: ['https://other.example.com', EDGE], role: 'cashier', resources: null }
    expect((await open(await token(claims))).status).toBe(201)
  })
})

describe('what was not signed by a key of the signer', () => {
  const invalid = {
    code: 'token_invalid',
    detail: expect.stringContaining('This edge did not issue the token'),
  }

  test.each<[string, Header]>([
    ['an unknown kid', { kid: 'two' }],
    ['no kid', { kid: undefined } as unknown as Header],
    ['a critical header', { crit: ['b64'], b64: true } as Header],
  ])('is invalid with %s', async (_, header) => {
    const { token } = await host()
    expect((await open(await token({}, header))).body).toMatchObject(invalid)
  })

  test('is invalid where the header names another algorithm than the key was registered for', async () => {
    const { pair, signer } = await host({}, 'RS256')
    const asPs256 = await signed(await keyPair('PS256'), { iss: signer.id })
    expect((await open(asPs256)).body).toMatchObject(invalid)
    const claims = { iss: signer.id, aud: EDGE, sub: 'store-1', iat: now, exp: now + 60, jti: 'a' }
    // With the public key as the secret of an HMAC.
    const secret = new TextEncoder().encode(JSON.stringify(pair.jwk))
    const asHs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret)
    expect((await open(asHs256)).body).toMatchObject(invalid)
    for (const alg of ['none', 'None', 'HS256', 'RS512', 'ES256'])
      for (const signature of ['', 'AAAA']) {
        const text = `${encode({ alg, kid: 'one' })}.${encode(claims)}.${signature}`
        expect((await open(text)).body).toMatchObject(invalid)
      }
  })

  test('is invalid where another key signed, whatever key the header brings along', async () => {
    const { signer } = await host()
    const other = await keyPair()
    for (const header of [{}, { jwk: other.jwk }, { jku: 'https://evil.example.com/jwks.json' }])
      expect((await open(await signed(other, { iss: signer.id }, header))).body).toMatchObject(invalid)
  })

  test('is invalid where the text was changed', async () => {
    const { token } = await host()
    const [header = '', payload = '', signature = ''] = (await token()).split('.')
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    const forged = encode({ ...claims, sub: 'ceo' })
    expect((await open(`${header}.${forged}.${signature}`)).body).toMatchObject(invalid)
    expect((await open(`${header}.${payload}.${signature.slice(0, -4)}`)).body).toMatchObject(invalid)
  })

  test.each(SIGNER_ALGORITHMS)(
    'is invalid in another spelling of the same bytes, signed by %s',
    async (alg) => {
      const { token } = await host({}, alg)
      const text = await token()
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const last = alphabet.indexOf(text.slice(-1))
      // The lowest bit of the last character is beyond the content.
      expect((await open(text.slice(0, -1) + alphabet[last ^ 1])).body).toMatchObject(invalid)
      expect((await open(text)).status).toBe(201)
    },
  )

  test('costs the lease of the signer that it names at most, once a lease, and leaves nothing behind', async () => {
    const { signer, token } = await host()
    const other = await keyPair()
    passSeconds(LEASE)
    const { bindings, take } = counting()
    const isolate = newIsolate()
    for (let count = 0; count < 20; count++) {
      expect((await open(await token({}, { kid: `kid-${count}` }), { bindings, isolate })).body.code).toBe(
        'token_invalid',
      )
      await open(await signed(other, { iss: signer.id }), { bindings, isolate })
    }
    expect(take()).toEqual(cost(1, 1, 1, 0))
    const unknown = 'sig_AAAAAAAAAAAAAAAAAAAAAA'
    for (let count = 0; count < 20; count++)
      expect((await open(await signed(other, { iss: unknown }), { bindings, isolate })).body).toMatchObject(
        invalid,
      )
    expect(take()).toEqual(cost(1, 0, 1, 0))
    for (const iss of [undefined, 'biuwer-embed', 'sig_short', `${signer.id}x`, 7, [signer.id]])
      await open(await signed(other, { iss }), { bindings, isolate })
    expect(take()).toEqual(NOTHING)
  })

  test('is refused at any length that a body may have', async () => {
    const { token } = await host()
    const long = await token({ resources: Array(1000).fill('x'.repeat(40)) })
    expect((await open(long)).body.code).toBe('resource_not_allowed')
    expect((await open(await token({ padding: 'x'.repeat(70_000) }))).body.code).toBe('payload_too_large')
  })
})

describe('the registry', () => {
  test('is asked once a lease for a signer and for a user, however many pages are viewed', async () => {
    const { token } = await host()
    const { bindings, take } = counting()
    const isolate = newIsolate()
    for (let view = 0; view < 5; view++) {
      const { body } = await open(await token(), { key: `view-${view}`, bindings, isolate })
      await check(body.session_token, bindings, isolate)
    }
    expect(take()).toEqual(cost(2, 2, 2, 5))
    // Another isolate finds both leases in KV.
    await open(await token(), { key: 'elsewhere', bindings, isolate: newIsolate() })
    expect(take()).toEqual(cost(2, 0, 0, 1))
    passSeconds(LEASE)
    await open(await token(), { key: 'later', bindings, isolate })
    expect(take()).toEqual(cost(2, 2, 2, 1))
  })

  test('is asked again for a user who was not linked, so that nobody waits for a lease', async () => {
    const { token } = await host()
    const isolate = newIsolate()
    const text = await token({ sub: 'new' })
    expect((await open(text, { isolate })).body.code).toBe('user_not_linked')
    await admin('PUT', '/v1/users/new', { biuwer_token: 'theirs' })
    expect((await open(text, { isolate })).body.share.name).toBe('page_1:theirs')
  })
})

describe('what ends a token that a host has signed', () => {
  /** A session that runs, in an isolate that has leased all there is. */
  async function running(request: object = {}) {
    const given = await host(request)
    const isolate = newIsolate()
    const opening = await open(await given.token(), { isolate })
    const session = opening.body.session_token
    const state = async () => (await check(session, undefined, isolate)).body.code ?? 'open'
    const reopen = async (claims: Claims = {}) =>
      (await open(await given.token(claims), { key: 'new', isolate })).body.code ?? 'open'
    passSeconds(1)
    return { ...given, state, reopen, isolate }
  }

  const ends: [string, (signer: string) => Promise<Loose>, string, string][] = [
    [
      'the deletion of its signer',
      (id) => admin('DELETE', `/v1/signers/${id}`),
      'token_revoked',
      'new_sessions',
    ],
    [
      'other users for the signer',
      (id) => admin('PATCH', `/v1/signers/${id}`, { users: ['other-*'] }),
      'user_not_linked',
      'new_sessions',
    ],
    [
      'other resources for the signer',
      (id) => admin('PATCH', `/v1/signers/${id}`, { resources: ['page_2'] }),
      'resource_not_allowed',
      'new_sessions',
    ],
    [
      'other origins for the signer',
      (id) => admin('PATCH', `/v1/signers/${id}`, { origins: ['https://other.example.com'] }),
      'origin_not_allowed',
      'new_sessions',
    ],
    [
      'another key for the signer',
      async (id) =>
        admin('PATCH', `/v1/signers/${id}`, { keys: { keys: [(await keyPair('ES256', 'two')).jwk] } }),
      'token_invalid',
      'new_sessions',
    ],
    [
      'another key under the same kid',
      async (id) => admin('PATCH', `/v1/signers/${id}`, { keys: { keys: [(await keyPair()).jwk] } }),
      'token_invalid',
      'new_sessions',
    ],
    ['unlinking its user', () => admin('DELETE', '/v1/users/store-1'), 'user_not_linked', 'new_sessions'],
  ]

  test.each(ends)('%s ends its sessions, and opens no others, by the promised time', async (_, end, code) => {
    const { state, reopen } = await running()
    expect(await state()).toBe('open')
    const { status, body } = await end((await admin('GET', '/v1/signers')).body.items[0].id)
    expect(status).toBe(200)
    passSeconds(Date.parse(body.effective_by.new_sessions) / 1000 - Date.now() / 1000)
    expect([await reopen(), await state()]).toEqual([code, 'session_revoked'])
  })

  test('a sign-out ends what was signed before it, and nothing that is signed after', async () => {
    const { reopen, state } = await running()
    await admin('POST', '/v1/users/store-1/sign-out')
    passSeconds(LEASE + 1)
    const before = now + 1
    expect([await reopen({ iat: before }), await state()]).toEqual(['token_revoked', 'session_revoked'])
    expect(await reopen()).toBe('open')
    await admin('POST', '/v1/sign-out')
    passSeconds(LEASE + 1)
    expect(await reopen({ iat: Date.now() / 1000 - LEASE - 1 })).toBe('token_revoked')
    expect(await reopen()).toBe('open')
  })

  test('another Biuwer token for its user ends its sessions, and new ones have the new', async () => {
    const { state, token, isolate } = await running()
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another' })
    passSeconds(LEASE + 1)
    expect(await state()).toBe('session_revoked')
    expect((await open(await token(), { isolate })).body.share.name).toBe('page_1:another')
  })

  test('no change lets a session be judged by a lease of before it', async () => {
    const { signer, pair } = await host()
    const next = await keyPair('ES256', 'two')
    const elsewhere = staleKv()
    const isolate = newIsolate()
    expect(
      (await open(await signed(pair, { iss: signer.id }), { bindings: elsewhere, isolate })).status,
    ).toBe(201)
    passSeconds(1)
    await admin('PATCH', `/v1/signers/${signer.id}`, { keys: { keys: [pair.jwk, next.jwk] } })
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'another' })
    const opening = await open(await signed(next, { iss: signer.id }), { key: 'two', isolate: newIsolate() })
    // KV elsewhere still has both leases of before the changes.
    expect((await check(opening.body.session_token, elsewhere, isolate)).status).toBe(200)
  })

  test('a key that was added signs at once where it was added, and everywhere by the promised time', async () => {
    const { signer, pair } = await host()
    const [here, elsewhere] = [newIsolate(), newIsolate()]
    for (const isolate of [here, elsewhere]) await open(await signed(pair, { iss: signer.id }), { isolate })
    const next = await keyPair('ES256', 'two')
    const keys = { keys: [pair.jwk, next.jwk] }
    const { body } = await admin('PATCH', `/v1/signers/${signer.id}`, { keys }, { isolate: here })
    const text = async () => signed(next, { iss: signer.id })
    expect((await open(await text(), { isolate: here, key: 'a' })).status).toBe(201)
    passSeconds(Date.parse(body.effective_by.new_sessions) / 1000 - now)
    expect((await open(await text(), { isolate: elsewhere, key: 'b' })).status).toBe(201)
  })
})
