import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair } from 'jose'
import { describe, expect, test } from 'vitest'
import { registryOf } from '../../worker/storage/registry.ts'
import { encode } from '../../worker/tokens/base64url.ts'
import { admin, call, check, open } from './api.ts'
import { authentic, exported, importLines, itemsOf } from './backups.ts'
import { at, frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { host, keyPair, newSigner, signed } from './signing.ts'

/** Signers, as whoever runs the edge manages them. */

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

const ids = ({ body }: { body: Loose }) => body.items.map(({ id }: Loose) => id)

describe('a signer', () => {
  test('is made of public keys, with defaults that are safe', async () => {
    const pair = await keyPair()
    const { kty, crv, x, y } = pair.jwk
    const answer = await admin('POST', '/v1/signers', { name: 'Backend', keys: { keys: [pair.jwk] } })
    const made = {
      id: expect.stringMatching(/^sig_[\w-]{22}$/),
      name: 'Backend',
      keys: { keys: [{ kid: 'one', alg: 'ES256', use: 'sig', kty, crv, x, y }] },
      users: null,
      resources: null,
      origins: null,
      max_ttl: 300,
      single_use: true,
      version: 1,
      created_at: at(0),
      updated_at: at(0),
      last_used_at: null,
      revoked_at: null,
      status: 'active',
    }
    expect([answer.status, answer.body]).toEqual([201, made])
    expect(answer.headers.get('etag')).toBe('"1"')
    const { id } = answer.body
    expect((await admin('GET', `/v1/signers/${id}`)).body).toEqual(answer.body)
    expect((await admin('GET', '/v1/signers')).body).toEqual({ items: [answer.body], next_cursor: null })
  })

  test('changes field by field, and is what it was where nothing was asked', async () => {
    const { id, ...made } = await newSigner([await keyPair()])
    passSeconds(10)
    const changes = {
      name: 'Other',
      users: ['a', 'a', 'b*'],
      resources: ['page_1'],
      max_ttl: 30,
      single_use: false,
    }
    const { body } = await admin('PATCH', `/v1/signers/${id}`, changes)
    expect(body).toEqual({
      ...made,
      ...changes,
      id,
      users: ['a', 'b*'],
      version: 2,
      updated_at: at(10),
      effective_by: { new_sessions: at(10 + 62), open_sessions: at(10 + 62 + 300) },
    })
    const again = await admin('PATCH', `/v1/signers/${id}`, { users: null, resources: null })
    expect(again.body).toMatchObject({ users: null, resources: null, max_ttl: 30, name: 'Other', version: 3 })
  })

  test('is changed by nobody who has not seen its last change', async () => {
    const { id } = await newSigner([await keyPair()])
    const path = `/v1/signers/${id}`
    const seen = { headers: { 'If-Match': '"1"' } }
    expect((await admin('PATCH', path, { name: 'a' }, seen)).status).toBe(200)
    for (const method of ['PATCH', 'DELETE']) {
      const { status, body } = await admin(method, path, method === 'PATCH' ? { name: 'b' } : undefined, seen)
      expect([status, body.code]).toEqual([412, 'precondition_failed'])
    }
    expect((await admin('GET', path)).body).toMatchObject({ name: 'a', status: 'active' })
  })

  test('is deleted for good, and stays in the list', async () => {
    const { id } = await newSigner([await keyPair()])
    const path = `/v1/signers/${id}`
    const first = await admin('DELETE', path)
    expect(first.body).toMatchObject({ id, status: 'revoked', revoked_at: at(0) })
    passSeconds(100)
    const again = await admin('DELETE', path)
    expect(again.body).toEqual(first.body)
    expect((await admin('PATCH', path, { name: 'x' })).body.code).toBe('conflict')
    expect(ids(await admin('GET', '/v1/signers'))).toEqual([id])
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(
        (await admin(method, '/v1/signers/sig_nothing', method === 'PATCH' ? {} : undefined)).status,
      ).toBe(404)
  })

  test('is made once under its Idempotency-Key', async () => {
    const body = { name: 'Backend', keys: { keys: [(await keyPair()).jwk] } }
    const headers = { 'Idempotency-Key': 'one' }
    const first = await admin('POST', '/v1/signers', body, { headers })
    const again = await admin('POST', '/v1/signers', body, { headers })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await admin('GET', '/v1/signers')).body.items).toHaveLength(1)
  })

  test('is made and changed once, though the deployment allows its origins no more', async () => {
    const keys = { keys: [(await keyPair()).jwk] }
    const origins = ['https://app.example.com']
    const headers = { 'Idempotency-Key': 'one' }
    const narrowed = { headers, bindings: { ...env, ALLOWED_ORIGINS: 'https://other.example.com' } }
    const first = await admin('POST', '/v1/signers', { name: 'x', keys, origins }, { headers })
    const again = await admin('POST', '/v1/signers', { name: 'x', keys, origins }, narrowed)
    expect([again.status, again.body]).toEqual([201, first.body])
    const path = `/v1/signers/${first.body.id}`
    headers['Idempotency-Key'] = 'two'
    const changed = await admin('PATCH', path, { origins }, { headers })
    const repeated = await admin('PATCH', path, { origins }, narrowed)
    expect([repeated.status, repeated.body]).toEqual([200, changed.body])
    expect((await admin('PATCH', path, { origins }, { ...narrowed, headers: {} })).status).toBe(400)
  })

  test('stands in the audit with each of its changes, and is counted', async () => {
    const { id } = await newSigner([await keyPair()])
    await admin('PATCH', `/v1/signers/${id}`, { name: 'x' })
    await admin('POST', `/v1/signers/${id}/preview`, { user: 'store-1', resource: 'page_1' })
    await admin('DELETE', `/v1/signers/${id}`)
    await admin('DELETE', `/v1/signers/${id}`)
    const { items } = (await admin('GET', `/v1/audit?target=${id}`)).body
    expect(items.map(({ action }: Loose) => action)).toEqual([
      'signer.delete',
      'signer.preview',
      'signer.update',
      'signer.create',
    ])
    await newSigner([await keyPair()])
    expect((await admin('GET', '/v1/statistics')).body.signers).toEqual({ active: 1, revoked: 1 })
  })

  test('comes a page at a time, newest first', async () => {
    const made: string[] = []
    for (let count = 0; count < 3; count++) made.unshift((await newSigner([await keyPair()])).id)
    const first = await admin('GET', '/v1/signers?limit=2')
    const second = await admin('GET', `/v1/signers?limit=2&cursor=${first.body.next_cursor}`)
    expect([...ids(first), ...ids(second)]).toEqual(made)
    expect(second.body.next_cursor).toBeNull()
  })

  test.each<[string, object]>([
    ['name', { name: ' ' }],
    ['keys', { keys: undefined }],
    ['keys', { keys: 'a PEM' }],
    ['keys.keys', { keys: { keys: [] } }],
    ['keys', { keys: [{}] }],
    ['keys.keys', { keys: { keys: Array(6).fill({}) } }],
    ['keys.keys.0', { keys: { keys: ['x'] } }],
    ['keys.keys.0', { keys: { keys: [[]] } }],
    ['users', { users: [] }],
    ['users.0', { users: ['*'] }],
    ['resources.0', { resources: ['a b'] }],
    ['origins.0', { origins: ['https://elsewhere.example.net'] }],
    ['max_ttl', { max_ttl: 29 }],
    ['max_ttl', { max_ttl: 86_401 }],
    ['max_ttl', { max_ttl: 30.5 }],
    ['single_use', { single_use: 'yes' }],
    ['id', { id: 'sig_mine' }],
  ])('is refused for its %s: %j', async (path, request) => {
    const { jwk } = await keyPair()
    const { body } = await admin('POST', '/v1/signers', { name: 'x', keys: { keys: [jwk] }, ...request })
    expect([body.code, body.errors?.[0]?.path]).toEqual(['invalid_request', path])
    expect((await admin('GET', '/v1/signers')).body.items).toEqual([])
  })
})

