import { reset } from 'cloudflare:test'
import { afterEach, describe, expect, test } from 'vitest'
import type { Problem } from '../../worker/wire.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, BIUWER_TOKEN, call, EDGE, HOST, issue, open, sessionKey } from './api.ts'
import { fromWorker } from './isolate.ts'

afterEach(() => reset())

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

  test('a body without an end is left after 64 KiB', async () => {
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

  test('a body in single bytes is read as one', async () => {
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

  test('a body that breaks off spends nothing', async () => {
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

test.each(['[]', '["a"]', '[["a","b"]]'])('%s is no object', async (text) => {
  const list = JSON.parse(text)
  const { id } = await issue()
  const refusal = [400, [{ path: 'metadata', message: 'Expected Object, received array.' }]]
  for (const [method, path, body] of [
    ['POST', '/v1/tokens', { user: 'store-1', metadata: list }],
    ['PATCH', `/v1/tokens/${id}`, { metadata: list }],
  ] as const) {
    const answer = await admin(method, path, body)
    expect([answer.status, answer.body.errors]).toEqual(refusal)
  }
  for (const [method, path] of [
    ['PUT', '/v1/users/store-1'],
    ['POST', '/v1/tokens'],
    ['PATCH', `/v1/tokens/${id}`],
    ['POST', `/v1/tokens/${id}/refresh`],
    ['POST', `/v1/tokens/${id}/explain`],
    ['POST', `/v1/tokens/${id}/preview`],
    ['POST', '/v1/vault/reencrypt'],
  ] as const)
    expect([path, (await admin(method, path, list)).status]).toEqual([path, 400])
  expect((await admin('GET', `/v1/tokens/${id}`)).body.metadata).toEqual({})
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
  const opening = { token, resource: 'page_1', origin: HOST, session_key: sessionKey('garbage') }
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
