import { describe, expect, it } from 'vitest'
import { renewalDelay, retryDelay } from '../../widget/session/renewal-timing.ts'

const MINUTE = 60_000

describe('renewal begins', () => {
  it.each([
    ['five minutes before the end of a working day', 480 * MINUTE, 5 * MINUTE],
    ['five minutes before the end where a fifth is exactly that', 25 * MINUTE, 5 * MINUTE],
    ['when a fifth is left where that is less', 20 * MINUTE, 4 * MINUTE],
    ['thirty seconds before the end where a fifth is exactly that', 150_000, 30_000],
    ['no later than thirty seconds before the end', 100_000, 30_000],
    ['at once where the session is barely longer than that', 30_001, 30_000],
    ['when a fifth is left of a session that is no longer than that', 30_000, 6_000],
  ])('%s', (_, length, before) => {
    expect(length - renewalDelay(length)).toBe(before)
  })
})

describe('a failed renewal is tried again', () => {
  it.each([
    ['after a minute at most', 60 * MINUTE, MINUTE],
    ['after a quarter of what is left', 2 * MINUTE, 30_000],
    ['after five seconds at least', 8_000, 5_000],
  ])('%s', (_, left, delay) => {
    expect(retryDelay(left)).toBe(delay)
  })
})
