import { Temporal } from 'temporal-polyfill'

/**
 * The moment that a wall clock in `timeZone` shows `local` (`2026-03-01T09:30`), in RFC 3339. Where the clock is
 * put forward over it, the moment as much later; where it shows it twice, the first.
 */
export function instantOf(local: string, timeZone: string): string {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone)
  return zoned.toInstant().toString({ smallestUnit: 'second' })
}

/** What a wall clock in `timeZone` shows at the moment, to the minute, as date fields write it. */
export function localOf(instant: string, timeZone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' })
}
