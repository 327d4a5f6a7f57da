import { styleText } from 'node:util'

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

/** Heading and cell of each column. */
export type Columns<Row> = Record<string, (row: Row) => unknown>

export function output(json: boolean): Output {
  if (json) {
    return {
      json,
      object: (value) => console.log(JSON.stringify(value)),
      list: (rows) => rows.forEach((row) => void console.log(JSON.stringify(row))),
      note: () => {},
    }
  }
  return {
    json,
    object: (value) => console.log(details(value)),
    list: (rows, columns) => console.log(table(rows, columns)),
    note: (text) => console.error(text),
  }
}

type Style = Parameters<typeof styleText>[0]

/** Coloured where stdout is a terminal and NO_COLOR (https://no-color.org) does not forbid it. */
export function paint(style: Style, text: string): string {
  if (process.env.NO_COLOR) return text
  return styleText(style, text, { stream: process.stdout })
}

const STANDING: Record<string, Style> = { active: 'green', pending: 'yellow', expired: 'dim', revoked: 'red' }

function details(value: object): string {
  const lines = Object.entries(value).flatMap(([name, field]) => nested(name, field))
  const width = Math.max(0, ...lines.map(([name]) => name.length))
  return lines.map(([name, text]) => `${paint('dim', name.padEnd(width))}  ${standing(text)}`).join('\n')
}

/** A field as lines: an object's fields stand under their dotted names. */
function nested(name: string, field: unknown): [string, string][] {
  if (typeof field === 'object' && field !== null && !Array.isArray(field) && Object.keys(field).length > 0) {
    return Object.entries(field).flatMap(([inner, value]) => nested(`${name}.${inner}`, value))
  }
  return [[name, cell(field)]]
}

function table<Row extends object>(rows: readonly Row[], columns: Columns<Row>): string {
  if (rows.length === 0) return paint('dim', 'none')
  const cells = rows.map((row) => Object.values(columns).map((column) => cell(column(row))))
  const headings = Object.keys(columns)
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...cells.map((row) => row[i]?.length ?? 0)),
  )
  // Padded before it is painted: escape sequences have no width.
  const line = (row: string[], style: (text: string) => string) =>
    row.map((text, i) => style(i === row.length - 1 ? text : text.padEnd(widths[i] ?? 0))).join('  ')
  return [line(headings, (text) => paint('bold', text)), ...cells.map((row) => line(row, standing))].join(
    '\n',
  )
}

function standing(text: string): string {
  const style = STANDING[text.trim()]
  return style ? paint(style, text) : text
}

/** Control characters could come from a label and would rewrite the terminal: they are shown, not sent. */
function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–'
  const text = Array.isArray(value) ? value.join(' ') : typeof value === 'object' ? '–' : String(value)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => JSON.stringify(char).slice(1, -1))
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
