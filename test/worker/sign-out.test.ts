import { reset } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, call, check, claimsOf, issue, open } from './api.ts'
import { exported, importLines } from './backups.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { missingKv, staleKv } from './storage-doubles.ts'

const LEASE = 60
const EFFECT = { new_sessions: '2126-03-14T12:01:02Z', open_sessions: '2126-03-14T12:06:02Z' }
const POLICIES = ['none', 'daily', 'monthly', 'single-use'] as const

frozenClock()

const signOut = (user: string) => admin('POST', `/v1/users/${user}/sign-out`)
const signOutAll = () => admin('POST', '/v1/sign-out', {})
const refreshed = async (id: string) => (await admin('POST', `/v1/tokens/${id}/refresh`)).body
/** Where nobody has a lease, the registry is asked. */
const fresh = () => ({ bindings: missingKv() })
const explained = async (id: string, question: object) => {
  const { body } = await admin('POST', `/v1/tokens/${id}/explain`, question)
  return body.checks.filter(({ ok }: { ok: boolean }) => !ok)
}

async function introspected(token: string): Promise<unknown> {
  const { body } = await call('POST', '/oauth/introspect', {
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `token=${token}`,
  })
  return body.active
}

describe('signing a user out', () => {
  test.each(POLICIES)('ends the tokens and sessions of %s records, and the records stay', async (refresh) => {
    const { id, token } = await issue({ refresh })
    const session = (await open(token, fresh())).body.session_token
    const unused = await refreshed(id)
    passSeconds(10)
    expect(await signOut('store-1')).toMatchObject({
      status: 200,
      body: {
        user: 'store-1',
        effective_by: { new_sessions: '2126-03-14T12:01:12Z', open_sessions: '2126-03-14T12:06:12Z' },
      },
    })
    expect((await open(unused.token, fresh())).body.code).toBe('token_revoked')
    expect((await check(session, missingKv())).body.code).toBe('session_revoked')
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({ status: 'active', version: 1 })
  })

  test.each(POLICIES)('lets the next token of %s records open within the very second', async (refresh) => {
    const { id, token } = await issue({ refresh })
    await signOut('store-1')
    const next = await refreshed(id)
    expect(claimsOf(next.token).jti).not.toBe(claimsOf(token).jti)
    expect(claimsOf(next.token).nbf).toBeLessThanOrEqual(NOW / 1000)
    const { status, body } = await open(next.token, { ...fresh(), key: 'two' })
    expect(status).toBe(201)
    expect((await check(body.session_token, missingKv())).status).toBe(200)
    expect((await open(token, fresh())).body.code).toBe('token_revoked')
  })

  test('a record gives out one and the same token after it, until its period ends', async () => {
    const { id } = await issue({ refresh: 'daily' })
    await signOut('store-1')
    const { token } = await refreshed(id)
    passSeconds(3_600)
    expect((await refreshed(id)).token).toBe(token)
  })

  test('each one ends what was given out before it, however many there are in a second', async () => {
    const { id } = await issue()
    await signOut('store-1')
    const first = (await refreshed(id)).token
    await signOutAll()
    const second = (await refreshed(id)).token
    await signOut('store-1')
    const third = (await refreshed(id)).token
    for (const ended of [first, second]) expect((await open(ended, fresh())).body.code).toBe('token_revoked')
    expect((await open(third, fresh())).status).toBe(201)
  })

  test('a new record opens within the very second, and so does a rotated one', async () => {
    const { id } = await issue()
    await signOut('store-1')
    const created = await issue()
    expect((await open(created.token, fresh())).status).toBe(201)
    const rotated = await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    expect((await open(rotated.body.token, fresh())).status).toBe(201)
  })

  test('a preview given out before ends, and one given out after opens', async () => {
    const { id } = await issue()
    const preview = async () =>
      (await admin('POST', `/v1/tokens/${id}/preview`, { resource: 'page_1' })).body.token
    const before = await preview()
    await signOut('store-1')
    const edge = () => ({ ...fresh(), origin: 'https://edge.example.com' })
    expect((await open(before, edge())).body.code).toBe('token_revoked')
    expect((await open(await preview(), edge())).status).toBe(201)
  })

  test('it is bounded by the lease, however stale KV is', async () => {
    const elsewhere = staleKv()
    const { token } = await issue()
    const session = (await open(token, { bindings: elsewhere })).body.session_token
    expect((await signOut('store-1')).body.effective_by).toEqual(EFFECT)
    passSeconds(LEASE - 1)
    expect((await open(token, { bindings: elsewhere })).status).toBe(201)
    passSeconds(1)
    expect((await open(token, { bindings: elsewhere })).body.code).toBe('token_revoked')
    expect((await check(session, elsewhere)).body.code).toBe('session_revoked')
  })

  test('a token given out after it opens where KV still has the lease of before', async () => {
    const elsewhere = staleKv()
    const { id, token } = await issue()
    await open(token, { bindings: elsewhere })
    await signOut('store-1')
    const next = (await refreshed(id)).token
    expect((await open(next, { bindings: elsewhere })).status).toBe(201)
  })

  test('it ends nothing of others', async () => {
    const other = await issue({ user: 'store-2' })
    await issue()
    await signOut('store-1')
    expect((await open(other.token, fresh())).status).toBe(201)
  })

  test('a user who is unlinked and linked again stays signed out up to then', async () => {
    const { token } = await issue()
    await signOut('store-1')
    await admin('DELETE', '/v1/users/store-1')
    const { id } = await issue()
    expect((await open(token, fresh())).body.code).toBe('token_revoked')
    expect(claimsOf((await refreshed(id)).token).iat).toBe(NOW / 1000 + 1)
  })

  test('a user who is not linked is not found, and a body with anything in it is refused', async () => {
    expect((await signOut('nobody')).body.code).toBe('not_found')
    await issue()
    for (const path of ['/v1/users/store-1/sign-out', '/v1/sign-out']) {
      expect((await admin('POST', path, { user: 'store-1' })).body).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'user' }],
      })
      expect((await admin('POST', path)).status).toBe(200)
    }
  })

  test('explain and introspection tell it', async () => {
    const { id, token } = await issue()
    passSeconds(10)
    await signOut('store-1')
    expect(await introspected(token)).toBe(false)
    expect(await explained(id, { token })).toEqual([
      {
        check: 'revocation',
        ok: false,
        detail: 'A sign-out at 2126-03-14T12:00:10Z ended the token. The record gives out a new one.',
      },
    ])
    expect(await explained(id, { token, at: '2126-03-14T12:00:09Z' })).toEqual([])
    expect(await explained(id, { token, at: '2126-03-14T12:00:10Z' })).toMatchObject([
      { check: 'revocation' },
    ])
    expect(await explained(id, {})).toEqual([])
    const soon = (await refreshed(id)).token
    await signOut('store-1')
    expect(await explained(id, { token: soon })).toMatchObject([{ check: 'revocation' }])
    const next = (await refreshed(id)).token
    expect(await explained(id, { token: next })).toEqual([])
    expect(await introspected(next)).toBe(true)
  })

  test('the audit says who did it', async () => {
    await issue()
    await signOut('store-1')
    await signOutAll()
    const { body } = await admin('GET', '/v1/audit?limit=2')
    expect(body.items).toMatchObject([
      { action: 'sign_out', target: 'all' },
      { action: 'user.sign_out', target: 'store-1' },
    ])
  })
})

