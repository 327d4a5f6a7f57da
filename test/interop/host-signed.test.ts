import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { SIGNER_ALGORITHMS, type SignerAlgorithm } from '../../worker/policy/signer.ts'
import { type OwnEdge, startOwnEdge } from '../e2e/own-edge.ts'
import { Backend, commands, GUIDE } from './backend.ts'
import { JOSE, SAMPLES } from './samples.ts'

/** What docs/host-signed.md tells a host to do, done at a real edge: each sample signs with its language's own library. */

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-interop-'))

let edge: OwnEdge
let client: BiuwerEdge
/** Backends with a key pair of each kind, and the ids of the signers that have the public keys. */
const registered = new Map<SignerAlgorithm, { backend: Backend; signer: string }>()

beforeAll(async () => {
  edge = await startOwnEdge()
  client = new BiuwerEdge({ edge: edge.origin, adminKey: edge.adminKey })
  await client.users.link('store-1', { biuwer_token: edge.biuwerToken })
  for (const alg of SIGNER_ALGORITHMS) {
    const backend = new Backend(folder, alg, edge)
    await backend.makeKeys()
    registered.set(alg, { backend, signer: await backend.register() })
  }
})

afterAll(async () => {
  await edge.stop()
  rmSync(folder, { recursive: true, force: true })
})

function host(alg: SignerAlgorithm): { backend: Backend; signer: string } {
  const found = registered.get(alg)
  if (!found) throw new Error(`no backend signs with ${alg}`)
  return found
}

let views = 0

/** Opens a dashboard as the tag's frame does, for another page view each time. */
async function open(token: string): Promise<{ status: number; body: unknown }> {
  views++
  const answer = await fetch(`${edge.origin}/v1/sessions`, {
    method: 'POST',
    headers: { Origin: edge.origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      token,
      resource: 'page_1',
      origin: edge.pages,
      session_key: `page-view-${views}-`.padEnd(22, '0'),
    }),
  })
  return { status: answer.status, body: await answer.json() }
}

describe.each(SAMPLES)('$library', (sample) => {
  test.each(sample.signs)('signs with %s a token that opens a dashboard for one page view', async (alg) => {
    const { backend, signer } = host(alg)
    const token = await backend.token(sample, signer)
    expect(await open(token)).toMatchObject({ status: 201, body: { user: 'store-1' } })
    expect(await open(token)).toMatchObject({ status: 409, body: { code: 'token_spent' } })
    const another = await backend.token(sample, signer)
    expect(await open(another)).toMatchObject({ status: 201, body: { user: 'store-1' } })
    // Tokens of different seconds are different ones, whatever their jti.
    expect(decodeJwt(another).jti).not.toBe(decodeJwt(token).jti)
  })

  test('stands in the table of the guide with what it signs with', () => {
    const algorithms = sample.signs.map((alg) => `\`${alg}\``).join(', ')
    expect(GUIDE).toContain(`| ${sample.library} | ${algorithms} |`)
  })
})

test.each(SIGNER_ALGORITHMS)('curl and the client register a key for %s', async (alg) => {
  const { backend } = host(alg)
  for (const signer of [await backend.registerWithCurl(), await backend.registerWithClient()]) {
    const { users, keys } = await client.signers.get(signer)
    expect([users, keys.keys.map((key) => [key.kid, key.alg])]).toEqual([['store-*'], [['2026-03', alg]]])
    expect(await open(await backend.token(JOSE, signer))).toMatchObject({ status: 201 })
  }
})

test('a key is replaced without a gap', async () => {
  const { backend } = host('RS256')
  const signer = await backend.register()
  const former = { SIGNER_KEY_FILE: backend.keepKey('former.pem') }
  await backend.makeKeys()
  const env = { SIGNER_ID: signer }
  const { effective_by } = await backend.edge(commands('edge signers add-key'), env)
  expect(Date.parse(effective_by.new_sessions)).toBeGreaterThan(Date.now())
  expect(await open(await backend.token(JOSE, signer, former))).toMatchObject({ status: 201 })
  const added = { SIGNER_KEY_ID: '2026-09' }
  expect(await open(await backend.token(JOSE, signer, added))).toMatchObject({ status: 201 })
  await backend.edge(commands('edge signers remove-key'), env)
  expect((await client.signers.get(signer)).keys.keys.map(({ kid }) => kid)).toEqual(['2026-09'])
  expect(await open(await backend.token(JOSE, signer, added))).toMatchObject({ status: 201 })
})

test('an explanation names the claim that is wrong, as the guide shows it', async () => {
  const { backend, signer } = host('ES256')
  const token = await backend.token(JOSE, signer, { EDGE: `${edge.origin}/` })
  const [, shown = ''] = GUIDE.match(/^```json\n([\s\S]*?)^```/m) ?? []
  const answer = JSON.parse(shown.replace('https://embed.example.com', edge.origin))
  expect(await backend.explanations(token)).toEqual([answer, answer])
  expect(await open(token)).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
})
