/**
 * A moment, in whole seconds since 1970-01-01T00:00:00Z (RFC 7519 NumericDate without fractions). Every
 * interval in the product is half-open, `from ≤ t < to`, and a clock is read by cutting the fraction off,
 * so that `floor(t) < to` says the same as `t < to`.
 */
export type Instant = number

export const MINUTE = 60
export const DAY = 86_400

const SHAPE = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.\d+)?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/** JWT libraries expect times after the epoch, and RFC 3339 has no fifth digit for a year. */
const EARLIEST = Date.UTC(1970, 0, 1) / 1000
const LATEST = Date.UTC(9999, 0, 1) / 1000

/**
 * Reads an RFC 3339 time, fractions cut off; undefined for anything else, days that no calendar has
 * included, and for years before 1970 or after 9998.
 */
export function parseTimestamp(text: string): Instant | undefined {
  const parts = SHAPE.exec(text)
  if (!parts) return undefined
  const [, date, time, sign, hours, minutes] = parts
  const local = Date.parse(`${date}T${time}Z`)
  // Date.parse rolls 30 February over to March, so that the way back tells.
  if (Number.isNaN(local) || new Date(local).toISOString() !== `${date}T${time}.000Z`) return undefined
  const offset = sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60) : 0
  const instant = local / 1000 - offset
  return isInstant(instant) ? instant : undefined
}

/** Whether the number is one that `parseTimestamp` may give, and `formatTimestamp` can write. */
export function isInstant(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= EARLIEST && seconds < LATEST
}

/** RFC 3339, UTC, whole seconds. */
export function formatTimestamp(instant: Instant): string {
  return new Date(instant * 1000).toISOString().replace('.000Z', 'Z')
}
