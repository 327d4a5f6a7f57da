import { createExecutionContext, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { base64url, CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import { admin, check, claimsOf, EDGE, HOST, issue, open, sessionKey } from './api.ts'
import { newIsolate } from './isolate.ts'
import { counting, NOTHING } from './storage-doubles.ts'

afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await reset()
})

const encode = (value: unknown): string =>
  base64url.encode(typeof value === 'string' ? value : JSON.stringify(value))

async function hmac(secret: string | Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return base64url.encode(
    new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text))),
  )
}

const KEY = sessionKey('forged')

interface Good {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  token: string
  parts: [string, string, string]
}

const OWN = (JSON.parse(env.TOKEN_KEYS ?? '').keys as [JWK & { kid: string }])[0]

/** What the edge alone can make: claims under its own key, with a header of our choosing. */
async function signedByEdge(header: Record<string, unknown>, claims: unknown): Promise<string> {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${await hmac(base64url.decode(OWN.k ?? '') as Uint8Array<ArrayBuffer>, input)}`
}

const KIDS = [
  '',
  'other',
  '__proto__',
  'constructor',
  '../../dev/null',
  "' OR 1=1 --",
  null,
  0,
  [],
  {},
  [OWN.kid],
]

/** Tokens that nobody but the edge should be able to make it take, by what they try. */
const FORGERIES: Record<string, (good: Good) => string | Promise<string>> = {
  'no algorithm, no signature': ({ header, parts }) => `${encode({ ...header, alg: 'none' })}.${parts[1]}.`,
  'no algorithm, spelt otherwise': ({ header, parts }) =>
    `${encode({ ...header, alg: 'nOnE' })}.${parts[1]}.`,
  'no algorithm, with the signature': ({ header, parts }) =>
    `${encode({ ...header, alg: 'none' })}.${parts[1]}.${parts[2]}`,
  'another algorithm': ({ header, parts }) =>
    `${encode({ ...header, alg: 'HS512' })}.${parts[1]}.${parts[2]}`,
  'no header member at all': ({ parts }) => `${encode({})}.${parts[1]}.${parts[2]}`,
  'no signature': ({ parts }) => `${parts[0]}.${parts[1]}.`,
  'a short signature': ({ parts }) => `${parts[0]}.${parts[1]}.${parts[2].slice(0, -4)}`,
  'a long signature': ({ parts }) => `${parts[0]}.${parts[1]}.${parts[2]}AAAA`,
  'a signature of zeros': ({ parts }) => `${parts[0]}.${parts[1]}.${'A'.repeat(43)}`,
  'an empty secret': async ({ parts }) =>
    `${parts[0]}.${parts[1]}.${await hmac(new Uint8Array(1), `${parts[0]}.${parts[1]}`)}`,
  'the key id as the secret': async ({ parts }) =>
    `${parts[0]}.${parts[1]}.${await hmac(OWN.kid, `${parts[0]}.${parts[1]}`)}`,
  'another user of the same signature': ({ claims, parts }) =>
    `${parts[0]}.${encode({ ...claims, sub: 'tok_0000000000000000000000' })}.${parts[2]}`,
  'a later end of the same signature': ({ claims, parts }) =>
    `${parts[0]}.${encode({ ...claims, exp: 4_102_444_800 })}.${parts[2]}`,
  'a header with a member twice': async ({ parts }) => {
    const header = encode(`{"alg":"none","alg":"HS256","kid":"x","kid":${JSON.stringify(OWN.kid)}}`)
    return `${header}.${parts[1]}.${parts[2]}`
  },
  'a key in its own header': async ({ header, parts }) => {
    const { publicKey, privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    return new CompactSign(base64url.decode(parts[1]))
      .setProtectedHeader({ ...header, alg: 'EdDSA', jwk: await exportJWK(publicKey) })
      .sign(privateKey)
  },
  'an address of keys in its own header': async ({ header, parts }) => {
    const input = `${encode({ ...header, jku: 'https://evil.example/keys', x5u: 'https://evil.example' })}.${parts[1]}`
    return `${input}.${await hmac('evil', input)}`
  },
  'another use of the key': ({ header, claims }) =>
    signedByEdge({ ...header, typ: 'biuwer-session+jwt' }, claims),
  'no use named': ({ header: { typ: _, ...header }, claims }) => signedByEdge(header, claims),
  'another issuer': ({ header, claims }) => signedByEdge(header, { ...claims, iss: 'other' }),
  'no issuer': ({ header, claims: { iss: _, ...claims } }) => signedByEdge(header, claims),
  'a critical extension': ({ header, claims }) =>
    signedByEdge({ ...header, crit: ['spend'], spend: false }, claims),
  'an unencoded payload': ({ header, claims }) =>
    signedByEdge({ ...header, crit: ['b64'], b64: false }, claims),
  'an empty list of critical extensions': ({ header, claims }) =>
    signedByEdge({ ...header, crit: [] }, claims),
  ...Object.fromEntries(
    KIDS.map((kid) => [
      `the key id ${JSON.stringify(kid)}`,
      ({ header, claims }: Good) => signedByEdge({ ...header, kid }, claims),
    ]),
  ),
}

/** What is no compact JWS, however near it comes. */
const MALFORMED: Record<string, (good: Good) => string> = {
  nothing: () => '',
  'two dots': () => '..',
  'padded parts': ({ parts }) => parts.map((part) => `${part}=`).join('.'),
  'the alphabet of plain base64': ({ parts }) => `${parts[0]}.${parts[1]}.+/${parts[2].slice(2)}`,
  'a space before': ({ token }) => ` ${token}`,
  'a line break after': ({ token }) => `${token}\n`,
  'a zero byte': ({ token }) => `${token}\u0000`,
  'a scheme before': ({ token }) => `Bearer ${token}`,
  'four parts': ({ token }) => `${token}.AAAA`,
  'the five parts of a JWE': ({ token }) => `${token}.AAAA.AAAA`,
  'the JSON serialization': ({ parts }) =>
    JSON.stringify({ payload: parts[1], signatures: [{ protected: parts[0], signature: parts[2] }] }),
  'a header that is a list': ({ parts }) => `${encode([])}.${parts[1]}.${parts[2]}`,
  'a header that is null': ({ parts }) => `${encode('null')}.${parts[1]}.${parts[2]}`,
  'a header with a byte order mark': ({ header, parts }) =>
    `${encode(`\uFEFF\uFEFF${JSON.stringify(header)}`)}.${parts[1]}.${parts[2]}`,
  'a header that is not UTF-8': ({ parts }) =>
    `${base64url.encode(Uint8Array.from('{"a":"ÿ"}', (char) => char.charCodeAt(0)))}.${parts[1]}.${parts[2]}`,
  'a signature of a length that base64url has not': ({ token }) => `${token}AA`,
}

/** What lenient decoders take for the same bytes as a text in base64url: its last character with other bits beyond them. */
function spellings(text: string): string[] {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const bytes = String(base64url.decode(text))
  const others = [...ALPHABET].map((last) => `${text.slice(0, -1)}${last}`)
  return others.filter((other) => other !== text && String(base64url.decode(other)) === bytes)
}

describe('a forged token', () => {
  let good: Good
  beforeEach(async () => {
    const { token } = await issue()
    const parts = token.split('.') as Good['parts']
    good = { token, parts, claims: claimsOf(token), header: JSON.parse(atob(parts[0])) }
  })

  async function answerTo(token: string, bindings?: Bindings) {
    const answer = await open(token, bindings ? { bindings } : {})
    return [answer.status, answer.body.code]
  }

  test.each(Object.keys(FORGERIES))(
    'a forged token is refused with %s, and nobody is asked',
    async (attack) => {
      const { bindings, take } = counting()
      const forged = (await FORGERIES[attack]?.(good)) ?? ''
      expect(await answerTo(forged, bindings)).toEqual([401, 'token_invalid'])
      expect(take()).toEqual(NOTHING)
      // The same machinery opens what the edge made: it is the attack that was refused.
      expect(await answerTo(await signedByEdge(good.header, good.claims), bindings)).toEqual([201, undefined])
    },
  )

  test('a forged token is refused in every other spelling of its signature', async () => {
    const [head, payload, signature] = good.parts
    const others = spellings(signature)
    expect(others).toHaveLength(3)
    for (const other of others)
      expect(await answerTo(`${head}.${payload}.${other}`)).toEqual([401, 'token_invalid'])
    for (const other of [`${signature}=`, `${signature} `, `${signature}\n`, ` ${signature}`])
      expect(await answerTo(`${head}.${payload}.${other}`)).toEqual([401, 'token_malformed'])
    expect(await answerTo(good.token)).toEqual([201, undefined])
  })

  test('a forged token is refused in every other spelling of an Ed25519 signature', async () => {
    const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    const jwk = { ...(await exportJWK(privateKey)), kid: 'ed', alg: 'EdDSA' }
    const bindings = { ...env, TOKEN_KEYS: JSON.stringify({ keys: [jwk] }) }
    const { body } = await admin('POST', '/v1/tokens', { user: 'store-1' }, { bindings })
    const [head, payload, signature = ''] = body.token.split('.')
    const others = spellings(signature)
    expect(others).toHaveLength(15)
    for (const other of others)
      expect(await answerTo(`${head}.${payload}.${other}`, bindings)).toEqual([401, 'token_invalid'])
    expect(await answerTo(body.token, bindings)).toEqual([201, undefined])
  })

  test.each(Object.keys(MALFORMED))('a forged token is refused as malformed: %s', async (attack) => {
    const { bindings, take } = counting()
    expect(await answerTo(MALFORMED[attack]?.(good) ?? '', bindings)).toEqual([401, 'token_malformed'])
    expect(take()).toEqual(NOTHING)
  })

  test('a forged token can not pass a public key off as a secret', async () => {
    const { privateKey } = await generateKeyPair('Ed25519', { extractable: true })
    const jwk = { ...(await exportJWK(privateKey)), kid: 'ed', alg: 'EdDSA' }
    const bindings = { ...env, TOKEN_KEYS: JSON.stringify({ keys: [jwk, OWN] }) }
    const { body } = await admin('POST', '/v1/tokens', { user: 'store-1' }, { bindings })
    expect(await answerTo(body.token, bindings)).toEqual([201, undefined])
    const { d: _, ...published } = jwk
    const raw = base64url.decode(published.x ?? '') as Uint8Array<ArrayBuffer>
    for (const secret of [raw, published.x ?? '', JSON.stringify(published)]) {
      const input = `${encode({ ...good.header, alg: 'HS256', kid: 'ed' })}.${encode(claimsOf(body.token))}`
      expect(await answerTo(`${input}.${await hmac(secret, input)}`, bindings)).toEqual([
        401,
        'token_invalid',
      ])
    }
    const [head, payload] = body.token.split('.')
    const signed = async (input: string, key: JWK) => {
      const bytes = new TextEncoder().encode(input)
      const signature = await crypto.subtle.sign(
        'Ed25519',
        (await importJWK(key, 'EdDSA')) as CryptoKey,
        bytes,
      )
      return `${input}.${base64url.encode(new Uint8Array(signature))}`
    }
    // The same machinery makes what the edge takes: with the secret's name, or by another key, it takes nothing.
    expect(await answerTo(await signed(`${head}.${payload}`, jwk), bindings)).toEqual([201, undefined])
    const { privateKey: other } = await generateKeyPair('Ed25519', { extractable: true })
    for (const forged of [
      await signed(`${encode({ ...good.header, alg: 'EdDSA' })}.${payload}`, jwk),
      await signed(`${head}.${payload}`, await exportJWK(other)),
      ...['', 'AA', 'A'.repeat(43), 'A'.repeat(84), 'A'.repeat(86), 'A'.repeat(88)].map(
        (signature) => `${head}.${payload}.${signature}`,
      ),
    ])
      expect(await answerTo(forged, bindings)).toEqual([401, 'token_invalid'])
    expect(await answerTo(`${head}.${payload}.${malleated(body.token)}`, bindings)).toEqual([
      401,
      'token_invalid',
    ])
  })

  const TIMES = inject('thorough') ? 100_000 : 10_000
  test(`a forged token costs no storage, ${TIMES / 1000} thousand times`, { timeout: 120_000 }, async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {})
    const { bindings, take } = counting()
    const ctx = createExecutionContext()
    const isolate = newIsolate()
    // Their local stand-ins take most of a millisecond each; nothing is stored there.
    const quick = {
      ...bindings,
      SESSION_LIMITER: { limit: async () => ({ success: true }) },
      EVENTS: { writeDataPoint: () => {} },
    } as Bindings
    const noise = () => base64url.encode(crypto.getRandomValues(new Uint8Array(24)))
    const kinds = [
      () => noise(),
      () => `${noise()}.${noise()}.${noise()}`,
      () => `${good.parts[0]}.${noise()}.${noise()}`,
      () => `${good.parts[0]}.${good.parts[1]}.${noise()}`,
      () => `${encode({ ...good.header, kid: noise() })}.${good.parts[1]}.${good.parts[2]}`,
    ]
    const refusals = new Map<number, number>()
    for (let sent = 0; sent < TIMES; sent++) {
      const body = { token: kinds[sent % kinds.length]?.(), resource: 'p', origin: HOST, session_key: KEY }
      const answer = await isolate.fetch(
        new Request(`${EDGE}/v1/sessions`, {
          method: 'POST',
          headers: { Origin: EDGE, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        }),
        quick,
        ctx,
      )
      refusals.set(answer.status, (refusals.get(answer.status) ?? 0) + 1)
    }
    expect([...refusals]).toEqual([[401, TIMES]])
    expect(take()).toEqual(NOTHING)
  })
})

/** The signature with the group's order added to its scalar: the same equation, in bytes that RFC 8032 §5.1.7 forbids. */
function malleated(token: string): string {
  const bytes = base64url.decode(token.split('.')[2] ?? '')
  const order = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n
  let scalar = bytes.slice(32).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n) + order
  for (let at = 32; at < 64; at++) {
    bytes[at] = Number(scalar & 255n)
    scalar >>= 8n
  }
  return base64url.encode(bytes)
}

test('a session token signed for something else, or by somebody else, keeps no session', async () => {
  const { token } = await issue()
  const { body } = await open(token)
  const [head = '', payload = '', signature = ''] = body.session_token.split('.')
  const header = JSON.parse(atob(head))
  const claims = claimsOf(body.session_token)
  for (const forged of [
    `${encode({ ...header, alg: 'none' })}.${payload}.`,
    `${head}.${encode({ ...claims, exp: claims.exp + 86_400 })}.${signature}`,
    `${head}.${encode({ ...claims, link: 'other' })}.${signature}`,
    await signedByEdge({ ...header, typ: 'biuwer-embed+jwt' }, claims),
    await signedByEdge({ ...header, kid: 'other' }, claims),
    ...spellings(signature).map((other) => `${head}.${payload}.${other}`),
  ])
    expect((await check(forged)).body.code).toBe('unauthorized')
  expect((await check(await signedByEdge(header, claims))).status).toBe(200)
})
