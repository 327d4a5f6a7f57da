import { visible, visibleJson } from '../worker/policy/visible-text.ts'
import { type Piece, print, printError, type Style } from './terminal.ts'

/** How a command shows its result; `--json` turns all of it into JSON lines on stdout. */
export interface Output {
  readonly json: boolean
  /** One object: as it is, or as aligned `name  value` lines. */
  object(value: object): void
  /** A list: one object a line, or a table of the columns named. */
  list<Row extends object>(rows: readonly Row[], columns: Columns<Row>): void
  /** A remark for people: on stderr, and not under --json. */
  note(text: string): void
}

/** Heading of each column, and the field in its cells, or what makes them of a row. */
export type Columns<Row> = Record<string, keyof Row | ((row: Row) => unknown)>

export function output(json: boolean): Output {
  if (json) {
    return {
      json,
      object: (value) => print(visibleJson(value)),
      list: (rows) => rows.forEach((row) => void print(visibleJson(row))),
      note: () => {},
    }
  }
  return {
    json,
    object: (value) => print(...details(value)),
    list: (rows, columns) => print(...table(rows, columns)),
    note: printError,
  }
}

const STANDING: Record<string, Style> = { active: 'green', pending: 'yellow', expired: 'dim', revoked: 'red' }

function details(value: object): Piece[] {
  const lines = Object.entries(value).flatMap(([name, field]) => nested(name, field))
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return joined(
    lines.map(([name, text]): Piece[] => [{ text: name.padEnd(width), style: 'dim' }, '  ', standing(text)]),
  )
}

/** A field as lines: an object's fields stand under their dotted names. */
function nested(name: string, field: unknown): [string, string][] {
  if (typeof field === 'object' && field !== null && !Array.isArray(field) && Object.keys(field).length > 0) {
    return Object.entries(field).flatMap(([inner, value]) => nested(`${name}.${inner}`, value))
  }
  return [[visible(name), cell(field, name)]]
}

function table<Row extends object>(rows: readonly Row[], columns: Columns<Row>): Piece[] {
  if (rows.length === 0) return [{ text: 'none', style: 'dim' }]
  const cells = rows.map((row) =>
    Object.values(columns).map((column) =>
      typeof column === 'function' ? cell(column(row)) : cell(row[column], String(column)),
    ),
  )
  const headings = Object.keys(columns)
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...cells.map((row) => row[i]?.length ?? 0)),
  )
  const line = (row: string[], style: (text: string) => Piece) =>
    row.flatMap((text, i): Piece[] =>
      i === row.length - 1 ? [style(text)] : [style(text.padEnd(widths[i] ?? 0)), '  '],
    )
  return joined([
    line(headings, (text) => ({ text, style: 'bold' })),
    ...cells.map((row) => line(row, standing)),
  ])
}

function joined(lines: readonly Piece[][]): Piece[] {
  return lines.flatMap((line, i) => (i === 0 ? line : ['\n', ...line]))
}

function standing(text: string): Piece {
  const style = STANDING[text.trim()]
  return style ? { text, style } : text
}

/** What null says in these fields; elsewhere nothing is there. The words are those of options. */
const WORDS_FOR_NULL: Record<string, string> = {
  users: 'all',
  resources: 'any',
  origins: 'any',
  to: 'never',
  expires_at: 'never',
  token_expires_at: 'never',
  last_used_at: 'never',
}

/** A value on one line: a label with a line end must not look like another row. */
function cell(value: unknown, field = ''): string {
  if (value === null || value === undefined || value === '')
    return (Object.hasOwn(WORDS_FOR_NULL, field) && WORDS_FOR_NULL[field]) || '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return visible(Array.isArray(value) ? value.join(' ') : typeof value === 'object' ? '–' : String(value))
}

/** All items of a list. Node 20 has no `Array.fromAsync`. */
export function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return atMost(Infinity, items)
}

/** The first items of a list, so many at most. */
export async function atMost<Item>(most: number, items: AsyncIterable<Item>): Promise<Item[]> {
  const first: Item[] = []
  for await (const item of items) {
    first.push(item)
    if (first.length >= most) break
  }
  return first
}