describe('signing everybody out', () => {
  test('ends every token and session, and the next tokens open at once', async () => {
    const records = [await issue(), await issue({ user: 'store-2', refresh: 'daily' })]
    const sessions = await Promise.all(records.map(async ({ token }) => (await open(token, fresh())).body))
    expect(await signOutAll()).toMatchObject({ status: 200, body: { effective_by: EFFECT } })
    for (const { token } of records) expect((await open(token, fresh())).body.code).toBe('token_revoked')
    for (const { session_token } of sessions)
      expect((await check(session_token, missingKv())).body.code).toBe('session_revoked')
    for (const { id } of records) expect((await open((await refreshed(id)).token, fresh())).status).toBe(201)
  })
})

describe('a backup', () => {
  test.each([
    ['a user', () => signOut('store-1')],
    ['everybody', signOutAll],
  ])('brings the sign-out of %s along', async (_, deed) => {
    const { id, token } = await issue()
    await deed()
    const lines = await exported()
    await reset()
    expect((await importLines(lines)).status).toBe(200)
    expect((await open(token, fresh())).body.code).toBe('token_revoked')
    expect((await open((await refreshed(id)).token, fresh())).status).toBe(201)
    expect((await importLines(lines)).body.imported).toBe(0)
  })

  test('of before a sign-out takes nothing of it back', async () => {
    const { token } = await issue()
    await signOut('store-1')
    const before = await exported()
    passSeconds(5)
    const { token: later } = await refreshed((await admin('GET', '/v1/tokens')).body.items[0].id)
    await signOut('store-1')
    expect((await importLines(before)).status).toBe(200)
    for (const ended of [token, later]) expect((await open(ended, fresh())).body.code).toBe('token_revoked')
  })

  test('with a sign-out of the future is refused', async () => {
    const line = (seconds: number) =>
      JSON.stringify({ type: 'sign_out', user: null, at: NOW / 1000, tokens_since: NOW / 1000 + seconds })
    expect((await importLines(line(61))).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ path: 'line 1.tokens_since' }],
    })
    expect((await importLines(line(60), '?unverified=accept')).status).toBe(200)
  })
})
