import { describe, expect, test } from 'vitest'
import { guessLayout } from '../../console/import/columns.ts'
import { rowsOf } from '../../console/import/delimited-text.ts'
import { usersOf } from '../../console/import/rows.ts'

const TOKEN = '3f2b6a1c-9d4e-4f7a-8b21-5c6d7e8f9a0b'
const AROUND = { timeZone: 'Europe/Madrid', now: Date.parse('2026-11-30T12:00:00Z'), hasSource: true }
const read = (text: string, around = AROUND) => {
  const rows = rowsOf(text)
  return usersOf(rows, guessLayout(rows), around)
}

test('rows come in the order of the file, each with its line', () => {
  const rows = read(`user,token\nb,${TOKEN}\n\n\na b,${TOKEN}\n"d\nd",${TOKEN}\na,${TOKEN}`)
  expect(rows.map(({ line, user, mistake }) => [line, user, mistake?.kind])).toEqual([
    [2, 'b', undefined],
    [5, 'a b', 'user'],
    [6, 'd\nd', 'user'],
    [8, 'a', undefined],
  ])
})

describe('what is wrong with a row is said', () => {
  test.each([
    [`store-1,${TOKEN},more`, 'columns'],
    ['store-1', 'noToken'],
    ['store-1,', 'noToken'],
    [`..,${TOKEN}`, 'user'],
    [`${'x'.repeat(129)},${TOKEN}`, 'user'],
    ['store-1,a b', 'token'],
    [`store-1,${'x'.repeat(513)}`, 'token'],
    [`"store-1,${TOKEN}`, 'quotes'],
  ])('%j', (row, kind) => {
    expect(read(`user,token\n${row}`)[0]?.mistake?.kind).toBe(kind)
  })

  test('a user who comes twice is read once, and the others name the line', () => {
    const [, second] = read(`a,${TOKEN}\na,${TOKEN}`)
    expect(second?.mistake).toEqual({ kind: 'repeated', line: 1 })
  })

  test('and a row with a mistake does not stand in the way of another one of the user', () => {
    expect(read(`user,token\na,\na,${TOKEN}`).map(({ mistake }) => mistake?.kind)).toEqual([
      'noToken',
      undefined,
    ])
  })

  test.each([
    [`store-1,,Bilbao`, 'noToken'],
    [`store-1,,yearly`, 'refresh'],
    [`store-1,,by hand`, 'noToken'],
    [`store-1,,daily`, undefined],
    [`store-1,${TOKEN},daily`, undefined],
  ])('%j under user, token and refresh', (row, kind) => {
    const heading = row.endsWith('Bilbao') ? 'user,token,city' : 'user,token,refresh'
    expect(read(`${heading}\n${row}`)[0]?.mistake?.kind).toBe(kind)
  })

  test('an interval without a Biuwer token', () => {
    expect(read('user,token,to,refresh\nstore-1,,2027-01-01,daily')[0]?.mistake).toEqual({
      kind: 'intervalAlone',
    })
  })

  test('a Biuwer token that the source is to give, where the deployment has no source', () => {
    expect(read('user,refresh\nstore-1,daily', { ...AROUND, hasSource: false })[0]?.mistake).toEqual({
      kind: 'noSource',
    })
  })
})

describe('a value that has no shape of a Biuwer token', () => {
  test.each(['Bilbao', 'abc', '2026-11-30', 'X'.repeat(36)])(
    'such as %s is doubted and can be sent',
    (value) => {
      const [row] = read(`user,token\nstore-1,${value}`)
      expect([row?.mistake, row?.doubt]).toEqual([undefined, 'shape'])
    },
  )

  test('is told from one that has it', () => {
    expect(read(`user,token\nstore-1,${TOKEN}\nstore-2,${TOKEN.replaceAll('-', '')}`)).toMatchObject([
      { doubt: undefined },
      { doubt: undefined },
    ])
  })

  test('and a user who has it is doubted, too', () => {
    expect(read(`user,token\n${TOKEN},store-1`)[0]?.doubt).toBe('user')
  })
})

test('a user that is a shortened number is doubted', () => {
  const doubts = ['1.23457E+15', '1,2E+9', '123456789012345', '1E5'].map(
    (user) => read(`user;token\n${user};${TOKEN}`)[0]?.doubt,
  )
  expect(doubts).toEqual(['number', undefined, undefined, undefined])
})

describe('the interval of a Biuwer token', () => {
  const interval = (from: string, to: string, others = '') => {
    const [row] = read(`user;token;from;to\nstore-1;${TOKEN};${from};${to}\n${others}`)
    return [row?.from, row?.to, row?.mistake?.kind]
  }

  test.each([
    ['2026-12-01', '2026-12-31', '2026-11-30T23:00:00Z', '2026-12-30T23:00:00Z'],
    ['2026-12-01T10:00:00Z', '2026-12-31T10:00:00+02:00', '2026-12-01T10:00:00Z', '2026-12-31T08:00:00Z'],
    ['2026-12-01 10:00', '2026-12-31T23:59:30', '2026-12-01T09:00:00Z', '2026-12-31T22:59:30Z'],
    ['31/12/2026', '03/04/2027 9:05', '2026-12-30T23:00:00Z', '2027-04-03T07:05:00Z'],
    ['12/31/2026 1:00 PM', '03/04/2027', '2026-12-31T12:00:00Z', '2027-03-03T23:00:00Z'],
    ['2027-02-01 12:30 AM', '2027-02-01 12:30 p.m.', '2027-01-31T23:30:00Z', '2027-02-01T11:30:00Z'],
    ['1.2.2027', '3.4.2027', '2027-01-31T23:00:00Z', '2027-04-02T22:00:00Z'],
    ['', '', undefined, undefined],
    ['', '2026-12-31', undefined, '2026-12-30T23:00:00Z'],
  ])(
    'from %j to %j is read, in the zone of whoever imports unless it says another',
    (from, to, first, last) => {
      expect(interval(from, to)).toEqual([first, last, undefined])
    },
  )

  test('is asked about where the day may be the month, unless another row tells', () => {
    expect(interval('', '03/04/2027')[2]).toBe('ambiguous')
    expect(interval('', '03/04/2027', `store-2;${TOKEN};;13/04/2027`)[1]).toBe('2027-04-02T22:00:00Z')
    expect(interval('', '03/04/2027', `store-2;${TOKEN};;04/13/2027`)[1]).toBe('2027-03-03T23:00:00Z')
    expect(interval('', '01/12/2027')[2]).toBe('ambiguous')
    expect(interval('', '04/04/2027')[1]).toBe('2027-04-03T22:00:00Z')
  })

  test.each([
    ['', 'soon', 'time'],
    ['', '2027-02-30', 'time'],
    ['', '2027-02-03 25:00', 'time'],
    ['', '31/12/26', 'time'],
    ['', '12027-01-01', 'time'],
    ['', '9999-12-31', 'time'],
    ['1969-12-31', '', 'time'],
    ['1969-12-31T12:00:00Z', '', 'time'],
    ['', '2026-11-30T12:00:00Z', 'ended'],
    ['2027-02-01', '2027-02-01', 'order'],
  ])('from %j to %j is refused', (from, to, kind) => {
    expect(interval(from, to)[2]).toBe(kind)
  })
})

test('ten thousand rows are read', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => `store-${index},${TOKEN}`)
  expect(read(rows.join('\n')).filter(({ mistake }) => !mistake)).toHaveLength(10_000)
})
