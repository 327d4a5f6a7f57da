import { afterEach, expect, inject, it, vi } from 'vitest'
import {
  type Answer,
  type Reason,
  requestToken as request,
  sourceOf,
  type TokenProvider,
} from '../../widget/session/token-source.ts'

const TOKEN_URL = '/test/widget/token.json'
const patient = () => new AbortController().signal
const never: TokenProvider = () => new Promise(() => {})

function requestToken(given: TokenProvider | string, reason: Reason, signal: AbortSignal): Promise<Answer> {
  const [tokenProvider, tokenUrl] = typeof given === 'string' ? [null, given] : [given, null]
  const source = sourceOf({ tokenProvider, tokenUrl, tokenCredentials: 'same-origin' })
  if (!source) throw new Error('no source')
  return request(source, reason, signal)
}

/** An address that answers with this status, body and headers. */
const given = (answer: Record<string, string>) =>
  `${inject('answeringEdge')}/of-the-test/given?${new URLSearchParams(answer)}`

afterEach(() => {
  vi.useRealTimers()
})

it('asks a provider once for all who need a token at the same time', async () => {
  const provider = vi.fn<TokenProvider>(async () => 'value')
  const values = await Promise.all([
    requestToken(provider, 'initial', patient()),
    requestToken(provider, 'expiring', patient()),
  ])
  expect(values).toEqual(['value', 'value'])
  expect(provider).toHaveBeenCalledOnce()
  await requestToken(provider, 'expired', patient())
  expect(provider).toHaveBeenLastCalledWith('expired', expect.any(AbortSignal))
})

it('fetches a token-url once, however it is written', async () => {
  performance.clearResourceTimings()
  const values = await Promise.all([
    requestToken(TOKEN_URL, 'initial', patient()),
    requestToken(new URL(TOKEN_URL, location.href).href, 'initial', patient()),
  ])
  expect(values).toEqual(['value-by-url', 'value-by-url'])
  const fetched = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith(TOKEN_URL))
  expect(fetched).toHaveLength(1)
})

const HTML = { 'content-type': 'text/html', body: '<p>Sign in' }
const JSON_TYPE = { 'content-type': 'application/json' }

it.each<[string, TokenProvider | string, string, string]>([
  [
    'a provider that rejects',
    () => Promise.reject(new RangeError('s3cret')),
    'provider_failed',
    'RangeError',
  ],
  ['a provider that rejects with nothing', () => Promise.reject(), 'provider_failed', 'tokenProvider failed'],
  [
    'a provider that throws',
    () => {
      throw new TypeError('s3cret')
    },
    'provider_failed',
    'TypeError',
  ],
  ['an empty token', async () => '', 'provider_failed', 'empty'],
  ['a token of white space', async () => ' \n', 'provider_failed', 'empty'],
  ['no token', (async () => undefined) as unknown as TokenProvider, 'provider_failed', 'undefined'],
  ['no text', (async () => 7) as unknown as TokenProvider, 'provider_failed', 'number'],
  [
    'a provider that says that the visitor is signed out',
    () => Promise.reject(Object.assign(new Error('s3cret'), { name: 'SignedOutError' })),
    'signed_out',
    'SignedOutError',
  ],
  ['an address that is none', 'https://', 'provider_failed', 'no answer'],
  ['an address without a server', 'http://127.0.0.2:9/', 'provider_failed', 'no answer'],
  ['401', given({ status: '401', ...JSON_TYPE, body: '{"token":"s3cret"}' }), 'signed_out', '401'],
  ['403', given({ status: '403', ...HTML }), 'signed_out', '403'],
  ['404', given({ status: '404', ...HTML }), 'provider_failed', '404'],
  ['429', given({ status: '429' }), 'provider_failed', '429'],
  ['500', given({ status: '500', ...JSON_TYPE, body: '{"token":"s3cret"}' }), 'provider_failed', '500'],
  ['no content', given({ status: '204' }), 'provider_failed', '204'],
  ['a page', given(HTML), 'provider_failed', '200 with text/html'],
  ['a page for a redirect', given({ status: '302', location: given(HTML) }), 'provider_failed', 'redirect'],
  ['401 for a redirect', given({ status: '302', location: given({ status: '401' }) }), 'signed_out', '401'],
  [
    'a token that is no JSON',
    given({ 'content-type': 'text/plain', body: 's3cret' }),
    'provider_failed',
    'text/plain',
  ],
  ['broken JSON', given({ ...JSON_TYPE, body: '{"token":"s3cret"' }), 'provider_failed', 'application/json'],
  ['JSON without a token', given({ ...JSON_TYPE, body: '{}' }), 'provider_failed', 'undefined'],
  [
    'a token of another name',
    given({ ...JSON_TYPE, body: '{"value":"s3cret"}' }),
    'provider_failed',
    'undefined',
  ],
  ['an empty token in JSON', given({ ...JSON_TYPE, body: '{"token":""}' }), 'provider_failed', 'empty'],
  ['a token that is a number', given({ ...JSON_TYPE, body: '{"token":7}' }), 'provider_failed', 'number'],
  ['a token that is null', given({ ...JSON_TYPE, body: '{"token":null}' }), 'provider_failed', 'object'],
  ['a list', given({ ...JSON_TYPE, body: '["s3cret"]' }), 'provider_failed', 'undefined'],
  ['null', given({ ...JSON_TYPE, body: 'null' }), 'provider_failed', '200'],
  ['a text', given({ ...JSON_TYPE, body: '"s3cret"' }), 'provider_failed', 'undefined'],
])('takes %s for no token, and says what came without saying it', async (_, source, code, named) => {
  const answer = await requestToken(source, 'initial', patient())
  expect(answer).toMatchObject({ code, detail: expect.stringContaining(named) })
  expect(JSON.stringify(answer)).not.toContain('s3cret')
})

