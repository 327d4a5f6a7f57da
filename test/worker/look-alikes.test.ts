import { reset } from 'cloudflare:test'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { admin, BIUWER_TOKEN, EDGE, HOST, issue, open } from './api.ts'
import { seed } from './seed.ts'

afterEach(() => reset())

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

  test('no page but the frame opens a session, whatever its origin looks like', async () => {
    const { token } = await issue()
    for (const asker of [HOST, 'null', `${EDGE}.`, `${EDGE}:443`, EDGE.toUpperCase(), `${EDGE},${HOST}`]) {
      const { status, body } = await open(token, { headers: { Origin: asker } })
      expect([asker, status, body.code]).toEqual([asker, 403, 'origin_not_allowed'])
    }
  })
})

test(`nothing but the resource asked for comes before the Biuwer token in the name (SEED=${seed})`, async () => {
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
    { numRuns: 300, seed },
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
