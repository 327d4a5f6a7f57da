import { describe, expect, test } from 'vitest'
import { byCode, endingKeys, everySlot, rangeOf, riseIn, type Slot } from '../../console/overview-time.ts'

const NOW = Date.parse('2026-03-14T12:30:00Z')
const HOUR = 3_600_000
const slot = (hoursAgo: number, refused: Record<string, number>, opened = 0): Slot => ({
  at: new Date(Math.floor(NOW / HOUR) * HOUR - hoursAgo * HOUR).toISOString(),
  opened,
  refused,
})

describe('the times that the overview shows', () => {
  test('are every hour or day until now, quiet ones included', () => {
    const since = '2026-03-13T00:00:00Z'
    const hours = everySlot([slot(1, { token_spent: 2 }, 7)], since, rangeOf('2-hour', false), NOW)
    expect(hours).toHaveLength(37)
    expect(hours.at(-2)).toMatchObject({ opened: 7, refused: { token_spent: 2 } })
    expect(hours.at(-1)).toMatchObject({ at: '2026-03-14T12:00:00.000Z', opened: 0 })
    expect(everySlot([], since, rangeOf('7-day', true), NOW)).toHaveLength(2)
  })

  test('are days alone where nothing finer is counted', () => {
    expect(rangeOf('2-hour', true).name).toBe('30-day')
    expect(rangeOf('2-hour', false).by).toBe('hour')
    expect(rangeOf('nonsense', false).name).toBe('30-day')
  })

  test('have their refusals by reason, most first', () => {
    expect(byCode([slot(2, { a: 1, b: 2 }), slot(1, { a: 5 })])).toEqual([
      ['a', 6],
      ['b', 2],
    ])
  })
})

describe('refusals are rising', () => {
  test('where the last 24 hours had more than twice those of a day before, and five at least', () => {
    const usual = Array.from({ length: 7 }, (_, day) => slot(30 + day * 24, { token_expired: 3 }))
    expect(riseIn([...usual, slot(2, { token_spent: 4, token_expired: 3 })], 'hour', NOW)).toEqual({
      now: 7,
      before: 3,
      code: 'token_spent',
    })
    expect(riseIn([...usual, slot(2, { token_spent: 6 })], 'hour', NOW)).toBeUndefined()
    expect(riseIn([slot(2, { token_spent: 4 })], 'hour', NOW)).toBeUndefined()
    expect(riseIn([slot(2, { token_spent: 5 })], 'hour', NOW)?.now).toBe(5)
    expect(riseIn([slot(25, { token_spent: 50 })], 'hour', NOW)).toBeUndefined()
    expect(riseIn([], 'hour', NOW)).toBeUndefined()
  })

  test('by days, where the last two had more than four days before', () => {
    const day = (ago: number, count: number) => ({
      at: new Date(Math.floor(NOW / (24 * HOUR)) * 24 * HOUR - ago * 24 * HOUR).toISOString(),
      opened: 0,
      refused: { token_spent: count },
    })
    const usual = [2, 3, 4, 5, 6, 7].map((ago) => day(ago, 2))
    expect(riseIn([...usual, day(1, 4), day(0, 4)], 'day', NOW)).toBeUndefined()
    expect(riseIn([...usual, day(1, 4), day(0, 5)], 'day', NOW)).toMatchObject({ now: 9, before: 2 })
  })
})

test('keys deserve attention from two weeks before their end until a week after it, unless they are revoked', () => {
  const key = (days: number, revoked_at: string | null = null) => ({
    name: String(days),
    expires_at: new Date(NOW + days * 24 * HOUR).toISOString(),
    revoked_at,
  })
  const keys = [
    key(13),
    key(15),
    key(-1),
    key(-8),
    key(2, '2026-03-01T00:00:00Z'),
    { ...key(1), expires_at: null },
  ]
  expect(endingKeys(keys, NOW).map(({ name }) => name)).toEqual(['-1', '13'])
})
