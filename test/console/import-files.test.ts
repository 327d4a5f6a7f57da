import { describe, expect, test } from 'vitest'
import { rowsOf } from '../../console/import/delimited-text.ts'
import { textOfFile } from '../../console/import/file-text.ts'
import { resultsAsCsv, usersAsCsv } from '../../console/import/given-out.ts'

const cells = (text: string) => rowsOf(text).map(({ cells }) => cells)
const lines = (text: string) => rowsOf(text).map(({ line, cells: [first] }) => [line, first])

describe('the rows of a file are read', () => {
  test.each([
    ['with commas', 'user,token\nstore-1,abc\n'],
    ['with semicolons, as in Spain', 'user;token\nstore-1;abc'],
    ['with tabs', 'user\ttoken\nstore-1\tabc'],
    ['with bars', 'user|token\nstore-1|abc'],
    ['with a byte order mark', '\uFEFFuser;token\nstore-1;abc'],
    ['after a line that says what stands between cells', 'sep=;\nuser;token\nstore-1;abc'],
    ['after such a line in quotes', '"sep=,"\nuser,token\nstore-1,abc'],
    ['after such a line that is not true', 'sep=,\nuser;token\nstore-1;abc'],
    ['with each line in quotes as a whole', '"user,token"\n\n"store-1,abc",\n'],
    ['with quotes in quotes', '"""user"";""token"""\n"""store-1"";abc"'],
    ['with lines that end as on Windows', 'user,token\r\nstore-1,abc\r\n'],
    ['with lines that end as on a Mac of old', 'user,token\rstore-1,abc\r'],
    ['with quotes and spaces', '"user" ,token\n"store-1", abc '],
    ['with what keeps a spreadsheet from reading numbers', 'user,token\n"=""store-1""",="abc"'],
    ['without empty rows', '\n,\nuser,token\n  \nstore-1,abc\n;\n'.replace(';', ',')],
    ['without comments', '# Exported, by hand; today\nuser,token\n#store-0,def\n// end\nstore-1,abc'],
    ['without a comment in quotes', '"# Exported, by hand",\nuser,token\nstore-1,abc'],
  ])('%s', (_, text) => {
    expect(cells(text)).toEqual([
      ['user', 'token'],
      ['store-1', 'abc'],
    ])
  })

  test('which were escaped so that no spreadsheet takes them for formulas', () => {
    expect(cells("user,token\n'+store,'-abc\n'store,a'b").slice(1)).toEqual([
      ['+store', '-abc'],
      ["'store", "a'b"],
    ])
  })

  test('whose lines end in several ways', () => {
    expect(lines('user,token\r\na,1\nb,2\rc,3')).toEqual([
      [1, 'user'],
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
    ])
  })

  test('whose quoted heading has the other separator in it', () => {
    expect(cells('"User, name";"Token, secret"\r\nstore-1;abc\r\nstore-2;def')).toEqual([
      ['User, name', 'Token, secret'],
      ['store-1', 'abc'],
      ['store-2', 'def'],
    ])
  })

  test('by what the file says stands between cells, else by what makes the most cells of all rows', () => {
    expect(cells('sep=,\nuser;a,token;b\nstore-1;c,abc;d')[1]).toEqual(['store-1;c', 'abc;d'])
    expect(cells('user;a,b,token\nstore-1;c,d,abc')[1]).toEqual(['store-1;c', 'd', 'abc'])
  })

  test('with their lines in the file, so that a mistake is found again', () => {
    expect(lines('sep=,\n# comment\na,1\n\n\n"d\nd",3\ne,4')).toEqual([
      [3, 'a'],
      [6, 'd\nd'],
      [8, 'e'],
    ])
  })

  test('and told where a quote never closes', () => {
    expect(rowsOf('first,1\n"store-1,abc\nstore-2,def').map(({ isTorn }) => isTorn)).toEqual([false, true])
  })
})

describe('the text of a file is read', () => {
  const text = 'Número;Token\r\nstore-1;abc'
  const utf16 = (bigEndian: boolean, mark: boolean) => {
    const view = new DataView(new ArrayBuffer(2 * (text.length + 1)))
    for (const [index, character] of [...`\uFEFF${text}`].entries())
      view.setUint16(2 * index, character.charCodeAt(0), !bigEndian)
    return new Uint8Array(view.buffer).subarray(mark ? 0 : 2)
  }
  const windows = Uint8Array.from(text, (character) => character.charCodeAt(0))

  test.each([
    ['UTF-8', new TextEncoder().encode(text), 'utf-8'],
    ['UTF-8 with a mark', new TextEncoder().encode(`\uFEFF${text}`), 'utf-8'],
    ['UTF-16, little-endian, as Excel writes Unicode text', utf16(false, true), 'utf-16'],
    ['UTF-16, big-endian', utf16(true, true), 'utf-16'],
    ['UTF-16 without a mark', utf16(false, false), 'utf-16'],
    ['UTF-16, big-endian, without a mark', utf16(true, false), 'utf-16'],
    ['Windows-1252, as Excel writes CSV', windows, 'windows-1252'],
  ])('in %s', (_, bytes, encoding) => {
    expect(textOfFile(bytes)).toEqual({ text, encoding })
  })

  test.each([
    ['a workbook of Excel', [0x50, 0x4b, 0x03, 0x04, 0x14, 0], 'workbook'],
    ['a workbook of an old Excel', [0xd0, 0xcf, 0x11, 0xe0, 0xa1], 'workbook'],
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d], 'other'],
    ['UTF-16 that is cut off', [0xff, 0xfe, 0x41], 'other'],
  ])('unless it is %s', (_, bytes, unreadable) => {
    expect(textOfFile(Uint8Array.from(bytes))).toEqual({ unreadable })
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
