import { Temporal } from 'temporal-polyfill'

/**
 * A moment, in whole seconds since 1970-01-01T00:00:00Z (RFC 7519 NumericDate without fractions). Every
 * interval in the product is half-open, `from ≤ t < to`, and a clock is read by cutting the fraction off,
 * so that `floor(t) < to` says the same as `t < to`.
 */
export type Instant = number

export const MINUTE = 60
export const HOUR = 3_600
export const DAY = 86_400

const SHAPE =
  /^\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?<fraction>\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** The first and the last moment: JWT libraries expect times after the epoch, and RFC 3339 has years of four digits. */
const EARLIEST = Date.UTC(1970, 0, 1) / 1000
const LATEST = Date.UTC(9999, 0, 1) / 1000

/**
 * Reads an RFC 3339 time, its fraction cut off. Undefined for anything else: days that no calendar has, and years before
 * 1970 or after 9998, included.
 */
export function parseTimestamp(text: string): Instant | undefined {
  const shape = SHAPE.exec(text)
  if (!shape) return undefined
  try {
    // Temporal reads nine digits of a fraction at most.
    const whole = text.replace(shape.groups?.fraction ?? '', '')
    const instant = Temporal.Instant.from(whole).epochMilliseconds / 1000
    return isInstant(instant) ? instant : undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether a number is a moment that `parseTimestamp` may give and `formatTimestamp` can write. */
export function isInstant(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= EARLIEST && seconds < LATEST
}

/** Writes a moment by RFC 3339: UTC, whole seconds. */
export function formatTimestamp(instant: Instant): string {
  return new Date(instant * 1000).toISOString().replace('.000Z', 'Z')
}
