/** The times that the overview shows, and how far they reach. */

/** Openings and refusals of an hour or a day, by the refusals' codes. */
export interface Slot {
  at: string
  opened: number
  refused: Readonly<Record<string, number>>
}

export interface Range {
  name: '2-hour' | '7-hour' | '7-day' | '30-day' | '90-day'
  days: number
  by: 'day' | 'hour'
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

export const RANGES: readonly Range[] = [
  { name: '2-hour', days: 2, by: 'hour' },
  { name: '7-hour', days: 7, by: 'hour' },
  { name: '7-day', days: 7, by: 'day' },
  { name: '30-day', days: 30, by: 'day' },
  { name: '90-day', days: 90, by: 'day' },
]
const FIRST_SHOWN: Range = { name: '30-day', days: 30, by: 'day' }

/**
 * The range of this name.
 * @param byDay whether it is counted by days alone: of one user, and for a key that is for some users
 */
export function rangeOf(name: string | undefined, byDay: boolean): Range {
  return rangesFor(byDay).find((range) => range.name === name) ?? FIRST_SHOWN
}

export function rangesFor(byDay: boolean): readonly Range[] {
  return byDay ? RANGES.filter(({ by }) => by === 'day') : RANGES
}

/** Every hour or day since then, until now, those without an opening included, so that quiet times are seen. */
export function everySlot(series: readonly Slot[], since: string, { by }: Range, now: number): Slot[] {
  const step = by === 'hour' ? HOUR : DAY
  const counted = new Map(series.map((slot) => [Date.parse(slot.at), slot]))
  const slots: Slot[] = []
  for (let at = Date.parse(since); at <= now; at += step)
    slots.push(counted.get(at) ?? { at: new Date(at).toISOString(), opened: 0, refused: {} })
  return slots
}

export function refusedIn({ refused }: Slot): number {
  return Object.values(refused).reduce((sum, count) => sum + count, 0)
}

/** Refusals by code, most first. */
export function byCode(series: readonly Slot[]): [code: string, count: number][] {
  const sums = new Map<string, number>()
  for (const { refused } of series)
    for (const [code, count] of Object.entries(refused)) sums.set(code, (sums.get(code) ?? 0) + count)
  return [...sums].sort(([, one], [, other]) => other - one)
}

/** Refusals in a day that are worth a look, where there were few before. */
const NOTABLE = 5
/** How many times as many as before are a rise. */
const RISE = 2

/** More refusals than usual. */
export interface Rise {
  /** Within the last 24 hours. */
  now: number
  /** A day, in the week before. */
  before: number
  /** The code that there are most of now. */
  code: string
}

/**
 * Whether there were more refusals in the last 24 hours than in those of the week before; undefined: no.
 * @param series eight days, by the hour or by the day; of days, today's and yesterday's count as the last 24 hours
 */
export function riseIn(series: readonly Slot[], by: Range['by'], now: number): Rise | undefined {
  const recentSince = by === 'hour' ? now - DAY : Math.floor(now / DAY) * DAY - DAY
  const recent = series.filter(({ at }) => Date.parse(at) >= recentSince)
  const earlier = series.filter(({ at }) => Date.parse(at) < recentSince)
  const sum = (slots: readonly Slot[]) => slots.reduce((all, slot) => all + refusedIn(slot), 0)
  const before = sum(earlier) / (by === 'hour' ? 7 : 6)
  // Two days may have as many as two days before.
  const usual = by === 'hour' ? before : before * 2
  const [[code, _] = ['', 0]] = byCode(recent)
  return sum(recent) >= NOTABLE && sum(recent) > RISE * usual
    ? { now: sum(recent), before: Math.round(before), code }
    : undefined
}

/** Milliseconds before its end from which a key deserves attention. */
const KEY_ENDING = 14 * DAY
/** Milliseconds after its end for which a key that has ended is told of. */
const KEY_ENDED = 7 * DAY

/** The keys that end soon or have just ended, the next end first. */
export function endingKeys<Key extends { expires_at: string | null; revoked_at: string | null }>(
  keys: readonly Key[],
  now: number,
): (Key & { expires_at: string })[] {
  return keys
    .filter((key): key is Key & { expires_at: string } => key.expires_at !== null && key.revoked_at === null)
    .filter(({ expires_at }) => {
      const end = Date.parse(expires_at)
      return end < now + KEY_ENDING && end > now - KEY_ENDED
    })
    .sort((one, other) => Date.parse(one.expires_at) - Date.parse(other.expires_at))
}
