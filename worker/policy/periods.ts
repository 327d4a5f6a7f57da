import { Temporal } from 'temporal-polyfill'
import type { Instant } from './time.ts'

/** A stretch of time, half-open: `start ≤ t < end`. */
export interface Period {
  start: Instant
  end: Instant
}

/** The calendar day that holds `at` in `timeZone`: 23, 24 or 25 hours, and it may not begin at 00:00. */
export function dayOf(at: Instant, timeZone: string): Period {
  const day = local(at, timeZone).toPlainDate()
  return { start: startOf(day, timeZone), end: startOf(day.add({ days: 1 }), timeZone) }
}

/** The calendar month that holds `at` in `timeZone`. */
export function monthOf(at: Instant, timeZone: string): Period {
  const first = local(at, timeZone).toPlainDate().with({ day: 1 })
  return { start: startOf(first, timeZone), end: startOf(first.add({ months: 1 }), timeZone) }
}

/**
 * Whether the name is a zone of the IANA database. Temporal decides, since it reckons the periods; the pattern keeps out
 * fixed offsets (`+02:00`), which Temporal takes too. ICU's own names (`PST`), which Intl takes, Temporal refuses.
 * `Intl.supportedValuesOf` is no help: in workerd it lacks zones that workerd knows.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false
  try {
    local(0, name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function local(at: Instant, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(timeZone)
}

/** The first moment of a date. Where a clock change skips midnight, it is the moment after the gap. */
function startOf(date: Temporal.PlainDate, timeZone: string): Instant {
  return date.toZonedDateTime(timeZone).epochMilliseconds / 1000
}
