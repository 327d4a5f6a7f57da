import { parseTimestamp } from '../../worker/policy/time.ts'
import { instantOf } from '../zoned-time.ts'

/** Whether a column writes the day before the month, or after it. */
export type DayOrder = 'day-first' | 'month-first'

/** `2026-12-31`, also with other signs between the numbers. */
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
/** `31/12/2026` or `12/31/2026`. */
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$/
/** `23:59`, `23:59:30` or `11:59 PM`. */
const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:([ap])\.?\s?m\.?)?$/i
/** A moment with its distance from UTC (RFC 3339). */
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})$/i

/** The order that the days of a column are written in; undefined where each of them could be read both ways. */
export function dayOrderOf(texts: readonly string[]): DayOrder | undefined {
  for (const text of texts) {
    const [, first, sign, second] = YEAR_LAST.exec(split(text)[0]) ?? []
    if (sign === '.' || Number(first) > 12) return 'day-first'
    if (Number(second) > 12) return 'month-first'
  }
  return undefined
}

/**
 * The moment, in RFC 3339, that a cell means. One without a distance from UTC is in `timeZone`, and a day alone is the
 * midnight that it begins with. `ambiguous`: the day may be the month; undefined: it is no time, or one that the edge refuses,
 * such as the 9999-12-31 of tables that know no other way to say "no end".
 */
export function momentOf(
  text: string,
  order: DayOrder | undefined,
  timeZone: string,
): string | 'ambiguous' | undefined {
  const moment = readMoment(text, order, timeZone)
  const isTaken = moment !== undefined && parseTimestamp(moment) !== undefined
  return isTaken || moment === 'ambiguous' ? moment : undefined
}

function readMoment(
  text: string,
  order: DayOrder | undefined,
  timeZone: string,
): string | 'ambiguous' | undefined {
  const whole = MOMENT.exec(text)
  if (whole) {
    const moment = Date.parse(`${whole[1]}T${whole[2]}${whole[3]}`.toUpperCase())
    return Number.isNaN(moment) ? undefined : new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z')
  }
  const [day, time] = split(text)
  const clock = clockOf(time)
  const date = dateOf(day, order)
  if (clock === undefined || date === undefined) return undefined
  if (date === 'ambiguous') return date
  try {
    return instantOf(`${date}T${clock}`, timeZone)
  } catch (error) {
    // A day that no month has, or an hour that no day has.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** A date and a time of day; the time is empty where there is none. */
function split(text: string): [day: string, time: string] {
  const [, day = text, time = ''] = /^(\S+?)(?:,?\s+|T)(\d{1,2}:.*)$/i.exec(text.trim()) ?? []
  return [day, time]
}

function dateOf(day: string, order: DayOrder | undefined): string | 'ambiguous' | undefined {
  const [, year, month, date] = YEAR_FIRST.exec(day) ?? []
  if (year) return written(year, month, date)
  const [, first, , second, last] = YEAR_LAST.exec(day) ?? []
  if (!last) return undefined
  if (order === undefined) return first === second ? written(last, first, second) : 'ambiguous'
  return order === 'day-first' ? written(last, second, first) : written(last, first, second)
}

function written(year = '', month = '', day = ''): string {
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function clockOf(time: string): string | undefined {
  if (time === '') return '00:00'
  const [, hours, minutes, seconds = '00', half] = TIME.exec(time) ?? []
  if (hours === undefined || minutes === undefined) return undefined
  if (half && (Number(hours) < 1 || Number(hours) > 12)) return undefined
  const hour = half ? (Number(hours) % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : Number(hours)
  return `${String(hour).padStart(2, '0')}:${minutes}:${seconds}`
}
