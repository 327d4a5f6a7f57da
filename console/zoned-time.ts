import { Temporal } from 'temporal-polyfill'

/**
 * The moment, in RFC 3339, at which a clock in `timeZone` shows `local` (`2026-03-01T09:30`). A time that a clock change
 * skips is taken as much later; of a time that comes twice, the first. Undefined for years that RFC 3339 can't write,
 * which date fields accept.
 */
export function instantOf(local: string, timeZone: string): string | undefined {
  if (!/^\d{4}-/.test(local)) return undefined
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone)
  return zoned.toInstant().toString({ smallestUnit: 'second' })
}

/**
 * What a date field says, for a request: the moment, or the text as it is where it can't be read. The edge refuses that text;
 * it must not become "no time".
 */
export function timeOf(local: string, timeZone: string): string {
  return instantOf(local, timeZone) ?? local
}

/** What a clock in `timeZone` shows at a moment, to the minute, as date fields write it. */
export function localOf(instant: string, timeZone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' })
}

/** The zone, or UTC where the browser does not know it: zones are added to the edge's list first. */
export function knownZone(timeZone: string): string {
  return isKnownZone(timeZone) ? timeZone : 'UTC'
}

export function isKnownZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
