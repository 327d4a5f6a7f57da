import { describe, expect, test } from 'vitest'
import { admin, call, check, EDGE, HOST, open } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { type Claims, host, keyPair, signed } from './signing.ts'

/** Questions about tokens that a host has signed, and trying what they open. */

const LEASE = 60
const now = NOW / 1000

frozenClock()

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

describe('a question about a token that a host has signed', () => {
  const explain = (token: string, question: object = {}) =>
    admin('POST', '/v1/explain', { token, resource: 'page_1', origin: HOST, ...question })
  const failing = ({ body }: { body: Loose }) =>
    body.checks.filter(({ ok }: Loose) => !ok).map(({ check }: Loose) => check)
  const introspect = (token: string) =>
    admin('POST', '/oauth/introspect', `token=${token}`, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })

  test('is answered check by check, and spends nothing', async () => {
    const { signer, token } = await host()
    const text = await token()
    const { body } = await explain(text)
    expect(body.allowed).toBe(true)
    expect(body.checks.map(({ check }: Loose) => check)).toEqual([
      'signature',
      'validity',
      'resource',
      'origin',
      'revocation',
      'user',
      'biuwer_token',
      'single_use',
    ])
    expect(body.checks[0].detail).toContain(signer.id)
    expect((await open(text)).status).toBe(201)
    expect(failing(await explain(text))).toEqual(['single_use'])
    expect((await admin('GET', `/v1/signers/${signer.id}`)).body.last_used_at).not.toBeNull()
  })

  test.each<[string, Claims, object]>([
    ['signature', { aud: 'https://other.example.com' }, {}],
    ['validity', { iat: now - 100, exp: now - 50 }, {}],
    ['validity', { nbf: now + 100, exp: now + 200 }, {}],
    ['resource', {}, { resource: 'page_2' }],
    ['origin', { origins: ['https://b.example.com'] }, {}],
    ['user', { sub: 'nobody' }, {}],
  ])('names what fails: %s, for %j', async (name, claims, question) => {
    const { token } = await host({ resources: ['page_1'] })
    const answer = await explain(await token(claims), question)
    expect([answer.body.allowed, failing(answer)]).toEqual([false, [name]])
  })

  test('tells a deletion, a sign-out, a key that is gone, and users whom the signer is not for', async () => {
    const { signer, token } = await host()
    const path = `/v1/signers/${signer.id}`
    const text = await token()
    await admin('PATCH', path, { users: ['other'] })
    expect(failing(await explain(text))).toEqual(['user'])
    await admin('PATCH', path, { users: null })
    await admin('POST', '/v1/sign-out')
    const signedOut = await explain(text)
    expect(failing(signedOut)).toEqual(['revocation'])
    expect(JSON.stringify(signedOut.body)).toContain('sign-out')
    await admin('DELETE', path)
    expect(JSON.stringify((await explain(text)).body)).toContain('The signer was deleted')
    await admin('PATCH', path, {})
  })

  test('of a record is answered too, with its record', async () => {
    await host()
    const { body: record } = await admin('POST', '/v1/tokens', { user: 'store-1' })
    const { body } = await explain(record.token)
    expect([body.allowed, body.checks[1].check]).toEqual([true, 'record'])
    expect(failing(await explain('nonsense'))).toEqual(['signature'])
    const other = (await admin('POST', '/v1/tokens', { user: 'store-1' })).body
    const about = (token: string) => admin('POST', `/v1/tokens/${other.id}/explain`, { token })
    expect(failing(await about(record.token))).toEqual(['record'])
    expect(failing(await about(await (await host()).token()))).toEqual(['record'])
  })

  test('is answered by introspection as far as the token opens anything', async () => {
    const { signer, token } = await host({ resources: ['page_1', 'page_2'] })
    const text = await token({ resources: ['page_2', 'page_3'], jti: 'a', exp: now + 60 })
    expect((await introspect(text)).body).toEqual({
      active: true,
      token_type: 'biuwer-embed',
      username: 'store-1',
      iss: signer.id,
      sub: 'store-1',
      iat: now,
      nbf: now,
      exp: now + 60,
      jti: 'a',
      resources: ['page_2'],
    })
    for (const claims of [{ resources: ['page_3'] }, { sub: 'nobody' }, { aud: 'x' }])
      expect((await introspect(await token(claims))).body).toEqual({ active: false })
    await open(text, { resource: 'page_2' })
    expect((await introspect(text)).body).toEqual({ active: false })
  })

  test('never revokes the signer: RFC 7009 has an error for that', async () => {
    const { token, signer } = await host()
    const { status, body } = await admin('POST', '/oauth/revoke', `token=${await token()}`, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect([status, body.error]).toEqual([400, 'unsupported_token_type'])
    expect((await admin('GET', `/v1/signers/${signer.id}`)).body.status).toBe('active')
  })

  test('is answered in no word to a key that is for others', async () => {
    const { token } = await host({ users: ['store-1'] })
    const { body } = await admin('POST', '/v1/keys', { name: 'x', role: 'manager', users: ['other-*'] })
    const headers = { Authorization: `Bearer ${body.key}` }
    const text = await token()
    const answer = await call('POST', '/v1/explain', { body: { token: text }, headers })
    const made = await keyPair()
    const unknown = await call('POST', '/v1/explain', {
      body: { token: await signed(made, { iss: 'sig_AAAAAAAAAAAAAAAAAAAAAA' }) },
      headers,
    })
    expect(answer.body).toEqual(unknown.body)
  })
})

describe('a preview of a signer', () => {
  test('opens on the edge’s own pages alone, for five minutes, and spends nothing', async () => {
    const { signer } = await host({ resources: ['page_1'] })
    const { status, body } = await admin('POST', `/v1/signers/${signer.id}/preview`, {
      user: 'store-1',
      resource: 'page_1',
    })
    expect([status, body.token_expires_at]).toEqual([200, '2126-03-14T12:05:00Z'])
    expect((await open(body.token, { origin: HOST })).body.code).toBe('origin_not_allowed')
    const opening = await open(body.token, { origin: EDGE })
    expect([opening.status, opening.body.expires_at]).toEqual([201, '2126-03-14T12:05:00Z'])
    expect((await check(opening.body.session_token)).status).toBe(200)
    await admin('DELETE', `/v1/signers/${signer.id}`)
    passSeconds(LEASE + 1)
    expect((await check(opening.body.session_token)).body.code).toBe('session_revoked')
    expect((await open(body.token, { origin: EDGE })).body.code).toBe('token_revoked')
    const again = await admin('POST', `/v1/signers/${signer.id}/preview`, {
      user: 'store-1',
      resource: 'page_1',
    })
    expect(again.body.code).toBe('conflict')
  })

  test('opens no more than the signer does', async () => {
    const { signer } = await host({ resources: ['page_1'], users: ['store-1'] })
    await admin('PUT', '/v1/users/other', { biuwer_token: 'x' })
    const preview = async (user: string, resource: string) => {
      const { body } = await admin('POST', `/v1/signers/${signer.id}/preview`, { user, resource })
      return (await open(body.token, { origin: EDGE, resource })).body.code ?? 'open'
    }
    expect(await preview('store-1', 'page_1')).toBe('open')
    expect(await preview('store-1', 'page_2')).toBe('resource_not_allowed')
    expect(await preview('other', 'page_1')).toBe('user_not_linked')
  })
})
