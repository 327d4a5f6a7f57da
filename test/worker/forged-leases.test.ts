import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { readSettings } from '../../worker/env.ts'
import { registryOf } from '../../worker/storage/registry.ts'
import { signEmbedToken } from '../../worker/tokens/embed-token.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, call, claimsOf, issue, open } from './api.ts'
import { frozenClock, NOW, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { host } from './signing.ts'
import { cost, counting, slow } from './storage-doubles.ts'

/** What somebody gains who can write to KV, but has none of the worker's secrets: nothing. */

const LEASE = 60

frozenClock()

/** The lease that the edge has put into KV for a record, as text. */
async function leaseInKv(id: string): Promise<string> {
  const text = await env.EDGE_KV.get(`lease:${id}`)
  if (text === null) throw new Error('KV has no lease')
  return text
}

/** The lease in KV with its content changed and its authentication as it was. */
async function altered(id: string, change: (lease: Record<string, unknown>) => object): Promise<string> {
  const stored = JSON.parse(await leaseInKv(id))
  const lease = JSON.stringify({ ...JSON.parse(stored.lease), ...change(JSON.parse(stored.lease)) })
  return JSON.stringify({ ...stored, lease })
}

const put = (id: string, text: string) => env.EDGE_KV.put(`lease:${id}`, text)

/** Two records of two users, both with a lease in KV. */
async function thiefAndVictim(): Promise<{ own: Loose; victim: Loose }> {
  const own = await issue({ user: 'thief' })
  const victim = await issue({ user: 'victim' })
  await admin('PUT', '/v1/users/victim', { biuwer_token: 'victims-biuwer-token' })
  await open(own.token)
  await open(victim.token)
  return { own, victim }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

describe('a lease in KV', () => {
  test("a lease in KV with another user's entry of the vault in it opens nothing of that user", async () => {
    const { own, victim } = await thiefAndVictim()
    const { user, sealed, standing } = JSON.parse(JSON.parse(await leaseInKv(victim.id)).lease)
    await put(own.id, await altered(own.id, () => ({ user, sealed, standing })))
    const { body } = await open(own.token, { isolate: newIsolate() })
    expect([body.user, body.share.name]).toEqual(['thief', 'page_1:5f2b1c9e-biuwer-token'])
  })

  test('a lease in KV that was written for another record counts as none', async () => {
    const { own, victim } = await thiefAndVictim()
    await put(own.id, await leaseInKv(victim.id))
    const { body } = await open(own.token, { isolate: newIsolate() })
    expect([body.user, body.share.name]).toEqual(['thief', 'page_1:5f2b1c9e-biuwer-token'])
  })

  test.each<[string, (id: string) => Promise<string>]>([
    ['is no JSON', async () => '{'],
    ['is null', async () => 'null'],
    ['is a list', async () => '[]'],
    ['is of version 0.1.0, without authentication', async (id) => JSON.parse(await leaseInKv(id)).lease],
    ['names a key that nobody has', (id) => restored(id, { kid: 'nobody' })],
    ['is authenticated by nothing', (id) => restored(id, { mac: '' })],
    ['is authenticated by what is no base64url', (id) => restored(id, { mac: '='.repeat(43) })],
    ['is authenticated by another code', (id) => restored(id, { mac: 'A'.repeat(43) })],
    ['has a number for a lease', (id) => restored(id, { lease: 1 })],
  ])('a lease in KV that %s counts as none: the registry is asked, and the token opens', async (_, forge) => {
    const { id, token } = await issue()
    await open(token)
    await put(id, await forge(id))
    const { bindings, take } = counting()
    expect((await open(token, { bindings })).status).toBe(201)
    expect(take()).toEqual(cost(1, 1, 1, 0))
  })

  test('a lease in KV on one signer or user counts as none for another', async () => {
    await admin('PUT', '/v1/users/victim', { biuwer_token: 'victims-biuwer-token' })
    const [own, other] = [await host({ users: ['store-1'], resources: ['page_1'] }), await host()]
    const isolate = newIsolate()
    await open(await other.token({ sub: 'victim' }), { isolate })
    await open(await own.token(), { isolate })
    await put('user:store-1', await leaseInKv('user:victim'))
    await put(own.signer.id, await leaseInKv(other.signer.id))
    const { bindings, take } = counting()
    const opening = await open(await own.token(), { isolate: newIsolate(), bindings })
    expect(opening.body.share.name).toBe('page_1:5f2b1c9e-biuwer-token')
    expect(take().registry).toBe(2)
    await put(own.signer.id, await leaseInKv(other.signer.id))
    const beyond = { isolate: newIsolate(), resource: 'page_2' }
    expect((await open(await own.token(), beyond)).body.code).toBe('resource_not_allowed')
  })

  test('a lease in KV on a signer or user that was altered counts as none', async () => {
    const { signer, token } = await host()
    await open(await token(), { isolate: newIsolate() })
    const user = 'user:store-1'
    const late = () => ({ leasedAt: NOW / 1000 + LEASE, leasedUntil: NOW / 1000 + 2 * LEASE })
    const forged = [await altered(signer.id, late), await altered(user, late)] as const
    await admin('DELETE', `/v1/signers/${signer.id}`)
    await put(signer.id, forged[0])
    await put(user, forged[1])
    passSeconds(LEASE + 1)
    expect((await open(await token(), { isolate: newIsolate() })).body.code).toBe('token_revoked')
  })

  test('a lease in KV whose end was put off outlives no revocation', async () => {
    const { id, token } = await issue()
    await open(token)
    await put(id, await altered(id, () => ({ leasedUntil: NOW / 1000 + 6 * 3600 })))
    await admin('DELETE', `/v1/tokens/${id}`)
    expect((await open(token, { isolate: newIsolate() })).body.code).toBe('token_revoked')
  })

  test('a lease in KV stays authentic while its key verifies, and counts as none afterwards', async () => {
    const { id, token } = await issue()
    await open(token)
    const [former] = JSON.parse(String(env.VAULT_KEYS)).keys
    const present = { ...former, kid: 'present', k: 'B'.repeat(43) }
    const promoted = counting({ VAULT_KEYS: JSON.stringify({ keys: [present, former] }) })
    expect((await open(token, { bindings: promoted.bindings })).status).toBe(201)
    expect(promoted.take()).toEqual(cost(1, 0, 0, 0))
    expect(JSON.parse(await leaseInKv(id)).kid).toBe(former.kid)
    const retired = counting({ VAULT_KEYS: JSON.stringify({ keys: [present] }) })
    await open(token, { bindings: retired.bindings })
    expect(retired.take()).toEqual(cost(1, 1, 1, 0))
    expect(JSON.parse(await leaseInKv(id)).kid).toBe('present')
  })
})

async function restored(id: string, change: object): Promise<string> {
  return JSON.stringify({ ...JSON.parse(await leaseInKv(id)), ...change })
}

describe('a lease', () => {
  const withLease = (seconds: number) => ({ ...env, REVOCATION_LEASE: seconds })

  test('a lease given for longer ends by the REVOCATION_LEASE of today', async () => {
    const { id, token } = await issue()
    await open(token, { bindings: withLease(3600) })
    const { body } = await admin('DELETE', `/v1/tokens/${id}`)
    passSeconds(LEASE - 1)
    expect((await open(token, { isolate: newIsolate() })).status).toBe(201)
    passSeconds(1)
    expect(Date.now()).toBeLessThan(Date.parse(body.effective_by.new_sessions))
    expect((await open(token, { isolate: newIsolate() })).body.code).toBe('token_revoked')
  })

  test('a lease given for longer hides no revocation from a spend that outlasts the REVOCATION_LEASE of today', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    await open((await admin('POST', `/v1/tokens/${id}/refresh`)).body.token, { bindings: withLease(3600) })
    const revoke = async () => {
      await admin('DELETE', `/v1/tokens/${id}`)
      passSeconds(LEASE)
    }
    const bindings = { ...env, SPENT_TOKENS: slow(env.SPENT_TOKENS, revoke, 1) }
    expect((await open(token, { bindings })).body.code).toBe('token_revoked')
  })

  test('a lease given for a shorter time ends by what it was given for', async () => {
    const { id, token } = await issue()
    await open(token, { bindings: withLease(30) })
    await admin('DELETE', `/v1/tokens/${id}`)
    passSeconds(30)
    expect((await open(token, { isolate: newIsolate() })).body.code).toBe('token_revoked')
  })

  test.each([
    [1, cost(1, 0, 0, 0)],
    [2, cost(1, 1, 1, 0)],
  ])('a lease from %i s ahead, more than a second being none, costs %j', async (ahead, expected) => {
    const { token } = await issue()
    passSeconds(ahead)
    await open(token)
    vi.setSystemTime(NOW)
    const { bindings, take } = counting()
    expect((await open(token, { bindings })).status).toBe(201)
    expect(take()).toEqual(expected)
  })
})

describe("a token's user", () => {
  const introspected = async (token: string) =>
    (
      await call('POST', '/oauth/introspect', {
        body: new URLSearchParams({ token }).toString(),
        headers: {
          Authorization: `Bearer ${ADMIN_KEY}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
      })
    ).body

  test('a token names its user, and a record that stands for another by now opens nothing for it', async () => {
    const { id, token } = await issue({ user: 'thief' })
    expect(claimsOf(token).user).toBe('thief')
    await issue({ user: 'victim' })
    await runInDurableObject(registryOf(env), (_, { storage }) => {
      storage.sql.exec("UPDATE tokens SET user = 'victim' WHERE id = ?", id)
    })
    expect((await open(token)).body).toMatchObject({ status: 401, code: 'token_invalid' })
    expect(await introspected(token)).toEqual({ active: false })
    const { body } = await admin('POST', `/v1/tokens/${id}/explain`, { token })
    const failing = body.checks.filter(({ ok }: { ok: boolean }) => !ok)
    expect([body.allowed, failing]).toEqual([
      false,
      [{ check: 'record', ok: false, detail: 'The token is of another user, thief.' }],
    ])
  })

  test('a token of version 0.1.0, which names no user, opens as the one of the lease', async () => {
    const { token } = await issue()
    const { iss: _, user, ...claims } = claimsOf(token)
    const { tokenKeys } = await readSettings(env)
    const former = await signEmbedToken(claims, tokenKeys)
    expect((await open(former)).body).toMatchObject({ user })
    expect(await introspected(former)).toMatchObject({ active: true, username: user })
  })
})
