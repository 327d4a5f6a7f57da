import { createExecutionContext, reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { base64url, CompactSign, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Bindings } from '../../worker/env.ts'
import type { Problem } from '../../worker/wire.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, BIUWER_TOKEN, call, check, claimsOf, EDGE, HOST, issue, open, sessionKey } from './api.ts'
import { fromWorker, newIsolate } from './isolate.ts'
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

const KEY = sessionKey('garbage')

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

/** Values that nobody but the edge should be able to make it take, by what they try. */
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

describe('a forged value', () => {
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

  test.each(Object.keys(FORGERIES))('is refused with %s, and nobody is asked', async (attack) => {
    const { bindings, take } = counting()
    const forged = (await FORGERIES[attack]?.(good)) ?? ''
    expect(await answerTo(forged, bindings)).toEqual([401, 'token_invalid'])
    expect(take()).toEqual(NOTHING)
    // The same machinery opens what the edge made: it is the attack that was refused.
    expect(await answerTo(await signedByEdge(good.header, good.claims), bindings)).toEqual([201, undefined])
  })

  test.each(Object.keys(MALFORMED))('is refused as malformed: %s', async (attack) => {
    const { bindings, take } = counting()
    expect(await answerTo(MALFORMED[attack]?.(good) ?? '', bindings)).toEqual([401, 'token_malformed'])
    expect(take()).toEqual(NOTHING)
  })

  test('can not pass a public key off as a secret', async () => {
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

  test('costs no storage, a hundred thousand times', { timeout: 120_000 }, async () => {
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
    for (let sent = 0; sent < 100_000; sent++) {
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
    expect([...refusals]).toEqual([[401, 100_000]])
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
  ])
    expect((await check(forged)).body.code).toBe('unauthorized')
  expect((await check(await signedByEdge(header, claims))).status).toBe(200)
})

const LOOKALIKES = [
  '',
  'null',
  'https://app.example.com/',
  'https://app.example.com.',
  'https://app.example.com:443',
  'https://app.example.com:8443',
  'http://app.example.com',
  'HTTPS://app.example.com',
  'https://APP.example.com',
  ' https://app.example.com',
  'https://app.example.com\n',
  'https://app.example.com\u0000',
  'https://app.example.com,https://evil.example',
  'https://app.example.com https://evil.example',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'https://evil.example/https://app.example.com',
  'https://app.example.com@evil.example',
  'https://user@app.example.com',
  'https://\u0430pp.example.com',
  'https://xn--pp-7lc.example.com',
  'https://app\u3002example.com',
  'https://\uFF41pp.example.com',
  'https://app.ex\u00ADample.com',
  'https://app.example.com\u200B',
  'file://',
  'chrome-extension://app.example.com',
]

describe('an origin that looks like an allowed one', () => {
  test.each(LOOKALIKES)('%j opens nothing', async (origin) => {
    for (const origins of [null, [HOST]]) {
      const { token } = await issue({ origins })
      const { status, body } = await open(token, { origin })
      expect([status, body.code]).toEqual([403, 'origin_not_allowed'])
    }
  })

  test.each(
    LOOKALIKES.filter(
      (origin) => !/^https?:\/\/(evil-)?[a-z0-9.-]+(:8443)?$/.test(origin) || origin.endsWith('.'),
    ),
  )('%j is no origin for a record', async (origin) => {
    await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    const { status, body } = await admin('POST', '/v1/tokens', { user: 'store-1', origins: [origin] })
    expect([status, body.errors?.[0]?.path]).toEqual([400, 'origins.0'])
  })

  test('as the asker: no page but the frame opens a session', async () => {
    const { token } = await issue()
    for (const asker of [HOST, 'null', `${EDGE}.`, `${EDGE}:443`, EDGE.toUpperCase(), `${EDGE},${HOST}`]) {
      const { status, body } = await open(token, { headers: { Origin: asker } })
      expect([asker, status, body.code]).toEqual([asker, 403, 'origin_not_allowed'])
    }
  })
})

test('nothing but the resource asked for comes before the Biuwer token in the name', async () => {
  const { token } = await issue()
  const { status } = await open(token, { resource: 'page_1' })
  expect(status).toBe(201)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ maxLength: 30 }),
        fc.string({ unit: 'binary', maxLength: 10 }),
        fc.constantFrom(
          'page_1:',
          'page_1:other',
          ':',
          'page_1\n',
          'page_1\r\nx',
          'page_1 ',
          '\u202Epage',
          'a"b',
          '<b>',
        ),
        fc.constantFrom(
          '__proto__',
          'constructor',
          'page_1%3Aother',
          'page_1\u0000',
          'page_1;',
          'page_1,page_2',
        ),
      ),
      async (resource) => {
        const answer = await open(token, { resource })
        if (answer.status === 201) {
          expect(resource).toMatch(/^[\x21-\x39\x3b-\x7e]+$/)
          expect(answer.body.share.name).toBe(`${resource}:${BIUWER_TOKEN}`)
        } else {
          expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, 'resource'])
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a Biuwer token that would reach into the name or its page is not linked', async () => {
  for (const token of [
    '',
    ' ',
    'a b',
    'a\nb',
    'a:b',
    'a\u0000',
    '"><script>',
    '\u202Ea',
    'x'.repeat(70_000),
  ]) {
    const { status, body } = await admin('PUT', '/v1/users/store-1', { biuwer_token: token })
    expect([token.slice(0, 20), status >= 400 && status < 500]).toEqual([token.slice(0, 20), true])
    if (token.length > 1) expect(JSON.stringify(body)).not.toContain(JSON.stringify(token).slice(1, -1))
  }
})

test.each([
  '{"__proto__":{"polluted":true},"user":"store-1"}',
  '{"user":"store-1","metadata":{"__proto__":{"polluted":true}}}',
  '{"user":"store-1","metadata":{"constructor":{"prototype":{"polluted":true}}}}',
  '{"constructor":{"prototype":{"polluted":true}},"user":"store-1"}',
  '{"user":"store-1","metadata":{"prototype":"polluted"}}',
])('%s pollutes nothing', async (body) => {
  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
  const answer = await admin('POST', '/v1/tokens', body)
  expect(answer.status).toBe(400)
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

describe('a body', () => {
  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    fromWorker(`${EDGE}/v1/sessions`, {
      method: 'POST',
      headers: {
        Origin: EDGE,
        'Content-Type': 'application/json',
        'CF-Connecting-IP': '192.0.2.7',
        ...headers,
      },
      body,
    })

  test('without an end is left after 64 KiB', async () => {
    let given = 0
    let isLeft = false
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        given += 1024
        controller.enqueue(new Uint8Array(1024).fill(0x20))
      },
      cancel: () => {
        isLeft = true
      },
    })
    const answer = await send(body)
    expect(answer.status).toBe(413)
    expect(isLeft).toBe(true)
    expect(given).toBeLessThan(80 * 1024)
  })

  test('in single bytes is read as one', async () => {
    const { token } = await issue()
    const text = JSON.stringify({ token, resource: 'page_1', origin: HOST, session_key: sessionKey('slow') })
    const bytes = new TextEncoder().encode(text)
    let at = 0
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at === bytes.length) controller.close()
        else controller.enqueue(bytes.slice(at, ++at))
      },
    })
    expect((await send(body)).status).toBe(201)
  })

  test('that breaks off spends nothing', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(JSON.stringify({ token }).slice(0, -1)))
        controller.error(new Error('Network connection lost.'))
      },
    })
    const answer = await send(body)
    expect(answer.status).toBe(400)
    expect((await open(token, { key: 'other' })).status).toBe(201)
  })
})

