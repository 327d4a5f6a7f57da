/** Writes times, lengths of time and numbers in the language of the page; times in the zone of the browser. */

import { knownZone } from './zoned-time.ts'

const language = () => document.documentElement.lang

/** A date with its time, to the minute. */
export function dateTime(time: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  )
}

/** A date with its time in a named zone, and the zone's name; in UTC where the browser does not know the zone. */
export function dateTimeIn(time: string, zone: string): string {
  const timeZone = knownZone(zone)
  const format = { dateStyle: 'medium', timeStyle: 'short', timeZone } as const
  return `${new Intl.DateTimeFormat(language(), format).format(new Date(time))} (${timeZone})`
}

export function date(time: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(time))
}

/** A time of day to the second. */
export function exactTime(time: string): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }).format(new Date(time))
}

/** A day of UTC without its year: "14 Mar". */
export function utcDay(time: string): string {
  return new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(time),
  )
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** A time relative to now: "3 hours ago", "in 2 days". */
export function relative(time: string, now = Date.now()): string {
  const seconds = (Date.parse(time) - now) / 1000
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(
    Math.trunc(seconds / length),
    unit,
  )
}

/** How many days from today are told as such, a month at most: a date says more about those farther away. */
const NEAR_DAYS = 31

/**
 * A time within a month in words, by days of the calendar: "tomorrow", "in 5 days", "yesterday"; by hours or less within a
 * day. Undefined for a time that is farther away.
 */
export function nearby(time: string, now = Date.now()): string | undefined {
  const at = Date.parse(time)
  if (Math.abs(at - now) < 86_400_000) return relative(time, now)
  const days = Math.round((midnightBefore(at) - midnightBefore(now)) / 86_400_000)
  if (Math.abs(days) > NEAR_DAYS) return undefined
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto' }).format(days, 'day')
}

function midnightBefore(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}

/** A length of time: "1 hour 30 minutes". */
export function duration(seconds: number): string {
  const parts = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3_600)],
    ['minute', Math.floor((seconds % 3_600) / 60)],
    ['second', seconds % 60],
  ] as const
  const named = parts
    .filter(([, count]) => count > 0)
    .map(([unit, count]) =>
      new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }).format(count),
    )
  return new Intl.ListFormat(language(), { type: 'unit', style: 'narrow' }).format(named)
}

/** Things in a sentence: "one, two and three", or "one, two or three". */
export function listed(
  things: readonly string[],
  type: 'conjunction' | 'disjunction' = 'conjunction',
): string {
  return new Intl.ListFormat(language(), { type }).format(things)
}

export function number(count: number): string {
  return new Intl.NumberFormat(language()).format(count)
}
