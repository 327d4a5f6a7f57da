const DAY = 86_400_000
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** A time with its distance from now, in hours within a day and else in days: `2027-01-01T00:00:00Z (in 5 days)`. */
export function withDistance(time: string, now = Date.now()): string {
  const left = Date.parse(time) - now
  const distance =
    Math.abs(left) < DAY
      ? RELATIVE.format(Math.round(left / 3_600_000), 'hour')
      : RELATIVE.format(Math.round(left / DAY), 'day')
  return `${time} (${distance})`
}
