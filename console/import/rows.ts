import type { BiuwerRefresh } from '../../worker/policy/biuwer-refresh.ts'
import { BIUWER_TOKEN, USER } from '../../worker/policy/bounds.ts'
import { isUuid, type Layout, looksLikeBiuwerToken } from './columns.ts'
import { dayOrderOf, momentOf } from './day-and-time.ts'
import type { FileRow } from './delimited-text.ts'
import { refreshNamed } from './headings.ts'

/** What is wrong with a row, found before the edge is asked. */
export type Mistake =
  | { kind: 'columns' | 'user' | 'token' | 'noToken' | 'intervalAlone' | 'quotes' }
  | { kind: 'time' | 'ambiguous' | 'order' | 'ended' | 'refresh' | 'noSource' }
  | { kind: 'repeated'; line: number }

/**
 * What is odd about a row that can be sent all the same: the value has no shape of a Biuwer token, the user has one, or the user
 * is a long number of which a spreadsheet program left the first digits.
 */
export type Doubt = 'shape' | 'user' | 'number'

/** Such a number: `1.23457E+15`. */
const CUT_NUMBER = /^\d(?:[.,]\d+)?E\+\d+$/i

/** A user, with the Biuwer token to link. `biuwerToken` is a secret: it is sent, never shown. */
export interface Row {
  /** Where it is in the file, from 1. */
  line: number
  user: string
  /** undefined: the token source of the deployment gives the user's Biuwer tokens. */
  biuwerToken: string | undefined
  /** RFC 3339; undefined: from now on. */
  from: string | undefined
  /** RFC 3339; undefined: no end. */
  to: string | undefined
  refresh: BiuwerRefresh | undefined
  mistake: Mistake | undefined
  doubt: Doubt | undefined
}

/** What rows are read with. */
export interface Surroundings {
  /** The zone of times that say none. */
  timeZone: string
  /** Milliseconds. */
  now: number
  /** Whether the deployment has a source that gives Biuwer tokens. */
  hasSource: boolean
}

/** Reads the users of a file. A user who comes twice is read once. */
export function usersOf(fileRows: readonly FileRow[], layout: Layout, around: Surroundings): Row[] {
  const rows = fileRows.slice(layout.first)
  const { from, to } = layout.places
  const heading = layout.first === 0 ? undefined : fileRows[layout.first - 1]
  const placed = Object.values(layout.places).map((place) => place + 1)
  const width = Math.max(heading?.cells.length ?? 0, ...placed)
  const timesIn = (place: number | undefined) =>
    place === undefined ? [] : rows.map(({ cells }) => cells[place] ?? '')
  const order = dayOrderOf([...timesIn(from), ...timesIn(to)])
  const seen = new Map<string, number>()
  return rows.map((fileRow): Row => {
    const cell = (column: keyof Layout['places']): string => {
      const place = layout.places[column]
      return place === undefined ? '' : (fileRow.cells[place] ?? '')
    }
    const moment = (column: 'from' | 'to') => {
      const text = cell(column)
      return text === '' ? undefined : (momentOf(text, order, around.timeZone) ?? 'unreadable')
    }
    const read = {
      user: cell('user'),
      biuwerToken: cell('token') || undefined,
      from: moment('from'),
      to: moment('to'),
      refresh: cell('refresh') === '' ? undefined : (refreshNamed(cell('refresh')) ?? ('unknown' as const)),
    }
    const isShifted = fileRow.cells.slice(width).some((extra) => extra !== '')
    const mistake: Mistake | undefined = fileRow.isTorn
      ? { kind: 'quotes' }
      : isShifted
        ? { kind: 'columns' }
        : mistakeOf(read, around, seen.get(read.user))
    if (!mistake) seen.set(read.user, fileRow.line)
    return {
      line: fileRow.line,
      user: read.user,
      biuwerToken: read.biuwerToken,
      from: read.from,
      to: read.to,
      refresh: read.refresh === 'unknown' ? undefined : read.refresh,
      mistake,
      doubt: mistake ? undefined : doubtOf(read),
    }
  })
}

interface Read extends Pick<Row, 'user' | 'biuwerToken' | 'from' | 'to'> {
  refresh: BiuwerRefresh | 'unknown' | undefined
}

function mistakeOf(read: Read, around: Surroundings, line: number | undefined): Mistake | undefined {
  const { user, biuwerToken, from, to, refresh } = read
  const isBySource = refresh !== undefined && refresh !== 'manual' && refresh !== 'unknown'
  if (!USER.test(user)) return { kind: 'user' }
  if (refresh === 'unknown') return { kind: 'refresh' }
  if (isBySource && !around.hasSource) return { kind: 'noSource' }
  if (biuwerToken === undefined && !isBySource) return { kind: 'noToken' }
  if (biuwerToken === undefined && (from ?? to) !== undefined) return { kind: 'intervalAlone' }
  if (biuwerToken !== undefined && !BIUWER_TOKEN.test(biuwerToken)) return { kind: 'token' }
  if (from === 'unreadable' || to === 'unreadable') return { kind: 'time' }
  if (from === 'ambiguous' || to === 'ambiguous') return { kind: 'ambiguous' }
  if (to !== undefined && Date.parse(to) <= around.now) return { kind: 'ended' }
  if (from !== undefined && to !== undefined && Date.parse(to) <= Date.parse(from)) return { kind: 'order' }
  return line === undefined ? undefined : { kind: 'repeated', line }
}

function doubtOf({ user, biuwerToken }: Read): Doubt | undefined {
  if (isUuid(user)) return 'user'
  if (CUT_NUMBER.test(user)) return 'number'
  return biuwerToken === undefined || looksLikeBiuwerToken(biuwerToken) ? undefined : 'shape'
}
