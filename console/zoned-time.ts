import { Temporal } from 'temporal-polyfill'

/**
 * The moment that a wall clock in `timeZone` shows `local` (`2026-03-01T09:30`), in RFC 3339. Where the clock is
 * put forward over it, the moment as much later; where it shows it twice, the first. Undefined beyond the years
 * that RFC 3339 can write, which date fields let through.
 */
export function instantOf(local: string, timeZone: string): string | undefined {
  if (!/^\d{4}-/.test(local)) return undefined
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone)
  return zoned.toInstant().toString({ smallestUnit: 'second' })
}

/** What a wall clock in `timeZone` shows at the moment, to the minute, as date fields write it. */
export function localOf(instant: string, timeZone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime()
  return local.toString({ smallestUnit: 'minute' })
}
