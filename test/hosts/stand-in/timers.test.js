import { expire, fail, open, renew, signOut } from 'biuwer-embed/testing'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

beforeEach(() => vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00Z') }))
afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

function embed(settings) {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', tokenUrl: '/token', ...settings })
  document.body.append(tag)
  return tag
}

it('all that a test says happens while the timers stand still', async () => {
  const tag = embed()
  await open(tag)
  expect(tag.expiresAt).toEqual(new Date('2030-01-01T08:00:00Z'))
  await renew(tag)
  await signOut(tag)
  await expire(tag)
  await fail(tag, 'token_not_yet_valid', { validFrom: new Date('2030-01-02T00:00:00Z') })
  expect(vi.getTimerCount()).toBe(0)
})

it('a session does not end when the timers run past its end', async () => {
  const tag = embed()
  await open(tag)
  await vi.advanceTimersByTimeAsync(24 * 3_600_000)
  expect(tag.state).toBe('ready')
})

it('a provider that rejects is heard of while the timers stand still', async () => {
  const tag = embed({ tokenProvider: async () => Promise.reject(new Error('no token')) })
  await vi.waitFor(() => expect(tag.state).toBe('error'))
})
