import { request } from 'node:http'
import { test as base, describe, expect } from 'vitest'
import { type RunningBiuwer, startBiuwer } from '../../../demo/biuwer/serve.ts'
import { reservePort } from '../reserved-ports.ts'
import { asServer, asWorker, type RunningExample, startExample, type Way } from './example.ts'
import { newSecret, type Signing, signatureOf, signed } from './signed.ts'

const API_KEY = 'key-of-the-invented-api'
const secret = newSecret()
const FROM = '2026-01-01T00:00:00Z'
const TO = '2099-01-01T00:00:00Z'
const CREATE = { type: 'biuwer_token.create', user: 'store-1', from: FROM, to: TO }

// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
const test = base.extend('biuwer', { scope: 'file' }, async ({}, { onCleanup }): Promise<RunningBiuwer> => {
  const { port, release } = await reservePort()
  const users = [
    { store: 'Store 1', token: 'endless-1' },
    { store: 'Store 2', token: 'endless-2' },
  ]
  const biuwer = await startBiuwer({ port, users, apiKey: API_KEY })
  onCleanup(async () => {
    await biuwer.stop()
    await release()
  })
  return biuwer
})

/** A test at a copy of the example that it starts itself. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
const asCopied = test.extend('start', async ({}, { onCleanup }) => {
  const running: RunningExample[] = []
  onCleanup(async () => {
    await Promise.all(running.map((example) => example.stop()))
  })
  return async (...[way, how, environment]: Parameters<typeof startExample>) => {
    const example = await startExample(way, how, { BIUWER_TOKEN_SOURCE_SECRET: secret, ...environment })
    running.push(example)
    return example
  }
})

/** A test at the example, as it runs in one way, filled in for the stand-in. */
function filledInAs(start: Way) {
  return test
    .extend('example', { scope: 'file' }, async ({ biuwer }, { onCleanup }): Promise<RunningExample> => {
      const example = await startExample(start, 'filled in', {
        BIUWER_TOKEN_SOURCE_SECRET: secret,
        BIUWER_ORIGIN: biuwer.origin,
        BIUWER_API_KEY: API_KEY,
      })
      onCleanup(() => example.stop())
      return example
    })
    .extend('ask', ({ example }) => async (ask: object, signing: Partial<Signing> = {}) => {
      const answer = await fetch(example.url, signed(ask, { secret, ...signing }))
      const text = await answer.text()
      return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
    })
    .extend(
      'made',
      ({ biuwer }) =>
        () =>
          biuwer.tokens.live('Store 1').filter(({ reference }) => reference),
    )
}

