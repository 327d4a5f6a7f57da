import Papa from 'papaparse'
import type { LinkedUser } from '../../client/api-types.ts'
import { BIUWER_TOKEN, USER } from '../../worker/policy/bounds.ts'

/** What is wrong with a row, found before the edge is asked. */
export type Mistake = { kind: 'columns' | 'user' | 'token' | 'quotes' } | { kind: 'repeated'; line: number }

/** A row of the table of users and their Biuwer tokens. `biuwerToken` is a secret: it is sent, never shown. */
export interface Row {
  /** Where it is in the file, from 1. */
  line: number
  user: string
  biuwerToken: string
  mistake: Mistake | undefined
}

/** The first cell of a heading, in any case of letters. */
const HEADING = /^user$/i

/** Reads a CSV file: two columns, with or without a heading; commas, semicolons or tabs between them. */
export function readMappingTable(csv: string): Row[] {
  const text = csv.replace(/^\uFEFF/, '')
  // Users and Biuwer tokens contain none of these characters, so the first of them is the delimiter.
  const delimiter = /[,;\t]/.exec(text)?.[0] ?? ','
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: false })
  const unclosed = new Set(errors.filter(({ type }) => type === 'Quotes').map(({ row }) => row))
  const seen = new Map<string, number>()
  const rows: Row[] = []
  let line = 1
  data.forEach((cells, index) => {
    const here = line
    // A quoted cell may hold line ends.
    line += 1 + cells.join('').split('\n').length - 1
    const [user = '', biuwerToken = ''] = cells.map((cell) => cell.trim())
    if (cells.every((cell) => cell.trim() === '')) return
    if (rows.length === 0 && HEADING.test(user)) return
    const mistake = unclosed.has(index)
      ? ({ kind: 'quotes' } as const)
      : mistakeOf(cells, user, biuwerToken, seen)
    if (!mistake) seen.set(user, here)
    rows.push({ line: here, user, biuwerToken, mistake })
  })
  return rows
}

function mistakeOf(
  cells: string[],
  user: string,
  biuwerToken: string,
  seen: ReadonlyMap<string, number>,
): Mistake | undefined {
  if (cells.length < 2 || cells.slice(2).some((cell) => cell.trim() !== '')) return { kind: 'columns' }
  if (!USER.test(user)) return { kind: 'user' }
  if (!BIUWER_TOKEN.test(biuwerToken)) return { kind: 'token' }
  const line = seen.get(user)
  return line === undefined ? undefined : { kind: 'repeated', line }
}

/**
 * Linked users, for a spreadsheet: cells that it would take for formulas are escaped. There are no Biuwer tokens in
 * it, since the edge gives none out.
 */
export function usersAsCsv(users: readonly LinkedUser[]): string {
  const data = users.map(({ user, linked_at, updated_at, live_tokens }) => [
    user,
    linked_at,
    updated_at,
    live_tokens,
  ])
  return Papa.unparse(
    { fields: ['user', 'linked_at', 'updated_at', 'live_tokens'], data },
    { escapeFormulae: true },
  )
}

/** What became of each row of an import, for a spreadsheet. */
export function resultsAsCsv(rows: readonly { line: number; user: string; result: string }[]): string {
  const data = rows.map(({ line, user, result }) => [line, user, result])
  return Papa.unparse({ fields: ['line', 'user', 'result'], data }, { escapeFormulae: true })
}
