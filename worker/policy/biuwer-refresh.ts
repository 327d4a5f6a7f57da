import { DAY, HOUR, type Instant, MINUTE } from './time.ts'

/** How a user's Biuwer tokens are replaced: by hand, or by those that the customer's token source makes. */

/**
 * `manual`: by hand. `monthly`, `daily`: the token source makes the next one ahead of the end of the last. `session`: it
 * makes one for each session, which ends with it.
 */
export const BIUWER_REFRESHES = ['manual', 'monthly', 'daily', 'session'] as const
export type BiuwerRefresh = (typeof BIUWER_REFRESHES)[number]

/** Ways in which the token source is asked ahead of time. */
export type SourcePeriod = Extract<BiuwerRefresh, 'monthly' | 'daily'>

/** Seconds that a Biuwer token of the source lasts, and by which it begins before the end of the last one. */
const PERIODS: Record<SourcePeriod, { length: number; overlap: number }> = {
  daily: { length: DAY, overlap: HOUR },
  monthly: { length: 30 * DAY, overlap: DAY },
}

/** The longest wait before a source that gave nothing is asked again for the same user. */
const LONGEST_WAIT = HOUR

export interface Interval {
  from: Instant
  to: Instant
}

export function isAskedAhead(refresh: BiuwerRefresh): refresh is SourcePeriod {
  return refresh === 'monthly' || refresh === 'daily'
}

/**
 * The interval of the Biuwer token that comes next.
 * @param lastEnd when the last of the user's Biuwer tokens ends; null: none is there
 */
export function nextInterval(refresh: SourcePeriod, lastEnd: Instant | null, now: Instant): Interval {
  const { length, overlap } = PERIODS[refresh]
  if (lastEnd === null || lastEnd <= now) return { from: now, to: now + length }
  return { from: Math.max(now, lastEnd - overlap), to: lastEnd + length }
}

/**
 * When the next Biuwer token is asked for: within the period before the last one ends, for each user at a moment of their
 * own in its first quarter, so that users who were linked together are not asked for together. Three quarters are left
 * for a source that fails.
 * @param lastEnd when the last of the user's Biuwer tokens ends
 * @param asked when the source was asked last; null: never. A source whose tokens end early is not asked without end
 */
export function nextAsking(
  { refresh, user }: { refresh: SourcePeriod; user: string },
  lastEnd: Instant,
  asked: Instant | null,
): Instant {
  const { length } = PERIODS[refresh]
  const due = lastEnd - length + Math.floor((length / 4) * shareOf(user))
  return asked === null ? due : Math.max(due, asked + Math.floor(length / 24))
}

/** Seconds until the source is asked again that gave nothing for the `failures`-th time in a row: ever longer, up to an hour. */
export function waitAfter(failures: number, user: string): number {
  const wait = Math.min(MINUTE * 2 ** (failures - 1), LONGEST_WAIT)
  return Math.round(wait * (0.75 + shareOf(`${failures} ${user}`) / 2))
}

/** A number from 0 up to 1 that is a name's own: FNV-1a, and the last step of MurmurHash3, which sets alike names apart. */
function shareOf(name: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index++)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
