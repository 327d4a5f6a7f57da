import { afterEach, expect, it, vi } from 'vitest'
import { requestToken, type TokenProvider } from '../../widget/session/token-source.ts'

const TOKEN_URL = '/test/widget/token.json'
const patient = () => new AbortController().signal
const never: TokenProvider = () => new Promise(() => {})

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

it.each<[string, TokenProvider | string]>([
  ['a refusal', () => Promise.reject(new Error('the session at the host is over'))],
  [
    'a mistake',
    () => {
      throw new TypeError('not a function')
    },
  ],
  ['an empty token', async () => ''],
  ['an address that is none', 'https://'],
  ['no text', (async () => 7) as unknown as TokenProvider],
  ['a page instead of JSON', 'data:text/html,<p>Sign in'],
  ['JSON without a token', 'data:application/json,{"value":"x"}'],
  ['a token that is no text', 'data:application/json,{"token":7}'],
])('takes %s for no token', async (_, source) => {
  expect(await requestToken(source, 'initial', patient())).toBeUndefined()
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
  expect(await value).toBeUndefined()
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
  expect(await Promise.all(values)).toEqual([undefined, undefined])
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
