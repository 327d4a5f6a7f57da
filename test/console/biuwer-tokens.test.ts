import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gapIn, lifeOf, tokenLife } from '../../console/biuwer-tokens/life-in-words.ts'
import { en } from '../../console/messages/en.ts'
import { es } from '../../console/messages/es.ts'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const DAY = 86_400_000
const within = (days: number) => new Date(NOW + days * DAY).toISOString()

const user = (fields: Partial<Parameters<typeof lifeOf>[1]>) => ({
  biuwer_token_status: 'active' as const,
  biuwer_token_ends: null,
  biuwer_refresh: 'manual' as const,
  biuwer_refresh_failing_since: null,
  ...fields,
})
const life = (fields: Parameters<typeof user>[0], begins?: string) => {
  const { text, concern } = lifeOf(en, user(fields), begins, NOW)
  return [text, concern]
}

const { lang } = document.documentElement
beforeEach(() => {
  document.documentElement.lang = 'en'
})
afterEach(() => {
  document.documentElement.lang = lang
})

describe('how Biuwer tokens stand is told in days of the calendar', () => {
  test.each([
    [5, 'ends in 5 days', 'soon'],
    [5 - 1 / DAY, 'ends in 5 days', 'soon'],
    [1, 'ends tomorrow', 'soon'],
    [2 / 24, 'ends in 2 hours', 'soon'],
    [7 - 1 / DAY, 'ends in 7 days', 'soon'],
    [7, 'ends in 7 days', 'none'],
    [31, 'ends in 31 days', 'none'],
    [40, 'ends on Jan 9, 2027', 'none'],
  ])('ending within %d days: %s', (days, text, concern) => {
    expect(life({ biuwer_token_ends: within(days) })).toEqual([text, concern])
  })

  test.each([
    [-1, 'ended yesterday'],
    [-3 / 24, 'ended 3 hours ago'],
    [-3, 'ended 3 days ago'],
    [-100, 'ended on Aug 22, 2026'],
  ])('ended %d days from now: %s', (days, text) => {
    const fields = { biuwer_token_status: 'expired' as const, biuwer_token_ends: within(days) }
    expect(life(fields)).toEqual([text, 'now'])
  })

  test('without an end, none, and not begun', () => {
    expect(life({})).toEqual(['no end', 'none'])
    expect(life({ biuwer_token_status: 'none' })).toEqual(['no Biuwer token', 'now'])
    expect(life({ biuwer_token_status: 'pending' }, within(1))).toEqual(['begins tomorrow', 'now'])
    expect(life({ biuwer_token_status: 'pending' })).toEqual(['not valid yet', 'now'])
  })

  test('in Spanish', () => {
    document.documentElement.lang = 'es'
    const ends = user({ biuwer_token_ends: within(5) })
    expect(lifeOf(es, ends, undefined, NOW).text).toBe('termina dentro de 5 días')
  })
})

describe('Biuwer tokens that the token source replaces', () => {
  const daily = { biuwer_refresh: 'daily' as const, biuwer_token_ends: within(0.5) }

  test('concern nobody, whenever the present one ends', () => {
    expect(life(daily)).toEqual(['replaced every day by itself', 'none'])
    expect(life({ biuwer_refresh: 'session', biuwer_token_status: 'none' })).toEqual([
      'asked for each session',
      'none',
    ])
  })

  test('are never replaced where one has no end', () => {
    const endless = { biuwer_refresh: 'monthly' as const }
    expect(life(endless)).toEqual(['no end, so never replaced', 'soon'])
    expect(life({ ...endless, biuwer_token_status: 'none' })[1]).toBe('none')
  })

  test('tell since when the source fails, and what is left', () => {
    const [text, concern] = life({ ...daily, biuwer_refresh_failing_since: within(-1) })
    expect(text).toMatch(/^replaced every day by itself — failing since Nov 29, 2026.*; ends in 12 hours$/)
    expect(concern).toBe('now')
    const session = { biuwer_refresh: 'session' as const, biuwer_refresh_failing_since: within(-1) }
    expect(life(session)[0]).toMatch(/^asked for each session — failing since Nov 29, 2026/)
  })
})

test('one Biuwer token tells when it begins, else when it ends', () => {
  const token = { id: 'bwt_1', added_at: within(-9), by_source: false }
  expect(tokenLife(en, { ...token, from: within(1), to: within(9), status: 'pending' }, NOW)).toBe(
    'begins tomorrow',
  )
  expect(tokenLife(en, { ...token, from: within(-1), to: within(9), status: 'active' }, NOW)).toBe(
    'ends in 9 days',
  )
  expect(tokenLife(en, { ...token, from: within(-1), to: null, status: 'active' }, NOW)).toBe('no end')
})

describe('a time without a Biuwer token is found', () => {
  const span = (from: number, to: number | null) => ({
    from: within(from),
    to: to === null ? null : within(to),
  })

  test('between two of them', () => {
    expect(gapIn([span(10, 20), span(-1, 5)], NOW)).toEqual({ from: within(5), to: within(10) })
  })

  test('but not where one goes on before the other ends, where one has no end, or in the past', () => {
    expect(gapIn([span(-1, 5), span(5, 20)], NOW)).toBeUndefined()
    expect(gapIn([span(-1, 9), span(1, 2), span(8, 20)], NOW)).toBeUndefined()
    expect(gapIn([span(-1, null), span(5, 20)], NOW)).toBeUndefined()
    expect(gapIn([span(-9, -5), span(-1, 5)], NOW)).toBeUndefined()
    expect(gapIn([span(3, 5)], NOW)).toBeUndefined()
    expect(gapIn([], NOW)).toBeUndefined()
  })
})
