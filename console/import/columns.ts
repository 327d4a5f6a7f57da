import { USER } from '../../worker/policy/bounds.ts'
import type { FileRow } from './delimited-text.ts'
import { COLUMNS, type Column, rankOf } from './headings.ts'

/** Which column of a file holds what, counted from 0. */
export type Places = Partial<Record<Column, number>>

/** How a file is to be read. */
export interface Layout {
  /** The first of the file's rows that names a user; the row before it, if any, is the heading. */
  first: number
  places: Places
}

/** How a file is read, as far as it says so itself. `isSure`: nobody has to be asked. */
export interface Guess extends Layout {
  isSure: boolean
}

/** A heading stands among the first rows: titles and notes may come before it. */
const ROWS_BEFORE_HEADING = 20
/** How many rows tell what a column holds. */
const LOOKED_AT = 50

/** Whether a text has the shape of Biuwer's tokens: letters and digits in a row, at least as many as no name has. */
export function looksLikeBiuwerToken(text: string): boolean {
  return /^(?=\D*\d)[A-Za-z0-9_-]{20,512}$/.test(text)
}

/** Whether a text is a UUID, as Biuwer's tokens are: nobody calls a user so. */
export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(?:-?[\da-f]{4}){3}-?[\da-f]{12}$/i.test(text)
}

/** Whether a cell may be a Biuwer token, which is shown nowhere. */
export function isHidden(cell: string): boolean {
  return looksLikeBiuwerToken(cell) || isUuid(cell)
}

/** Whether the columns tell a user and the user's Biuwer token, or that the edge is to get one. */
export function isComplete({ user, token, refresh }: Places): boolean {
  return user !== undefined && (token !== undefined || refresh !== undefined)
}

/** Finds out by heading and contents which column of a file is which. */
export function guessLayout(rows: readonly FileRow[]): Guess {
  let best: Guess | undefined
  for (const [index, { cells }] of rows.slice(0, ROWS_BEFORE_HEADING).entries()) {
    // What has a Biuwer token in it is a user's row, however the user is called.
    if (cells.some(looksLikeBiuwerToken)) break
    const heading = placesIn(cells)
    if (isComplete(heading.places)) return { first: index + 1, ...heading }
    if (Object.keys(heading.places).length > 0) best ??= { first: index + 1, ...heading, isSure: false }
  }
  return best
    ? { ...best, places: { ...placesByContents(rows.slice(best.first), best.places), ...best.places } }
    : guessWithoutHeading(rows)
}

/** What the cells of a heading name. Not sure where two cells name the same. */
function placesIn(cells: readonly string[]): { places: Places; isSure: boolean } {
  const places: Places = {}
  let isSure = true
  for (const column of COLUMNS) {
    const fitting = cells
      .map((cell, index) => ({ index, rank: rankOf(cell, column) }))
      .filter((found): found is { index: number; rank: number } => found.rank !== undefined)
      .sort((a, b) => a.rank - b.rank)
    const [surest, next] = fitting
    if (!surest) continue
    places[column] = surest.index
    if (next?.rank === surest.rank) isSure = false
  }
  return { places, isSure }
}

/** Two columns, of users and of what has the shape of Biuwer tokens, need no heading. */
function guessWithoutHeading(rows: readonly FileRow[]): Guess {
  const isUserRow = ({ cells: [user = '', token = ''] }: FileRow) =>
    USER.test(user) && !isUuid(user) && looksLikeBiuwerToken(token)
  const [first] = rows
  if (first && isUserRow(first) && rows.every(({ cells }) => cells.slice(2).every((cell) => cell === '')))
    return { first: 0, places: { user: 0, token: 1 }, isSure: true }
  // Where tokens begin further down, what stands above them is a heading that nobody knows.
  const begins = rows.slice(0, ROWS_BEFORE_HEADING).findIndex(({ cells }) => cells.some(looksLikeBiuwerToken))
  const start = Math.max(0, begins)
  return { first: start, places: placesByContents(rows.slice(start), {}), isSure: false }
}

/** What columns seem to hold whose heading says nothing. */
function placesByContents(rows: readonly FileRow[], known: Places): Places {
  const looked = rows.slice(0, LOOKED_AT)
  const taken = new Set<number>(Object.values(known))
  const most = (matches: (cell: string) => boolean): number | undefined => {
    let best: { index: number; count: number } | undefined
    const width = Math.max(0, ...looked.map(({ cells }) => cells.length))
    for (let index = 0; index < width; index++) {
      const count = looked.filter(({ cells }) => matches(cells[index] ?? '')).length
      if (!taken.has(index) && count > (best?.count ?? 0)) best = { index, count }
    }
    if (best) taken.add(best.index)
    return best?.index
  }
  const token = known.token ?? most(isUuid) ?? most(looksLikeBiuwerToken)
  const user = known.user ?? most((cell) => USER.test(cell) && !isUuid(cell))
  return { ...(user !== undefined && { user }), ...(token !== undefined && { token }) }
}