test.each([
  [
    'a name of 30,000 characters over thousands of reserved ones',
    () => `{"${'k'.repeat(30_000)}":[${'{"prototype":0},'.repeat(2100)}0],"b":{"prototype":0}}`,
  ],
  [
    'thousands of reserved names',
    () => `{${Array.from({ length: 1400 }, (_, at) => `"${at}":{"__proto__":0,"constructor":0}`)}}`,
  ],
  ['thousands of unknown names', () => `{${Array.from({ length: 6000 }, (_, at) => `"${at}":0`)}}`],
  ['lists in lists', () => `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['maps in maps', () => `{"a":${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}}`],
])('a body of %s gets a short refusal', async (_, body) => {
  const headers = { Origin: EDGE, 'Content-Type': 'application/json' }
  const answer = await fromWorker(`${EDGE}/v1/sessions`, { method: 'POST', headers, body: body() })
  const text = await answer.text()
  expect([answer.status, JSON.parse(text).code]).toEqual([400, 'invalid_request'])
  expect(text.length).toBeLessThan(70_000)
  expect(JSON.parse(text).errors.length).toBeLessThanOrEqual(100)
})

test('a body that is not UTF-8 changes nothing', async () => {
  const { id, token } = await issue()
  const send = async (path: string, method: string, text: string, headers: Record<string, string>) => {
    const body = new TextEncoder().encode(text)
    // One byte that UTF-8 never has, in place of one that stands between quotes.
    body[text.indexOf('~')] = 0xff
    const all = { 'Content-Type': 'application/json', 'Content-Length': `${body.length}`, ...headers }
    return (await fromWorker(`${EDGE}${path}`, { method, headers: all, body })).json<Problem>()
  }
  const admins = { Authorization: `Bearer ${ADMIN_KEY}` }
  const refused = await send(`/v1/tokens/${id}`, 'PATCH', '{"label":"a~b"}', admins)
  expect(refused.errors).toEqual([{ path: '', message: 'The body is not UTF-8.' }])
  const opening = { token, resource: 'page_1', origin: HOST, session_key: KEY }
  for (const field of Object.keys(opening)) {
    const text = JSON.stringify({ ...opening, [field]: `${opening[field as keyof typeof opening]}~` })
    expect((await send('/v1/sessions', 'POST', text, { Origin: EDGE })).status).toBeGreaterThanOrEqual(400)
  }
})

test('a text may hold U+FFFD, and no half of a character', async () => {
  const { id } = await issue()
  const patch = (changes: object) => admin('PATCH', `/v1/tokens/${id}`, changes)
  expect((await patch({ label: 'a\uFFFDb' })).body.label).toBe('a\uFFFDb')
  for (const changes of [
    { label: 'a\ud83d' },
    { metadata: { '\ude00': 'a' } },
    { metadata: { a: '\ud83d b' } },
  ])
    expect((await patch(changes)).body.errors).toEqual([
      { path: expect.stringMatching(/^(label|metadata\..)/), message: expect.stringMatching(/surrogate/) },
    ])
  const keyed = await admin(
    'POST',
    '/v1/tokens',
    { user: 'store-1', label: '\ud83d' },
    { headers: { 'Idempotency-Key': 'k' } },
  )
  expect(keyed.status).toBe(400)
})

test('headers of any size change no answer', async () => {
  const { token } = await issue()
  const long = 'x'.repeat(30_000)
  const headers = {
    Authorization: `Bearer ${long}`,
    Cookie: long,
    'X-Forwarded-For': long,
    'User-Agent': long,
  }
  expect((await open(token, { headers })).status).toBe(201)
  expect((await call('GET', '/v1/tokens', { headers })).status).toBe(401)
  const keyed = await admin(
    'POST',
    '/v1/tokens',
    { user: 'store-1' },
    { headers: { 'Idempotency-Key': long } },
  )
  expect(keyed.status).toBe(400)
  const many = await call('GET', '/v1/tokens', {
    headers: { Authorization: `Bearer ${ADMIN_KEY}, Bearer ${ADMIN_KEY}` },
  })
  expect(many.status).toBe(401)
})

describe('at the boundary of a second', () => {
  const NOW = Date.parse('2026-03-14T12:00:00Z')
  const at = (seconds: number) => vi.setSystemTime(seconds * 1000)
  beforeEach(() => vi.setSystemTime(NOW))

  test.each(['none', 'daily', 'single-use'])(
    'a %s value opens from nbf on and until exp',
    async (refresh) => {
      const { token } = await issue({ refresh, from: '2026-03-14T13:00:00Z', to: '2026-03-15T13:00:00Z' })
      const { nbf, exp } = claimsOf(token)
      at(nbf - 0.001)
      expect((await open(token)).body.code).toBe('token_not_yet_valid')
      at(nbf)
      expect((await open(token)).status).toBe(201)
      at(exp - 0.001)
      expect((await open(token)).status).toBe(201)
      at(exp)
      expect((await open(token)).body.code).toBe('token_expired')
    },
  )

  test("a session stands until its own end, which is not its record's", async () => {
    const { token } = await issue()
    const { body } = await open(token)
    const end = Date.parse(body.expires_at) / 1000
    at(end - 0.001)
    expect((await check(body.session_token)).status).toBe(200)
    at(end)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
    expect((await open(token)).status).toBe(201)
  })

  test('a session stands until its end, and a value does not outlive its record', async () => {
    const { token } = await issue({ to: '2026-03-14T13:00:00Z' })
    const { body } = await open(token)
    const end = Date.parse(body.expires_at) / 1000
    expect(end).toBe(NOW / 1000 + 3600)
    at(end - 0.001)
    expect((await check(body.session_token)).status).toBe(200)
    at(end)
    expect((await check(body.session_token)).body.code).toBe('session_expired')
    expect((await open(token)).body.code).toBe('token_expired')
  })
})
