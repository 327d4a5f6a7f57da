import Papa from 'papaparse'

/** A row of a file with its cells, trimmed. */
export interface FileRow {
  /** Where it begins in the file, from 1. */
  line: number
  cells: string[]
  /** Whether a quote in it opens and never closes, so that the rest of the file is in its last cell. */
  isTorn: boolean
}

/** What stands between cells, the likelier before the others. */
const DELIMITERS = [';', ',', '\t', '|']
/** How many rows are looked at to find out what stands between cells. */
const LOOKED_AT = 50
/** A line that Excel writes and reads to say what stands between cells. */
const SEPARATOR = /^"?sep=(.)"?[,;\t]*$/i
/** A line that is one quoted cell, as a program writes it that took the whole line for a text. */
const QUOTED_LINE = /^"((?:[^"]|"")*)"[,;\t]*$/
/** A line of comment. No user begins so. */
const COMMENT = /^[ \t]*"?(?:#|\/\/).*$/gm

/** Reads the rows of a CSV file, whatever stands between its cells and at the ends of its lines; empty rows left out. */
export function rowsOf(text: string): FileRow[] {
  const lines = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const [first = ''] = lines.split('\n', 1)
  const told = SEPARATOR.exec(first)?.[1]
  // Lines are emptied, not taken out, so that the others keep their numbers.
  const content = unquoted((told === undefined ? lines : lines.slice(first.length)).replace(COMMENT, ''))
  const { data, errors } = parsed(content, delimiterOf(content, told))
  const torn = new Set(errors.filter(({ type }) => type === 'Quotes').map(({ row }) => row))
  let line = 1
  const rows = data.map((cells, index): FileRow => {
    const here = line
    // A quoted cell may hold line ends.
    line += cells.join('').split('\n').length
    return { line: here, cells: cells.map(plain), isTorn: torn.has(index) }
  })
  return rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
}

/**
 * What a cell holds, without spaces around it and without what keeps a spreadsheet program from reading it as a number or a
 * formula: `="0012"` is 0012, and `'+store` is +store.
 */
function plain(cell: string): string {
  const text = cell.trim()
  return /^="(.*)"$/s.exec(text)?.[1] ?? text.replace(/^'(?=[=+\-@])/, '')
}

/** Takes the quotes off where each line is one quoted cell. */
function unquoted(text: string): string {
  const lines = text.split('\n')
  if (!lines.every((line) => line.trim() === '' || QUOTED_LINE.test(line))) return text
  return lines.map((line) => (QUOTED_LINE.exec(line)?.[1] ?? line).replaceAll('""', '"')).join('\n')
}

/**
 * What the file says, where that divides a row; else what divides the most rows into the same number of cells, of several the
 * one that makes more cells.
 */
function delimiterOf(text: string, told?: string): string {
  if (told !== undefined && parsed(text, told, LOOKED_AT).data.some(({ length }) => length > 1)) return told
  let best = { delimiter: ',', rows: 0, cells: 0 }
  for (const delimiter of DELIMITERS) {
    const counts = new Map<number, number>()
    for (const { length } of parsed(text, delimiter, LOOKED_AT).data)
      if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1)
    for (const [cells, rows] of counts)
      if (rows > best.rows || (rows === best.rows && cells > best.cells)) best = { delimiter, rows, cells }
  }
  return best.delimiter
}

function parsed(text: string, delimiter: string, preview = 0) {
  return Papa.parse<string[]>(text, { delimiter, newline: '\n', preview, skipEmptyLines: false })
}