test('the tests sign as the published examples of Standard Webhooks are signed', () => {
  expect(
    signatureOf(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
    ),
  ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  expect(
    signatureOf(
      'whsec_plJ3nmyCDGBKInavdOK15jsl',
      'msg_loFOjxBNrRLzqYUf',
      1731705121,
      '{"event_type":"ping","data":{"success":true}}',
    ),
  ).toBe('v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=')
})

describe.each([
  ['the Worker', asWorker, filledInAs(asWorker)],
  ['the server in Node', asServer, filledInAs(asServer)],
] as const)('%s', (_, start, filledIn) => {
  filledIn('makes a Biuwer token with the interval that was asked for', async ({ ask, made }) => {
    const before = made().length
    const { status, json } = await ask(CREATE)
    expect(status).toBe(200)
    expect(json).toEqual({ biuwer_token: expect.stringMatching(/^[\w-]{36}$/) })
    expect(made()).toHaveLength(before + 1)
    expect(made().at(-1)).toMatchObject({
      token: json.biuwer_token,
      from: Date.parse(FROM),
      to: Date.parse(TO),
    })
  })

  filledIn('answers a repetition with the Biuwer token of the first time', async ({ ask, made }) => {
    const id = `msg_${Math.random()}`
    const first = await ask(CREATE, { id })
    const count = made().length
    expect(await ask(CREATE, { id })).toEqual(first)
    expect(made()).toHaveLength(count)
    expect((await ask(CREATE)).json.biuwer_token).not.toBe(first.json.biuwer_token)
  })

  filledIn('deletes a Biuwer token in Biuwer, also when asked for it again', async ({ ask, biuwer }) => {
    const { json } = await ask(CREATE)
    expect(biuwer.tokens.storeOf(json.biuwer_token)).toBe('Store 1')
    const goodbye = { type: 'biuwer_token.delete', user: 'store-1', biuwer_token: json.biuwer_token }
    expect(await ask(goodbye)).toEqual({ status: 204, json: undefined })
    expect(biuwer.tokens.storeOf(json.biuwer_token)).toBeUndefined()
    expect((await ask(goodbye)).status).toBe(204)
  })

  filledIn(
    'makes nothing for who has another secret, changes a request, or repeats an old one',
    async ({ example, made }) => {
      const before = made().length
      const good = signed(CREATE, { secret })
      const without = (name: string) =>
        Object.fromEntries(Object.entries(good.headers).filter(([header]) => header !== name))
      const signature = good.headers['webhook-signature'] ?? ''
      const withSignature = (value: string) => ({
        ...good,
        headers: { ...good.headers, 'webhook-signature': value },
      })
      const forged = [
        signed(CREATE, { secret: newSecret() }),
        { ...good, body: good.body.replace('store-1', 'store-2') },
        { ...good, body: `${good.body} ` },
        { ...good, headers: { ...good.headers, 'webhook-id': 'msg_other' } },
        {
          ...good,
          headers: { ...good.headers, 'webhook-timestamp': `${Math.floor(Date.now() / 1000) + 1}` },
        },
        signed(CREATE, { secret, later: -301 }),
        signed(CREATE, { secret, later: 310 }),
        withSignature('v1,'),
        withSignature('v1'),
        withSignature(signature.replace('v1,', 'v2,')),
        withSignature(signature.replace('v1,', '')),
        withSignature(`${signature.slice(0, -5)}AAAA=`),
        ...['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
          ...good,
          headers: without(name),
        })),
        { method: 'GET' },
      ]
      for (const request of forged) expect((await fetch(example.url, request)).status).toBe(401)
      expect(made()).toHaveLength(before)
    },
  )

  filledIn(
    'takes a request of nearly five minutes ago, and one that two secrets have signed',
    async ({ ask, example }) => {
      expect((await ask(CREATE, { later: -290 })).status).toBe(200)
      expect((await ask(CREATE, { later: 290 })).status).toBe(200)
      const both = signed(CREATE, { secret })
      const other = signed(CREATE, { secret: newSecret() })
      both.headers['webhook-signature'] =
        `${other.headers['webhook-signature']} ${both.headers['webhook-signature']}`
      expect((await fetch(example.url, both)).status).toBe(200)
    },
  )

  filledIn(
    'says that Biuwer refused a user, and tells its log why, without a secret in either',
    async ({ ask, example }) => {
      const unknown = await ask({ ...CREATE, user: 'store-3' }, { id: 'msg_refused' })
      expect(unknown).toEqual({ status: 422, json: { error: expect.stringContaining('log') } })
      expect((await ask({ ...CREATE, user: 'nobody' })).status).toBe(422)
      await expect.poll(example.log).toContain('msg_refused: Error: the stand-in answered 404')
      for (const hidden of [secret.replace('whsec_', ''), API_KEY])
        expect(example.log() + JSON.stringify(unknown)).not.toContain(hidden)
    },
  )

  asCopied('says that Biuwer is down where it is', async ({ start: startAs }) => {
    const { port, release } = await reservePort()
    try {
      const { url } = await startAs(start, 'filled in', { BIUWER_ORIGIN: `http://127.0.0.1:${port}` })
      expect((await fetch(url, signed(CREATE, { secret }))).status).toBe(502)
    } finally {
      await release()
    }
  })

  filledIn('refuses what it does not know', async ({ ask }) => {
    expect(await ask({ type: 'biuwer_token.rename', user: 'store-1' })).toMatchObject({ status: 400 })
  })

  asCopied('says what has to be filled in, until it is', async ({ start: startAs }) => {
    const { url } = await startAs(start, 'as it comes', {})
    for (const [ask, name] of [
      [CREATE, 'createBiuwerToken'],
      [{ type: 'biuwer_token.delete', user: 'store-1', biuwer_token: 'any' }, 'deleteBiuwerToken'],
    ] as const) {
      const answer = await fetch(url, signed(ask, { secret }))
      expect(answer.status).toBe(501)
      expect(await answer.json()).toEqual({ error: expect.stringContaining(`fill in ${name} in biuwer.ts`) })
    }
    expect((await fetch(url, signed(CREATE, { secret: newSecret() }))).status).toBe(401)
  })
})

describe('the server in Node', () => {
  test('does not start without a secret, and names the setting', async () => {
    const start = (environment: Record<string, string>) => startExample(asServer, 'as it comes', environment)
    await expect(start({})).rejects.toThrow('BIUWER_TOKEN_SOURCE_SECRET')
    await expect(start({ BIUWER_TOKEN_SOURCE_SECRET: 'plain' })).rejects.toThrow('whsec_')
  })

  asCopied('refuses a body that is too long, and outlives a request that breaks off', async ({ start }) => {
    const { url, log } = await start(asServer, 'as it comes', {})
    const long = { ...CREATE, user: 'x'.repeat(20_000) }
    expect((await fetch(url, signed(long, { secret }))).status).toBe(413)
    const broken = request(url, { method: 'POST', headers: { 'Content-Length': '100' } })
    broken.on('error', () => {})
    broken.on('socket', (socket) => socket.on('connect', () => broken.write('{', () => broken.destroy())))
    broken.flushHeaders()
    await expect.poll(log).toContain('aborted')
    expect((await fetch(url, signed(CREATE, { secret }))).status).toBe(501)
  })
})
