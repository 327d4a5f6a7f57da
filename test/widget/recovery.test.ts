import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { BiuwerErrorEvent } from '../../widget/events.ts'
import type { TokenProvider } from '../../widget/session/token-source.ts'
import { embed, happened, Inside, opened, removeAll, settled, term } from './stand-in.ts'

const signedOut = () => Promise.reject(Object.assign(new Error(), { name: 'SignedOutError' }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(async () => {
  await removeAll()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Gives `stem-1`, `stem-2` and so on. */
function counting(stem: string) {
  let given = 0
  return vi.fn<TokenProvider>(async () => `${stem}-${++given}`)
}

it('renews when a fifth is left, in the same session, and leaves the page alone', async () => {
  const tokenProvider = counting('renewed')
  const { tag, inside } = await opened({ tokenProvider }, 1000)
  const expiring = vi.fn()
  tag.addEventListener('biuwer-expiring', expiring)
  vi.advanceTimersByTime(799_000)
  expect(expiring).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(expiring).toHaveBeenCalledOnce()
  expect(tokenProvider).toHaveBeenLastCalledWith('expiring', expect.any(AbortSignal))
  const [first, second] = [await inside.order(1), await inside.order(2)]
  expect(second).toMatchObject({ type: 'renew', token: 'renewed-2', session_key: first.session_key })
  expect(tag.state).toBe('ready')
  inside.report({ type: 'renewed', ...term(1000) })
  await happened(tag, 'biuwer-renewed')
  vi.advanceTimersByTime(800_000)
  expect(await inside.order(3)).toMatchObject({ type: 'renew', token: 'renewed-3' })
})

it('renews with a token that the page sets, and ignores the one it has', async () => {
  const { tag, inside } = await opened({ token: 'set-1' })
  tag.token = 'set-1'
  tag.token = 'set-2'
  expect(await inside.order(2)).toMatchObject({ type: 'renew', token: 'set-2' })
})

it('keeps the session when its renewal is refused, and says so', async () => {
  const { tag, inside } = await opened({ token: 'kept-1' })
  tag.token = 'kept-2'
  await inside.order(2)
  inside.report({ type: 'refused', code: 'token_invalid' })
  const { code } = (await happened(tag, 'biuwer-error')) as BiuwerErrorEvent
  expect(code).toBe('token_invalid')
  expect(tag.state).toBe('ready')
  // The refused token is forgotten: a reloaded frame opens with the one that holds.
  await inside.hello()
  expect(await inside.order(3)).toMatchObject({ type: 'open', token: 'kept-1' })
})

it('tries a renewal again that failed in passing', async () => {
  const { inside } = await opened({ tokenProvider: counting('passing') }, 1000)
  vi.advanceTimersByTime(800_000)
  await inside.order(2)
  inside.report({ type: 'refused', code: 'unavailable' })
  await settled()
  vi.advanceTimersByTime(50_000)
  expect(await inside.order(3)).toMatchObject({ type: 'renew', token: 'passing-2' })
})

it('tells once that its renewal is being tried again, and once more after it has succeeded', async () => {
  const tokenProvider = counting('told')
  const { tag, inside } = await opened({ tokenProvider }, 1000)
  const told = vi.fn()
  tag.addEventListener('biuwer-error', (event) => told(event.code))
  tokenProvider.mockRejectedValueOnce(new Error()).mockRejectedValueOnce(new Error())
  vi.advanceTimersByTime(800_000)
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce())
  vi.advanceTimersByTime(50_000)
  await settled()
  vi.advanceTimersByTime(50_000)
  await inside.order(2)
  inside.report({ type: 'refused', code: 'unavailable' })
  await settled()
  expect(told.mock.calls).toEqual([['provider_failed']])
  expect(tag.state).toBe('ready')
  vi.advanceTimersByTime(50_000)
  await inside.order(3)
  inside.report({ type: 'renewed', ...term(1000) })
  await happened(tag, 'biuwer-renewed')
  vi.advanceTimersByTime(800_000)
  await inside.order(4)
  inside.report({ type: 'refused', code: 'unavailable' })
  await happened(tag, 'biuwer-error')
  expect(told).toHaveBeenLastCalledWith('unavailable')
})

it('asks once for a renewal where the visitor is signed out, says so, and lets the session come to its end', async () => {
  const tokenProvider = counting('signed-out')
  const { tag, inside } = await opened({ tokenProvider }, 1000)
  tokenProvider.mockImplementation(signedOut)
  vi.advanceTimersByTime(800_000)
  expect(await happened(tag, 'biuwer-error')).toMatchObject({ code: 'signed_out', retryable: false })
  expect(tag.state).toBe('ready')
  vi.advanceTimersByTime(199_000)
  await settled()
  expect(tag.state).toBe('ready')
  inside.report({ type: 'ended', code: 'session_expired' })
  await happened(tag, 'biuwer-expired')
  expect(tag.state).toBe('expired')
  vi.advanceTimersByTime(600_000)
  window.dispatchEvent(new Event('online'))
  await settled()
  expect(tokenProvider).toHaveBeenCalledTimes(2)
  // A reader who has signed in again, and tries again, is asked for.
  tokenProvider.mockImplementation(async () => 'signed-in')
  tag.reload()
  const anew = await Inside.of(tag)
  await anew.hello()
  expect(await anew.order(1)).toMatchObject({ type: 'open', token: 'signed-in' })
})

it('asks no more by itself where it could not open because the visitor is signed out', async () => {
  const tokenProvider = vi.fn<TokenProvider>(signedOut)
  const tag = embed({ resourceId: 'sales', tokenProvider })
  await happened(tag, 'biuwer-error')
  expect(tag.error).toMatchObject({ code: 'signed_out' })
  window.dispatchEvent(new Event('online'))
  vi.advanceTimersByTime(3_600_000)
  await tag.updateComplete
  expect(tag.state).toBe('error')
  expect(tokenProvider).toHaveBeenCalledOnce()
})

it('renews again once the page itself has set a token after the visitor had been signed out', async () => {
  const tokenProvider = counting('back')
  const { tag, inside } = await opened({ tokenProvider }, 1000)
  tokenProvider.mockImplementationOnce(signedOut)
  vi.advanceTimersByTime(800_000)
  await happened(tag, 'biuwer-error')
  tag.token = 'back-by-hand'
  await inside.order(2)
  inside.report({ type: 'renewed', ...term(1000) })
  await happened(tag, 'biuwer-renewed')
  vi.advanceTimersByTime(800_000)
  expect(await inside.order(3)).toMatchObject({ type: 'renew' })
  inside.report({ type: 'ended', code: 'session_expired' })
  expect(await inside.order(4)).toMatchObject({ type: 'open' })
})

it('renews all tags of a source with one call, though they opened one after the other', async () => {
  const tokenProvider = counting('together')
  const other = counting('apart')
  const tags: Awaited<ReturnType<typeof opened>>[] = []
  for (let nth = 0; nth < 5; nth++) {
    tags.push(await opened({ tokenProvider }, 1000))
    vi.advanceTimersByTime(6_000)
  }
  const apart = await opened({ tokenProvider: other }, 1000)
  const before = tokenProvider.mock.calls.length
  const expiring = vi.fn()
  document.body.addEventListener('biuwer-expiring', expiring)
  vi.advanceTimersByTime(770_000)
  for (const { inside } of tags) expect(await inside.order(2)).toMatchObject({ type: 'renew' })
  document.body.removeEventListener('biuwer-expiring', expiring)
  expect(expiring).toHaveBeenCalledTimes(5)
  expect(new Set(tags.map(({ inside }) => inside.orders[1]?.token)).size).toBe(1)
  expect(tokenProvider).toHaveBeenCalledTimes(before + 1)
  expect(other).toHaveBeenCalledOnce()
  expect(apart.inside.orders).toHaveLength(1)
  // That call failed in passing for all of them: so does the next.
  for (const { inside } of tags) inside.report({ type: 'refused', code: 'rate_limited' })
  await settled()
  vi.advanceTimersByTime(60_000)
  for (const { inside } of tags) await inside.order(3)
  expect(tokenProvider).toHaveBeenCalledTimes(before + 2)
})

it('renews no tag early that has long to go', async () => {
  const tokenProvider = counting('long')
  const first = await opened({ tokenProvider }, 1000)
  vi.advanceTimersByTime(31_000)
  const second = await opened({ tokenProvider }, 1000)
  vi.advanceTimersByTime(769_000)
  await first.inside.order(2)
  await settled()
  expect(second.inside.orders).toHaveLength(1)
})

it.each([
  ['token_invalid', 'revoked'],
  ['token_expired', 'expired'],
  ['token_spent', 'spent'],
] as const)('asks the provider once for another token after %s', async (code, reason) => {
  const tokenProvider = counting(code)
  const tag = embed({ resourceId: 'sales', tokenProvider })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  inside.report({ type: 'refused', code })
  expect(await inside.order(2)).toMatchObject({ type: 'open', token: `${code}-2` })
  expect(tokenProvider).toHaveBeenLastCalledWith(reason, expect.any(AbortSignal))
  inside.report({ type: 'refused', code })
  await happened(tag, 'biuwer-error')
  expect(tokenProvider).toHaveBeenCalledTimes(2)
  expect(tag.error).toMatchObject({ code, retryable: true })
})

it.each([
  ['session_expired', 'expired'],
  ['session_revoked', 'revoked'],
] as const)('opens again by itself after %s', async (code, reason) => {
  const tokenProvider = counting(code)
  const { tag, inside } = await opened({ tokenProvider })
  inside.report({ type: 'ended', code })
  expect(await inside.order(2)).toMatchObject({ type: 'open', token: `${code}-2` })
  expect(tokenProvider).toHaveBeenLastCalledWith(reason, expect.any(AbortSignal))
  expect(tag.state).toBe('connecting')
})

it('asks the provider once where each session is revoked as it opens; half a minute later is a new need', async () => {
  const tokenProvider = counting('soon')
  const { tag, inside } = await opened({ tokenProvider })
  for (const [lasted, nth] of [
    [0, 2],
    [30_001, 3],
  ] as const) {
    vi.advanceTimersByTime(lasted)
    inside.report({ type: 'ended', code: 'session_revoked' })
    await inside.order(nth)
    const ready = happened(tag, 'biuwer-ready')
    inside.open()
    await ready
  }
  vi.advanceTimersByTime(30_000)
  inside.report({ type: 'ended', code: 'session_revoked' })
  await happened(tag, 'biuwer-error')
  expect(tag.error).toMatchObject({ code: 'session_revoked', retryable: true })
  expect(tokenProvider).toHaveBeenCalledTimes(3)
})

it('expires where nobody can renew it, and starts again with another token', async () => {
  const { tag, inside } = await opened({ token: 'over-1' })
  inside.report({ type: 'ended', code: 'session_expired' })
  await happened(tag, 'biuwer-expired')
  expect(tag.state).toBe('expired')
  expect(tag.error?.retryable).toBe(false)
  await tag.updateComplete
  expect(tag.shadowRoot?.querySelector('iframe')).toBeNull()
  tag.token = 'over-1'
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('opens again with the same token when the frame had lost contact', async () => {
  const { inside } = await opened({ token: 'asleep' })
  inside.report({ type: 'ended', code: 'unavailable' })
  expect(await inside.order(2)).toMatchObject({ type: 'open', token: 'asleep' })
})

it('opens with the newer token when the session ends during its renewal', async () => {
  const { tag, inside } = await opened({ token: 'close-1' })
  tag.token = 'close-2'
  await inside.order(2)
  inside.report({ type: 'ended', code: 'session_expired' })
  expect(await inside.order(3)).toMatchObject({ type: 'open', token: 'close-2' })
})

it('waits as long as the edge asks for when there are too many requests', async () => {
  const tag = embed({ resourceId: 'sales', token: 'busy' })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  inside.report({ type: 'refused', code: 'rate_limited', retry_after: 60 })
  await happened(tag, 'biuwer-error')
  vi.advanceTimersByTime(59_999)
  await tag.updateComplete
  expect(tag.state).toBe('error')
  vi.advanceTimersByTime(1)
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  const anew = await Inside.of(tag)
  await anew.hello()
  expect(await anew.order(1)).toMatchObject({ token: 'busy' })
})

it.each(['biuwer_unavailable', 'unavailable'] as const)(
  'opens again with the same token after %s, later each time, as long as the edge says when',
  async (code) => {
    const tokenProvider = counting(code)
    const tag = embed({ resourceId: 'sales', tokenProvider })
    for (const seconds of [5, 5, 5, 8, 16]) {
      const inside = await Inside.of(tag)
      await inside.hello()
      expect(await inside.order(1)).toMatchObject({ token: `${code}-1` })
      inside.report({ type: 'refused', code, retry_after: 5 })
      await happened(tag, 'biuwer-error')
      expect(tag.error).toMatchObject({ code, retryable: true })
      vi.advanceTimersByTime(seconds * 1000 - 1)
      await tag.updateComplete
      expect(tag.state).toBe('error')
      vi.advanceTimersByTime(1)
    }
    const inside = await Inside.of(tag)
    await inside.hello()
    await inside.order(1)
    inside.report({ type: 'refused', code })
    await happened(tag, 'biuwer-error')
    vi.advanceTimersByTime(600_000)
    await tag.updateComplete
    expect(tag.state).toBe('error')
    expect(tokenProvider).toHaveBeenCalledOnce()
  },
)

it('tries a renewal again with the same token after biuwer_unavailable', async () => {
  const { tag, inside } = await opened({ tokenProvider: counting('later') }, 1000)
  vi.advanceTimersByTime(800_000)
  await inside.order(2)
  inside.report({ type: 'refused', code: 'biuwer_unavailable', retry_after: 5 })
  expect(await happened(tag, 'biuwer-error')).toMatchObject({ code: 'biuwer_unavailable', retryable: true })
  expect(tag.state).toBe('ready')
  vi.advanceTimersByTime(50_000)
  expect(await inside.order(3)).toMatchObject({ type: 'renew', token: 'later-2' })
})

it('asks its provider for another token each time it has waited, since too many requests hide why one was refused', async () => {
  const tokenProvider = counting('limited')
  const tag = embed({ resourceId: 'sales', tokenProvider })
  for (const nth of [1, 2, 3]) {
    const inside = await Inside.of(tag)
    await inside.hello()
    expect(await inside.order(1)).toMatchObject({ token: `limited-${nth}` })
    inside.report({ type: 'refused', code: 'rate_limited', retry_after: 60 })
    await happened(tag, 'biuwer-error')
    vi.advanceTimersByTime(59_999)
    await tag.updateComplete
    expect(tokenProvider).toHaveBeenCalledTimes(nth)
    vi.advanceTimersByTime(1)
  }
})

it('renews with another token where too many requests hide why one was refused', async () => {
  const { inside } = await opened({ tokenProvider: counting('masked') }, 1000)
  vi.advanceTimersByTime(800_000)
  await inside.order(2)
  inside.report({ type: 'refused', code: 'rate_limited', retry_after: 60 })
  await settled()
  vi.advanceTimersByTime(60_000)
  expect(await inside.order(3)).toMatchObject({ type: 'renew', token: 'masked-3' })
})

it('tries again when the page is back online', async () => {
  const tag = embed({ resourceId: 'sales', token: 'offline' })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  inside.report({ type: 'refused', code: 'unavailable' })
  await happened(tag, 'biuwer-error')
  window.dispatchEvent(new Event('online'))
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('gives the frame fifteen seconds to say hello', async () => {
  const tag = embed({ resourceId: 'sales', token: 'mute' })
  await tag.updateComplete
  vi.advanceTimersByTime(14_999)
  expect(tag.state).toBe('connecting')
  vi.advanceTimersByTime(1)
  expect(tag.error).toMatchObject({ code: 'frame_unreachable', retryable: true })
})

it.each(['says hello', 'answers'])(
  'does not count a sleep, or a clock that is set ahead, towards the time until the frame %s',
  async (until) => {
    const tag = embed({ resourceId: 'sales', token: `asleep-${until}` })
    const inside = await Inside.of(tag)
    if (until === 'answers') {
      await inside.hello()
      await inside.order(1)
    }
    vi.setSystemTime(Date.now() + 86_400_000)
    window.dispatchEvent(new Event('pageshow'))
    vi.advanceTimersByTime(9_000)
    expect(tag.state).toBe('connecting')
    vi.advanceTimersByTime(6_000)
    expect(tag.state).toBe('error')
  },
)

it('gives the session fifteen seconds to open, whatever the frame loads meanwhile', async () => {
  const tag = embed({ resourceId: 'sales', token: 'slow' })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  inside.frame.dispatchEvent(new Event('load'))
  vi.advanceTimersByTime(14_999)
  expect(tag.state).toBe('connecting')
  vi.advanceTimersByTime(1)
  expect(tag.error).toMatchObject({ code: 'timeout', retryable: true })
})

it('opens in a page that was prerendered once a reader sees that, and asks for the token then', async () => {
  let prerendering = true
  Object.defineProperty(document, 'prerendering', { configurable: true, get: () => prerendering })
  const tokenProvider = counting('prerendered')
  const tag = embed({ resourceId: 'sales', tokenProvider })
  await tag.updateComplete
  vi.advanceTimersByTime(20_000)
  expect(tag.state).toBe('idle')
  expect(tokenProvider).not.toHaveBeenCalled()
  prerendering = false
  document.dispatchEvent(new Event('prerenderingchange'))
  const inside = await Inside.of(tag)
  Reflect.deleteProperty(document, 'prerendering')
  await inside.hello()
  expect(await inside.order(1)).toMatchObject({ type: 'open', token: 'prerendered-1' })
  vi.advanceTimersByTime(14_999)
  expect(tag.state).toBe('connecting')
})

it('fails when its token-url is no address', async () => {
  const tag = embed({ resourceId: 'sales', tokenUrl: 'https://' })
  await happened(tag, 'biuwer-error')
  expect(tag.error).toMatchObject({ code: 'provider_failed', retryable: true })
})

it('fails when the provider gives nothing, and asks it again on retry', async () => {
  const tokenProvider = vi.fn<TokenProvider>(async () => '')
  const tag = embed({ resourceId: 'sales', tokenProvider })
  await happened(tag, 'biuwer-error')
  expect(tag.error).toMatchObject({ code: 'provider_failed', retryable: true })
  tag.reload()
  await happened(tag, 'biuwer-error')
  expect(tokenProvider).toHaveBeenCalledTimes(2)
})

it('lets no token that comes late replace a newer one', async () => {
  let give: (value: string) => void = () => {}
  const tokenProvider: TokenProvider = () =>
    new Promise((resolve) => {
      give = resolve
    })
  const tag = embed({ resourceId: 'sales', tokenProvider })
  const inside = await Inside.of(tag)
  await inside.hello()
  tag.token = 'newer'
  expect(await inside.order(1)).toMatchObject({ token: 'newer' })
  give('late')
  await settled()
  expect(inside.orders).toHaveLength(1)
})
