import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { lines, NO_LIMIT, object, run, runAtTerminal } from './process.ts'

const { edge, hostPorts, resources } = inject('stack')
const HOST = `http://localhost:${hostPorts[0]}`

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const secretPemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const kidOf = async (key: KeyObject) =>
  (await calculateJwkThumbprint(key.export({ format: 'jwk' }))).slice(0, 16)

/** Options that say that there is no limit, for each limit that the others do not set. */
function unlimited(options: readonly string[]): string[] {
  const flags = { '--user': '--all-users', '--resource': '--any-resource', '--origin': '--any-origin' }
  return Object.entries(flags).flatMap(([limit, none]) => (options.includes(limit) ? [] : [none]))
}

/** A signer of the tests, made from a key that is piped in. */
function created(input: string, ...options: string[]) {
  const args = ['signers', 'create', 'Backend', '--key', '-', ...options, ...unlimited(options)]
  return object(args, { input })
}

/** A token as a host signs it: for the first store and one page view. */
async function signed(privateKey: KeyObject, iss: string, kid: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid })
    .setIssuer(iss)
    .setAudience(edge)
    .setSubject('store-1')
    .setIssuedAt()
    .setExpirationTime('60s')
    .setJti(randomUUID())
    .sign(privateKey)
}

/** What the edge answers the frame that would open the rentals with a token. */
async function opened(token: string): Promise<{ status: number; code?: string }> {
  const body = { token, resource: resources.rentals, origin: HOST, session_key: randomUUID() }
  const headers = { Origin: edge, 'Content-Type': 'application/json' }
  const answer = await fetch(`${edge}/v1/sessions`, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answer.status, ...(!answer.ok && { code: (await answer.json()).code }) }
}

/** A folder with a file of this text. */
function fileWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'key')
  writeFileSync(file, content)
  return file
}

/** A server in the edge's place, which notes what it is asked. */
async function noting(answer: object): Promise<{ env: Record<string, string>; asked: object[] }> {
  const asked: object[] = []
  const server = createServer(async (request, response) => {
    const { method, headers } = request
    asked.push({ method, ifMatch: headers['if-match'], body: await text(request) })
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { asked, env: { BIUWER_EDGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }
}

describe('a signer', () => {
  test("is made from a PEM file, and its holder's tokens open dashboards", async () => {
    const { publicKey, privateKey } = newPair()
    const file = fileWith(pemOf(publicKey))
    const scope = ['--user', 'store-*', '--resource', resources.rentals, '--origin', HOST, '--max-ttl', '60']
    const signer = await object(['signers', 'create', 'Backend', '--key', file, ...scope])
    const kid = await kidOf(publicKey)
    expect(signer).toMatchObject({
      ...{
        name: 'Backend',
        users: ['store-*'],
        resources: [resources.rentals],
        origins: [HOST],
        max_ttl: 60,
      },
      ...{ single_use: true, keys: { keys: [{ kid, alg: 'ES256' }] } },
    })
    expect(await opened(await signed(privateKey, signer.id, kid))).toEqual({ status: 201 })
    expect(await lines(['signers', 'list'])).toContainEqual(expect.objectContaining({ id: signer.id }))
    const shown = await run(['signers', 'show', signer.id])
    expect(shown.stdout).toMatch(new RegExp(`^keys +${kid} \\(ES256\\)$`, 'm'))
  })

  test('takes RSA keys with RS256 unless told, and Ed25519 keys', async () => {
    const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey)
    const pkcs1 = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    const ed = pemOf(generateKeyPairSync('ed25519').publicKey)
    const { keys } = await created(`${rsa}${pkcs1.export({ type: 'pkcs1', format: 'pem' })}${ed}`)
    expect(keys.keys.map(({ alg }: { alg: string }) => alg)).toEqual(['RS256', 'RS256', 'EdDSA'])
    const told = await created(rsa, '--alg', 'PS256', '--kid', 'mine')
    expect(told.keys.keys).toMatchObject([{ alg: 'PS256', kid: 'mine' }])
  })

  test('takes a JWK and a JWK Set, with the names that they give their keys', async () => {
    const jwk = { ...newPair().publicKey.export({ format: 'jwk' }), kid: '2026-03' }
    const { publicKey } = newPair()
    const files = [
      fileWith(JSON.stringify(jwk)),
      fileWith(JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] })),
    ]
    const { keys, single_use } = await object([
      ...['signers', 'create', 'Backend', '--reusable', ...unlimited([])],
      ...files.flatMap((file) => ['--key', file]),
    ])
    expect(keys.keys.map(({ kid }: { kid: string }) => kid)).toEqual(['2026-03', await kidOf(publicKey)])
    expect(single_use).toBe(false)
  })

  test('is changed in its scope, and what is cleared does not bind any more', async () => {
    const { id } = await created(pemOf(newPair().publicKey), '--user', 'store-1', '--origin', HOST)
    const changes = ['--name', 'Other', '--max-ttl', '30', '--reusable', '--all-users']
    expect(await object(['signers', 'update', id, ...changes])).toMatchObject({
      ...{ name: 'Other', max_ttl: 30, single_use: false, users: null, origins: [HOST], version: 2 },
      effective_by: { new_sessions: expect.any(String) },
    })
    expect((await run(['signers', 'update', id])).exit).toBe(2)
    expect((await run(['signers', 'update', id, '--user', 'a', '--all-users'])).exit).toBe(2)
  })

  test('gets another key, and loses the former one', async () => {
    const [first, next] = [newPair(), newPair()]
    const { id } = await created(pemOf(first.publicKey), '--kid', 'first')
    const add = ['signers', 'add-key', id, '--key', '-', '--kid', 'next']
    const added = await object(add, { input: pemOf(next.publicKey) })
    expect(added.keys.keys.map(({ kid }: { kid: string }) => kid)).toEqual(['first', 'next'])
    expect(await opened(await signed(next.privateKey, id, 'next'))).toEqual({ status: 201 })
    expect((await run(add, { input: pemOf(newPair().publicKey) })).stderr).toContain('a key next already')

    expect(await run(['signers', 'remove-key', id, 'first'])).toMatchObject({ exit: 2, stdout: '' })
    const removed = await object(['signers', 'remove-key', id, 'first', '--yes'])
    expect(removed.keys.keys).toMatchObject([{ kid: 'next' }])
    expect((await run(['signers', 'remove-key', id, 'first'])).stderr).toContain('it has next.')
    expect((await run(['signers', 'remove-key', id, 'next'])).stderr).toContain('its only key')
  })

  test.each([['add-key'], ['remove-key']])(
    'keeps what somebody else has done meanwhile, at %s',
    async (what) => {
      const { publicKey } = newPair()
      const keys = ['a', 'b'].map((kid) => ({ ...publicKey.export({ format: 'jwk' }), kid }))
      const { env, asked } = await noting({ id: 'sig_a', version: 7, keys: { keys } })
      const args = what === 'add-key' ? ['--key', '-', '--kid', 'c'] : ['a', '--yes']
      await object(['signers', what, 'sig_a', ...args], { env, input: pemOf(publicKey) })
      expect(asked).toMatchObject([{ method: 'GET' }, { method: 'PATCH', ifMatch: '"7"' }])
    },
  )

  test('is deleted once somebody agrees, and its tokens are revoked', async () => {
    const { publicKey, privateKey } = newPair()
    const { id } = await created(pemOf(publicKey), '--kid', 'one')
    const unasked = await run(['signers', 'delete', id])
    expect(unasked).toMatchObject({ exit: 2, stdout: '' })
    const asked = await runAtTerminal(['signers', 'delete', id], 'y')
    expect(asked.stdout).toContain(`Deletes ${id}, "Backend"`)
    expect(await object(['signers', 'show', id])).toMatchObject({ status: 'revoked' })
    expect(await opened(await signed(privateKey, id, 'one'))).toEqual({ status: 401, code: 'token_revoked' })
  })
})

