import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { visible, visibleInPage, visibleJson, visibleLines } from '../../worker/policy/visible-text.ts'

/** Characters that steer a terminal, turn the order of text, or are not seen. */
const UNSEEN = [
  ...['\u0000', '\u0007', '\b', '\t', '\n', '\r', '\u001b', '\u007f', '\u0080', '\u0085', '\u009b', '\u009f'],
  ...['\u00ad', '\u034f', '\u061c', '\u180e', '\u200b', '\u200e', '\u200f', '\u2028', '\u2029'],
  ...['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2060', '\u2066', '\u2067', '\u2068', '\u2069'],
  ...['\u3164', '\ufeff', '\ufff9', '\u{1d173}', '\u{e0001}', '\u{e0041}', '\ud800'],
]

test.each(UNSEEN.map((character) => [character.codePointAt(0)?.toString(16) ?? '', character]))(
  'U+%s is written as its code point, in a terminal and in a page',
  (hex, character) => {
    expect(visible(`a${character}b`)).toBe(`a\\u{${hex}}b`)
    expect(visibleInPage(`a${character}b`)).toBe(`a\\u{${hex}}b`)
    if (!'\n\t'.includes(character)) expect(visibleLines(`a${character}b`)).toBe(`a\\u{${hex}}b`)
  },
)

test('line ends and tabs of a text of several lines stay', () => {
  expect(visibleLines('a\tb\nc')).toBe('a\tb\nc')
})

test('letters of any script stay as they are', () => {
  for (const text of ['Ventas – Niño', '売上', 'مبيعات', 'बिक्री', '🏬', '\\u{9b}']) {
    expect(visible(text)).toBe(text)
    expect(visibleInPage(text)).toBe(text)
  }
})

test('joiners and variation selectors stay in a page, and are written at a terminal', () => {
  expect(visibleInPage('👩‍🍳 ❤️ می‌خواهم')).toBe('👩‍🍳 ❤️ می‌خواهم')
  expect(visible('👩‍🍳')).toBe('👩\\u{200d}🍳')
})

test('JSON keeps each character exactly, on one line, with nothing in it that a terminal follows', () => {
  const value = { label: UNSEEN.join('x'), 'name\u202e': ['\u{e0041}', '"\\'] }
  const json = visibleJson(value)
  expect(json).toMatch(/^[\x20-\x7e]+$/)
  expect(JSON.parse(json)).toEqual(value)
})

test('nothing of the command line but its way to the terminal writes to stdout or stderr', () => {
  const folder = new URL('../../cli/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  )
  const writing = files.filter((file) =>
    /\bconsole\.|\bprocess\.std(out|err)|\bprocess\[|writeSync|node:(console|process|tty)/.test(
      readFileSync(new URL(file, folder), 'utf8'),
    ),
  )
  expect(writing).toEqual(['terminal.ts'])
})