describe('a key of a signer', () => {
  const post = (...keys: Loose[]) => admin('POST', '/v1/signers', { name: 'x', keys: { keys } })
  const refused = async (jwk: Loose) => {
    const { status, body } = await post(jwk)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    return body.errors.map(({ path }: Loose) => path.replace('keys.keys.0', '').slice(1)).join()
  }

  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'that is private is refused, kept nowhere, and told to be replaced (%s)',
    async (alg) => {
      const { privateKey } = await keyPair(alg)
      const secret = await exportJWK(privateKey)
      const { body } = await post({ ...secret, alg, kid: 'one' })
      expect(body.errors[0].path).toBe('keys.keys.0.d')
      expect(body.errors[0].message).toMatch(/private key.*new key pair/)
      const said = JSON.stringify([body, await exported(), (await admin('GET', '/v1/audit')).body])
      expect(said).not.toContain(secret.d)
    },
  )

  test('that is a shared secret is refused', async () => {
    expect(await refused({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256', kid: 'one' })).toBe('k')
    expect(await refused({ kty: 'oct', alg: 'HS256', kid: 'one' })).toBe('kty')
  })

  test('of RSA has 2048 to 4096 bits, and says what it signs with', async () => {
    for (const bits of [1024, 8192]) {
      // Whether it is a product of primes is not looked at when a key is read.
      const modulus = new Uint8Array(bits / 8).fill(0xff)
      const n = encode(modulus)
      expect(await refused({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: 'one' })).toBe('n')
    }
    const { jwk } = await keyPair('RS256')
    for (const alg of [undefined, 'RS384', 'HS256', 'none', 7])
      expect(await refused({ ...jwk, alg })).toBe('alg')
    expect((await post({ ...jwk, alg: 'PS256' })).status).toBe(201)
  })

  test('has a kid, once in its signer', async () => {
    const { jwk } = await keyPair()
    for (const kid of [undefined, '', 'a b', 7, 'x'.repeat(129)])
      expect(await refused({ ...jwk, kid })).toBe('kid')
    const { body } = await post(jwk, { ...(await keyPair()).jwk, kid: jwk.kid })
    expect(body.errors).toEqual([{ path: 'keys.keys.1.kid', message: expect.any(String) }])
    expect((await post(jwk, { ...jwk, kid: 'two' })).status).toBe(201)
  })

  test.each<[string, Loose]>([
    ['use', { use: 'enc' }],
    ['key_ops', { key_ops: ['sign'] }],
    ['key_ops', { key_ops: 'verify' }],
    ['alg', { alg: 'ES384' }],
    ['kty', { crv: 'P-384' }],
    ['kty', { kty: undefined }],
    ['', { x: 'AAAA' }],
    ['', { x: undefined }],
    ['', { y: 7 }],
    ['', { x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU' }],
  ])('is refused for its %s: %j', async (member, change) => {
    expect(await refused({ ...(await keyPair()).jwk, ...change })).toBe(member)
  })

  test('is kept without what does not make it', async () => {
    const { jwk } = await keyPair('EdDSA')
    const { body } = await post({
      ...jwk,
      alg: undefined,
      use: 'sig',
      key_ops: ['verify'],
      x5c: ['MII'],
      note: 'x',
    })
    expect(body.keys.keys).toEqual([
      { kid: 'one', alg: 'EdDSA', use: 'sig', kty: 'OKP', crv: 'Ed25519', x: jwk.x },
    ])
  })

  test.each([
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `${'00'.repeat(31)}80`,
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    `ec${'ff'.repeat(30)}7f`,
  ])('of EdDSA for which anybody can sign is refused: %s', async (point) => {
    const x = encode(Uint8Array.from(point.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)))
    expect(await refused({ kty: 'OKP', crv: 'Ed25519', x, kid: 'one' })).toBe('x')
  })

  test('of another curve of EdDSA is refused', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
    expect(await refused({ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'one' })).toBe('kty')
  })
})

describe('a key for some users', () => {
  const as = (key: string, method: string, path: string, body?: unknown) =>
    call(method, path, { body, headers: { Authorization: `Bearer ${key}` } })
  const newKey = async (role: string) =>
    (await admin('POST', '/v1/keys', { name: 'x', role, users: ['store-*', 'ana'] })).body.key

  test('has signers for those users alone, and none of others or of everybody', async () => {
    const pair = await keyPair()
    const within = [
      await newSigner([pair], { users: ['store-1', 'ana'] }),
      await newSigner([pair], { users: ['store-n*'] }),
    ]
    const others = [
      await newSigner([pair]),
      await newSigner([pair], { users: ['store-1', 'hidden'] }),
      await newSigner([pair], { users: ['sto*'] }),
    ]
    const key = await newKey('admin')
    expect(ids(await as(key, 'GET', '/v1/signers'))).toEqual(within.map(({ id }) => id).reverse())
    expect(ids(await as(key, 'GET', '/v1/signers?limit=1'))).toEqual([within[1]?.id])
    for (const { id } of others)
      for (const [method, body] of [['GET'], ['PATCH', {}], ['DELETE']] as const)
        expect((await as(key, method, `/v1/signers/${id}`, body)).status).toBe(404)
    expect((await as(key, 'GET', '/v1/statistics')).body.signers).toEqual({ active: 2, revoked: 0 })
  })

  test('makes none that signs for others, and gives none to others', async () => {
    const key = await newKey('admin')
    const request = (users: unknown) => ({ name: 'x', users, keys: undefined })
    const { jwk } = await keyPair()
    const make = (users: unknown) =>
      as(key, 'POST', '/v1/signers', { ...request(users), keys: { keys: [jwk] } })
    for (const users of [undefined, null]) expect((await make(users)).body.code).toBe('forbidden')
    for (const users of [['hidden'], ['ana', 'anabel'], ['st*'], ['store*']])
      expect((await make(users)).status).toBe(404)
    const { status, body } = await make(['store-*'])
    expect(status).toBe(201)
    expect((await as(key, 'PATCH', `/v1/signers/${body.id}`, { users: null })).body.code).toBe('forbidden')
    expect((await as(key, 'PATCH', `/v1/signers/${body.id}`, { users: ['hidden'] })).status).toBe(404)
    expect((await as(key, 'PATCH', `/v1/signers/${body.id}`, { users: ['ana'] })).status).toBe(200)
  })
})

describe('a backup', () => {
  test('brings signers back, and no token that was signed before', async () => {
    const { signer, token } = await host()
    const spent = await token()
    const opening = await open(spent)
    expect(opening.status).toBe(201)
    const lines = await exported()
    expect(itemsOf(lines, 'signer')).toHaveLength(1)
    passSeconds(10)
    await reset()
    const [unspent, isolate] = [await token(), newIsolate()]
    expect((await open(spent, { isolate })).body.code).toBe('token_invalid')
    expect((await importLines(lines)).status).toBe(200)
    passSeconds(1)
    for (const text of [spent, unspent])
      expect((await open(text, { key: 'two', isolate: newIsolate() })).body.code).toBe('token_revoked')
    expect((await open(await token(), { key: 'two', isolate: newIsolate() })).status).toBe(201)
    expect((await check(opening.body.session_token, undefined, newIsolate())).body.code).toBe(
      'session_revoked',
    )
    const { body } = await admin('GET', `/v1/signers/${signer.id}`)
    expect(body).toEqual({ ...signer, last_used_at: body.last_used_at })
    expect((await admin('GET', `/v1/audit?target=${signer.id}`)).body.items[0].action).toBe('signer.import')
  })

  test('is a moment: what is changed behind the page that went out is told as it was', async () => {
    const { signer } = await host()
    const registry = registryOf(env)
    const settings = { revocationLease: 60, sessionCheck: 300, kid: 'k' }
    await registry.beginExport('one', {
      users: null,
      actor: 'x',
      requestId: 'req_x',
      idempotency: null,
      settings,
    })
    await admin('PATCH', `/v1/signers/${signer.id}`, { name: 'changed' })
    await newSigner([await keyPair()])
    const page = await registry.snapshotPage('one', { table: 'signers', after: '' }, 100)
    expect(page?.items).toEqual([
      { type: 'signer', signer: expect.objectContaining({ id: signer.id, name: signer.name }) },
    ])
  })

  test('revives no signer that was deleted since', async () => {
    const { signer } = await host()
    const lines = await exported()
    await admin('DELETE', `/v1/signers/${signer.id}`)
    const audit = itemsOf(await exported(), 'audit')
    await reset()
    const unverified = [...itemsOf(lines, 'signer'), ...audit].map((item) => JSON.stringify(item)).join('\n')
    expect((await importLines(unverified, '?unverified=accept')).status).toBe(200)
    expect((await admin('GET', `/v1/signers/${signer.id}`)).body.status).toBe('revoked')
  })

  test.each<[string, (signer: Loose) => Loose]>([
    ['signer.id', (signer) => ({ ...signer, id: 'sig_x' })],
    ['signer.keys', (signer) => ({ ...signer, keys: [] })],
    ['signer.keys.0.alg', (signer) => ({ ...signer, keys: [{ ...signer.keys[0], alg: 'HS256' }] })],
    ['signer.maxTtl', (signer) => ({ ...signer, maxTtl: 1e9 })],
    ['signer.shards', (signer) => ({ ...signer, shards: 0 })],
    ['signer.tokensSince', (signer) => ({ ...signer, tokensSince: NOW })],
  ])('is refused for the %s of a signer', async (path, change) => {
    await host()
    const [item] = itemsOf(await exported(), 'signer')
    const { body } = await importLines(await authentic([{ ...item, signer: change(item.signer) }]))
    expect(body.errors?.map((each: Loose) => each.path)).toContain(`line 1.${path}`)
  })

  test('brings no key in the place of another signer’s, whatever thumbprint it names', async () => {
    const { pair, signer } = await host()
    const [item] = itemsOf(await exported(), 'signer')
    const other = await keyPair()
    const { kty, crv, x, y } = other.jwk
    const foreign = {
      ...item.signer,
      id: 'sig_AAAAAAAAAAAAAAAAAAAAAA',
      keys: [{ ...item.signer.keys[0], jwk: { kty, crv, x, y } }],
    }
    await importLines(await authentic([{ ...item, signer: foreign }]))
    passSeconds(1)
    const isolate = newIsolate()
    expect((await open(await signed(other, { iss: foreign.id }), { isolate })).status).toBe(201)
    expect((await open(await signed(other, { iss: signer.id }), { isolate })).body.code).toBe('token_invalid')
    expect((await open(await signed(pair, { iss: signer.id }), { isolate })).status).toBe(201)
  })

  test('has a signer whose keys are none, and nothing opens with it', async () => {
    const { token } = await host()
    const [item] = itemsOf(await exported(), 'signer')
    await reset()
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'x' })
    const keys = [{ ...item.signer.keys[0], jwk: { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA' } }]
    expect((await importLines(await authentic([{ ...item, signer: { ...item.signer, keys } }]))).status).toBe(
      200,
    )
    passSeconds(1)
    expect((await open(await token(), { isolate: newIsolate() })).body.code).toBe('token_invalid')
  })
})
