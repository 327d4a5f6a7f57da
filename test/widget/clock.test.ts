import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { alarm } from '../../widget/clock.ts'

const MONTH = 31 * 24 * 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('does not go off early where the wait is longer than setTimeout can count', () => {
  const due = vi.fn()
  const stop = alarm(MONTH, due)
  vi.advanceTimersByTime(60_000)
  expect(due).not.toHaveBeenCalled()
  vi.setSystemTime(Date.now() + MONTH - 60_000)
  vi.advanceTimersByTime(5_000)
  expect(due).toHaveBeenCalledOnce()
  stop()
})

it.each([
  ['pageshow', window],
  ['online', window],
  ['visibilitychange', document],
])('goes off on %s when its time has passed in sleep', (type, target) => {
  const due = vi.fn()
  const stop = alarm(60_000, due)
  vi.setSystemTime(Date.now() + 59_000)
  target.dispatchEvent(new Event(type, { bubbles: true }))
  expect(due).not.toHaveBeenCalled()
  vi.setSystemTime(Date.now() + 1_000)
  target.dispatchEvent(new Event(type, { bubbles: true }))
  target.dispatchEvent(new Event(type, { bubbles: true }))
  expect(due).toHaveBeenCalledOnce()
  stop()
})

it('is not delayed by a clock that is set back', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const gone = new Promise<void>((resolve) => {
    alarm(50, resolve)
  })
  vi.setSystemTime(Date.now() - MONTH)
  await gone
})

it.each([
  ['begun', 0],
  ['under way', 5_000],
])('notices within five seconds what passed in a sleep that nothing announced, just %s', (_, awake) => {
  const due = vi.fn()
  const stop = alarm(120_000, due)
  vi.advanceTimersByTime(awake)
  vi.setSystemTime(Date.now() + 120_000)
  vi.advanceTimersByTime(5_000)
  expect(due).toHaveBeenCalledOnce()
  stop()
})

it('leaves no timer and hears no waking once called off', () => {
  const due = vi.fn()
  alarm(60_000, due)()
  expect(vi.getTimerCount()).toBe(0)
  vi.setSystemTime(Date.now() + 120_000)
  window.dispatchEvent(new Event('online'))
  expect(due).not.toHaveBeenCalled()
})