it.each<[string, TokenProvider | string]>([
  ['a provider', async () => ' value \n'],
  ['an address', given({ ...JSON_TYPE, body: '{"token":"\\tvalue \\n"}' })],
  ['an address that answers 201', given({ status: '201', ...JSON_TYPE, body: '{"token":"value"}' })],
  [
    'an address that calls its JSON a text',
    given({ 'content-type': 'text/plain', body: '{"token":"value"}' }),
  ],
  [
    'an address that leads to another',
    given({ status: '307', location: given({ body: '{"token":"value"}' }) }),
  ],
])('takes a token of %s, without the white space round it', async (_, source) => {
  expect(await requestToken(source, 'initial', patient())).toBe('value')
})

it('gives a hung provider up after thirty seconds, and asks it anew the next time', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let given: AbortSignal | undefined
  const hung = vi.fn<TokenProvider>((_, signal) => {
    given = signal
    return never('initial', signal)
  })
  const value = requestToken(hung, 'initial', patient())
  vi.advanceTimersByTime(29_999)
  expect(given?.aborted).toBe(false)
  vi.advanceTimersByTime(1)
  expect(given?.aborted).toBe(true)
  expect(await value).toMatchObject({ code: 'provider_failed', detail: expect.stringContaining('30 s') })
  void requestToken(hung, 'initial', AbortSignal.abort())
  expect(hung).toHaveBeenCalledTimes(2)
})

it('aborts the call when the last who waits has left, and not before', async () => {
  let given: AbortSignal | undefined
  const hung = vi.fn<TokenProvider>((_, signal) => {
    given = signal
    return never('initial', signal)
  })
  const [one, other] = [new AbortController(), new AbortController()]
  const values = [requestToken(hung, 'initial', one.signal), requestToken(hung, 'initial', other.signal)]
  one.abort()
  expect(given?.aborted).toBe(false)
  other.abort()
  expect(given?.aborted).toBe(true)
  expect(await Promise.all(values)).toEqual(['', ''])
})

it('never lets a newcomer join a call that was just given up', () => {
  const hung = vi.fn<TokenProvider>(never)
  const left = new AbortController()
  void requestToken(hung, 'initial', left.signal)
  left.abort()
  const stays = new AbortController()
  void requestToken(hung, 'initial', stays.signal)
  expect(hung).toHaveBeenCalledTimes(2)
  stays.abort()
})

it('leaves the signal of a call that has answered alone', async () => {
  let given: AbortSignal | undefined
  const provider: TokenProvider = async (_, signal) => {
    given = signal
    return 'value'
  }
  const mine = new AbortController()
  await requestToken(provider, 'initial', mine.signal)
  mine.abort()
  expect(given?.aborted).toBe(false)
})
