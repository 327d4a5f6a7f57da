import { describe, expect, test } from 'vitest'
import { readMappingTable, resultsAsCsv, usersAsCsv } from '../../console/import/mapping-table.ts'

const read = (csv: string) =>
  readMappingTable(csv).map(({ line, user, biuwerToken, mistake }) => [
    line,
    user,
    biuwerToken,
    mistake?.kind,
  ])

describe('a mapping table', () => {
  test.each([
    ['with a heading', 'user,biuwer_token\nstore-1,abc\n'],
    ['without one', '\nstore-1,abc'],
    ['from a spreadsheet in Spain', '\uFEFFUser;Biuwer token\r\nstore-1;abc\r\n'],
    ['with tabs', 'user\tbiuwer_token\nstore-1\tabc'],
    ['with quotes and spaces', 'user,biuwer_token\n"store-1", abc '],
  ])('is read %s', (_, csv) => {
    expect(read(csv)).toEqual([[2, 'store-1', 'abc', undefined]])
  })

  test('keeps its lines, empty ones left out, so that a mistake is found again', () => {
    expect(read('a,1\n\n\nb c,2\n"d\nd",3\ne,4')).toEqual([
      [1, 'a', '1', undefined],
      [4, 'b c', '2', 'user'],
      [5, 'd\nd', '3', 'user'],
      [7, 'e', '4', undefined],
    ])
  })

  test.each([
    ['store-1', 'columns'],
    ['store-1,abc,more', 'columns'],
    ['..,abc', 'user'],
    [`${'x'.repeat(129)},abc`, 'user'],
    ['store-1,', 'token'],
    ['store-1,a b', 'token'],
    [`store-1,${'x'.repeat(513)}`, 'token'],
    ['"store-1,abc', 'quotes'],
  ])('says what is wrong with %j', (row, kind) => {
    expect(readMappingTable(`first,1\n${row}`)[1]?.mistake?.kind).toBe(kind)
  })

  test('sends no user twice: the first row counts, and the others name it', () => {
    const [, second] = readMappingTable('a,1\na,2')
    expect(second?.mistake).toEqual({ kind: 'repeated', line: 1 })
  })

  test('of ten thousand rows is read', () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `store-${index},token-${index}`)
    expect(readMappingTable(rows.join('\n')).filter(({ mistake }) => !mistake)).toHaveLength(10_000)
  })
})

describe('a table that is given out', () => {
  const user = (name: string) => ({
    user: name,
    linked_at: '2026-03-14T12:00:00Z',
    updated_at: '2026-03-14T12:00:00Z',
    live_tokens: 2,
    biuwer_token_status: 'active' as const,
    biuwer_token_ends: null,
    biuwer_refresh: 'manual' as const,
    biuwer_refresh_failing_since: null,
  })

  test('has what a spreadsheet would take for a formula defused', () => {
    const csv = usersAsCsv([user('store-1'), user('+store'), user('@store'), user('-1+1')])
    expect(
      csv
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(',')[0]),
    ).toEqual(['store-1', '"\'+store"', '"\'@store"', '"\'-1+1"'])
    expect(resultsAsCsv([{ line: 1, user: '=1', result: 'linked' }])).toContain("'=1")
  })
})
