import { describe, expect, test } from 'vitest'
import { claimsAt, previewClaims } from '../../worker/policy/issue.ts'
import { isTimeZone } from '../../worker/policy/periods.ts'
import type { TokenRecord } from '../../worker/policy/record.ts'
import { formatTimestamp } from '../../worker/policy/time.ts'
import { at, record } from './record.ts'

const draw = { jti: 'drawn', shard: 3 }

function end(token: TokenRecord, now: string): string | undefined {
  const { exp } = claimsAt(token, at(now), draw)
  return exp === undefined ? undefined : formatTimestamp(exp)
}

describe('a daily token ends at the next midnight of its zone', () => {
  const daily = (timeZone: string, changes: Partial<TokenRecord> = {}) =>
    record({ refresh: 'daily', timeZone, ...changes })

  test.each([
    ['the second before midnight', 'UTC', '2026-03-14T23:59:59Z', '2026-03-15T00:00:00Z'],
    ['midnight itself begins the next day', 'UTC', '2026-03-15T00:00:00Z', '2026-03-16T00:00:00Z'],
    ['the last of a year', 'UTC', '2026-12-31T12:00:00Z', '2027-01-01T00:00:00Z'],
    ['the eve of a leap day', 'UTC', '2028-02-28T12:00:00Z', '2028-02-29T00:00:00Z'],
    ['a leap day', 'UTC', '2028-02-29T12:00:00Z', '2028-03-01T00:00:00Z'],
    ['east of UTC', 'Asia/Kolkata', '2026-03-14T18:29:59Z', '2026-03-14T18:30:00Z'],
    ['far east of UTC', 'Pacific/Kiritimati', '2026-03-14T09:59:59Z', '2026-03-14T10:00:00Z'],
    ['west of UTC', 'America/New_York', '2026-01-15T04:59:59Z', '2026-01-15T05:00:00Z'],
    ['far west of UTC', 'Pacific/Pago_Pago', '2026-03-14T11:00:00Z', '2026-03-15T11:00:00Z'],
    ['a day of 23 hours', 'Europe/Madrid', '2026-03-29T00:00:00Z', '2026-03-29T22:00:00Z'],
    ['a day of 25 hours', 'Europe/Madrid', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['a day whose midnight is skipped', 'Africa/Cairo', '2026-04-23T12:00:00Z', '2026-04-23T22:00:00Z'],
    [
      'a half-hour change of the clock',
      'Australia/Lord_Howe',
      '2026-10-03T14:00:00Z',
      '2026-10-04T13:00:00Z',
    ],
  ])('%s: in %s at %s until %s', (_, zone, now, until) => {
    expect(end(daily(zone), now)).toBe(until)
  })

  test('the overlap lengthens it', () => {
    expect(end(daily('UTC', { overlap: 3600 }), '2026-03-14T12:00:00Z')).toBe('2026-03-15T01:00:00Z')
  })

  test('it never outlives the record', () => {
    const to = at('2026-03-15T00:30:00Z')
    expect(end(daily('UTC', { overlap: 3600, to }), '2026-03-14T12:00:00Z')).toBe('2026-03-15T00:30:00Z')
  })
})

describe('a monthly token ends with the month of its zone', () => {
  const monthly = (timeZone: string) => record({ refresh: 'monthly', timeZone })

  test.each([
    ['the last second', 'UTC', '2026-01-31T23:59:59Z', '2026-02-01T00:00:00Z'],
    ['the first second', 'UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['a leap February', 'UTC', '2028-02-15T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['the end of a year', 'UTC', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'],
    ['a month with a change of the clock', 'Europe/Madrid', '2026-03-01T00:00:00Z', '2026-03-31T22:00:00Z'],
    ['already next month in the east', 'Asia/Tokyo', '2026-01-31T15:00:00Z', '2026-02-28T15:00:00Z'],
    ['still last month in the west', 'America/Los_Angeles', '2026-02-01T07:59:59Z', '2026-02-01T08:00:00Z'],
  ])('%s: in %s at %s until %s', (_, zone, now, until) => {
    expect(end(monthly(zone), now)).toBe(until)
  })
})

describe('a token of "none"', () => {
  test('a token of "none" never ends where the record does not', () => {
    expect(end(record(), '2030-01-01T00:00:00Z')).toBeUndefined()
  })

  test('a token of "none" ends with the record', () => {
    expect(end(record({ to: at('2027-01-01T00:00:00Z') }), '2026-06-01T00:00:00Z')).toBe(
      '2027-01-01T00:00:00Z',
    )
  })
})

describe('the same record, generation and period give the same token', () => {
  const same = (token: TokenRecord, one: string, other: string) =>
    JSON.stringify(claimsAt(token, at(one), draw)) ===
    JSON.stringify(claimsAt(token, at(other), { jti: 'another', shard: 5 }))

  const from = at('2026-03-10T12:00:00Z')
  const pending = {
    from,
    createdAt: at('2026-01-05T00:00:00Z'),
    generationStartedAt: at('2026-01-05T00:00:00Z'),
  }

  test.each([
    ['none', '2026-01-01T00:00:00Z', '2029-01-01T00:00:00Z', true],
    ['daily', '2026-03-14T00:00:00Z', '2026-03-14T23:59:59Z', true],
    ['daily', '2026-03-14T23:59:59Z', '2026-03-15T00:00:00Z', false],
    ['monthly', '2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z', true],
    ['monthly', '2026-03-31T23:59:59Z', '2026-04-01T00:00:00Z', false],
    ['single-use', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', false],
  ] as const)('%s at %s and %s: %s', (refresh, one, other, expected) => {
    expect(same(record({ refresh, singleUseTtl: refresh === 'single-use' ? 300 : null }), one, other)).toBe(
      expected,
    )
  })

  test.each(['daily', 'monthly', 'none'] as const)('%s, asked for before "from" and after it', (refresh) => {
    expect(same(record({ refresh, ...pending }), '2026-01-06T00:00:00Z', '2026-03-10T13:00:00Z')).toBe(true)
  })

  test('another generation or revision gives another token, with an id of its own', () => {
    const token = record({ refresh: 'daily' })
    const now = at('2026-03-14T12:00:00Z')
    const rotated = { ...token, generation: 2, generationStartedAt: now }
    const ids = [token, rotated, { ...token, revision: 2 }].map((given) => claimsAt(given, now, draw).jti)
    expect(new Set(ids).size).toBe(3)
    expect(claimsAt(rotated, now, draw).iat).toBe(now)
  })

  test('no token claims to be issued later than it was asked for', () => {
    for (const refresh of ['daily', 'monthly', 'none'] as const) {
      for (const now of ['2026-01-06T00:00:00Z', '2026-03-10T12:00:00Z', '2026-03-14T12:00:00Z']) {
        expect(claimsAt(record({ refresh, ...pending }), at(now), draw).iat).toBeLessThanOrEqual(at(now))
      }
    }
  })

  test('a token issued before "from" is valid from then on', () => {
    expect(claimsAt(record({ refresh: 'daily', ...pending }), at('2026-01-06T00:00:00Z'), draw).nbf).toBe(
      from,
    )
  })
})

describe('after a sign-out', () => {
  const noon = at('2026-03-14T12:00:00Z')
  const given = (changes: Partial<TokenRecord>, now = noon, since = noon + 1) =>
    claimsAt(record(changes), now, draw, since)

  test.each(['none', 'daily', 'monthly'] as const)('a %s record gives out another token', (refresh) => {
    const before = claimsAt(record({ refresh }), noon, draw)
    const after = given({ refresh })
    expect(after).toEqual({ ...before, iat: noon + 1, jti: `${before.jti}.${noon + 1}` })
    expect(given({ refresh }, noon + 60)).toEqual(after)
  })

  test('a period that begins after it has the token that it would have had', () => {
    const next = at('2026-03-15T00:00:00Z')
    const daily = { refresh: 'daily' as const }
    expect(given(daily, next)).toEqual(claimsAt(record(daily), next, draw))
  })

  test('a record gives out the token that it would have had where it began after it', () => {
    const young = { generationStartedAt: noon + 1 }
    expect(given(young)).toEqual(claimsAt(record(young), noon, draw))
  })

  test('a single-use token and a preview count as issued after it, and begin at once', () => {
    const single = record({ refresh: 'single-use', singleUseTtl: 300 })
    expect(claimsAt(single, noon, draw, noon + 1)).toMatchObject({
      iat: noon + 1,
      nbf: noon,
      exp: noon + 300,
    })
    expect(previewClaims(single, 'page_1', noon, 'j', noon + 1)).toMatchObject({ iat: noon + 1, nbf: noon })
  })
})

describe('a single-use token', () => {
  const single = (changes: Partial<TokenRecord> = {}) =>
    record({ refresh: 'single-use', singleUseTtl: 300, ...changes })

  test('a single-use token ends so many seconds after its issue', () => {
    expect(end(single(), '2026-03-14T12:00:00Z')).toBe('2026-03-14T12:05:00Z')
  })

  test('a single-use token counts from "from" when issued before', () => {
    const claims = claimsAt(single({ from: at('2026-03-20T00:00:00Z') }), at('2026-03-14T12:00:00Z'), draw)
    expect([claims.nbf, claims.exp]).toEqual([at('2026-03-20T00:00:00Z'), at('2026-03-20T00:05:00Z')])
  })

  test('a single-use token never outlives the record', () => {
    expect(end(single({ to: at('2026-03-14T12:01:00Z') }), '2026-03-14T12:00:00Z')).toBe(
      '2026-03-14T12:01:00Z',
    )
  })

  test('a single-use token says where its spend is kept', () => {
    expect(claimsAt(single({ region: 'weur' }), at('2026-03-14T12:00:00Z'), draw)).toMatchObject({
      jti: 'drawn',
      spend: { shard: 3, region: 'weur' },
    })
  })
})

test.each([
  ['Europe/Madrid', true],
  ['Asia/Kolkata', true],
  ['America/Argentina/Buenos_Aires', true],
  ['UTC', true],
  ['Etc/GMT+5', true],
  ['EST', true],
  ['europe/MADRID', true],
  ['+02:00', false],
  ['PST', false],
  ['pst', false],
  ['Europe/Atlantis', false],
  ['', false],
])('time zone %s: %s', (name, known) => {
  expect(isTimeZone(name)).toBe(known)
})

/** Names of ICU's own, short for zones, that Intl takes and the IANA database does not have. */
const ICU =
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(
    ' ',
  )

test('whatever passes for a time zone has days', () => {
  const names = [...Intl.supportedValuesOf('timeZone'), ...ICU]
  const known = names.filter(isTimeZone)
  expect(known.length).toBeGreaterThan(400)
  for (const timeZone of known)
    expect(end(record({ refresh: 'daily', timeZone }), '2026-03-14T12:00:00Z')).toMatch(/^2026-03-1[45]T/)
  expect(ICU.filter(isTimeZone)).toEqual([])
})