describe('a private key', () => {
  const pair = newPair()
  const { d, ...rest } = pair.privateKey.export({ format: 'jwk' })
  const SECRETS: [string, string][] = [
    ['PEM', secretPemOf(pair.privateKey)],
    ['PEM behind its public key', pemOf(pair.publicKey) + secretPemOf(pair.privateKey)],
    ['SEC 1 PEM', pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString()],
    ['JWK', JSON.stringify({ ...rest, d })],
    ['JWK Set', JSON.stringify({ keys: [rest, { ...rest, d }] })],
  ]

  test.each(SECRETS)('as a %s is refused and not sent', async (_form, input) => {
    const { env, asked } = await noting({})
    for (const args of [
      ['create', 'Backend'],
      ['add-key', 'sig_a'],
    ]) {
      const { exit, stdout, stderr } = await run(['signers', ...args, '--key', '-'], { env, input })
      expect([exit, stdout]).toEqual([2, ''])
      expect(stderr).toContain('Pass its public half: openssl pkey -in private.pem -pubout')
      expect(stderr).not.toContain(d)
    }
    expect(asked).toEqual([])
  })

  test('among the arguments is refused without being repeated', async () => {
    const pem = secretPemOf(pair.privateKey)
    const { exit, stderr } = await run(['signers', 'create', 'Backend', '--key', pem])
    expect(exit).toBe(2)
    expect(stderr).toContain('an argument holds a private key')
    expect(stderr).not.toContain(pem.split('\n')[1])
  })

  test.each([
    ['nothing', ''],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['another curve', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey)],
    ['an RSA key that is too short', pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['an empty set', '{"keys":[]}'],
  ])('is not what %s holds, which is refused before anything is sent', async (_what, input) => {
    const { env, asked } = await noting({})
    const { exit } = await run(['signers', 'create', 'Backend', '--key', '-'], { env, input })
    expect([exit, asked]).toEqual([2, []])
  })
})

describe('explain', () => {
  test('tells each check of a token that a host has signed', async () => {
    const { publicKey, privateKey } = newPair()
    const { id } = await created(pemOf(publicKey), '--kid', 'one', '--resource', resources.rentals)
    const input = await signed(privateKey, id, 'one')
    const would = await run(['explain', '--resource', resources.rentals, '--origin', HOST, '--stdin'], {
      input,
    })
    expect(would.stdout).toMatch(/^signature +ok /m)
    expect(would.stdout).toMatch(/It would open\.\n$/)
    const other = await run(['explain', '--resource', 'other', '--at', '2100-01-01T00:00:00Z', '--stdin'], {
      input,
    })
    expect([would.exit, other.exit]).toEqual([0, 4])
    expect(other.stdout).toMatch(/^validity +no /m)
    expect(other.stdout).toMatch(/^resource +no /m)
    expect(other.stdout).toMatch(/It would be refused\.\n$/)
  })

  test('takes a token that a record gave out, and needs one', async () => {
    const { token } = await object(['tokens', 'create', ...NO_LIMIT, '--user', 'store-1'])
    const answer = await object(['explain'], { env: { BIUWER_EMBED_TOKEN: token } })
    expect(answer).toMatchObject({ allowed: true })
    expect((await run(['explain'])).exit).toBe(2)
  })
})
