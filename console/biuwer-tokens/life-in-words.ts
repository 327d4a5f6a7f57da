import type { BiuwerToken, LinkedUser } from '../../client/api-types.ts'
import { date, dateTime, nearby } from '../formats.ts'
import type { Words } from '../messages/words.ts'

const WEEK = 7 * 86_400_000

/** How the Biuwer tokens of a user stand, and whether somebody has to see to them: soon, or now. */
export interface Life {
  text: string
  concern: 'none' | 'soon' | 'now'
}

type Standing = Pick<
  LinkedUser,
  'biuwer_token_status' | 'biuwer_token_ends' | 'biuwer_refresh' | 'biuwer_refresh_failing_since'
>

/**
 * How the Biuwer tokens of a user stand. Those that the token source replaces concern nobody as long as it does.
 * @param begins when the first of them begins, where none is valid yet
 */
export function lifeOf(words: Words, user: Standing, begins?: string, now = Date.now()): Life {
  const { life, replaced } = words.biuwerTokens
  const { biuwer_refresh: refresh, biuwer_refresh_failing_since: failingSince } = user
  if (refresh === 'manual') return intervalLife(words, user, begins, now)
  if (isNeverReplaced(user)) return { text: life.neverReplaced, concern: 'soon' }
  if (failingSince === null) return { text: replaced[refresh], concern: 'none' }
  const failing = `${replaced[refresh]} — ${life.failing(dateTime(failingSince))}`
  if (refresh === 'session') return { text: failing, concern: 'now' }
  const left = intervalLife(words, user, begins, now)
  return { text: `${failing}; ${left.text}`, concern: 'now' }
}

/** Whether the token source is to be asked ahead of an end, and there is none. */
export function isNeverReplaced({
  biuwer_refresh,
  biuwer_token_status,
  biuwer_token_ends,
}: Standing): boolean {
  const isAskedAhead = biuwer_refresh === 'monthly' || biuwer_refresh === 'daily'
  return isAskedAhead && biuwer_token_status !== 'none' && biuwer_token_ends === null
}

function intervalLife(words: Words, user: Standing, begins: string | undefined, now: number): Life {
  const { life } = words.biuwerTokens
  const { biuwer_token_status: status, biuwer_token_ends: ends } = user
  switch (status) {
    case 'none':
      return { text: life.none, concern: 'now' }
    case 'pending':
      return { text: begins === undefined ? life.pending : beginning(words, begins, now), concern: 'now' }
    case 'expired':
      return { text: ends === null ? life.none : endInWords(words, ends, now), concern: 'now' }
    case 'active': {
      if (ends === null) return { text: life.endless, concern: 'none' }
      const isSoon = Date.parse(ends) - now < WEEK
      return { text: endInWords(words, ends, now), concern: isSoon ? 'soon' : 'none' }
    }
  }
}

/** When a Biuwer token ends or ended: "ends in 5 days", "ended yesterday", "ends on 14 Mar 2027". */
export function endInWords({ biuwerTokens: { life } }: Words, end: string, now = Date.now()): string {
  const when = nearby(end, now)
  if (Date.parse(end) <= now) return when === undefined ? life.endedOn(date(end)) : life.ended(when)
  return when === undefined ? life.endsOn(date(end)) : life.ends(when)
}

function beginning({ biuwerTokens: { life } }: Words, from: string, now: number): string {
  const when = nearby(from, now)
  return when === undefined ? life.beginsOn(date(from)) : life.begins(when)
}

/** How one Biuwer token stands. */
export function tokenLife(words: Words, { status, from, to }: BiuwerToken, now = Date.now()): string {
  if (status === 'pending') return beginning(words, from, now)
  return to === null ? words.biuwerTokens.life.endless : endInWords(words, to, now)
}

/** The first time to come in which none of the tokens is valid and after which one is; undefined: there is none. */
export function gapIn(
  tokens: readonly Pick<BiuwerToken, 'from' | 'to'>[],
  now = Date.now(),
): { from: string; to: string } | undefined {
  const spans = tokens
    .map(({ from, to }) => ({
      from,
      to,
      start: Date.parse(from),
      end: to === null ? Infinity : Date.parse(to),
    }))
    .filter(({ end }) => end > now)
    .sort((a, b) => a.start - b.start)
  const [first, ...others] = spans
  if (!first) return undefined
  let last = first
  for (const span of others) {
    if (span.start > last.end && last.to !== null) return { from: last.to, to: span.from }
    if (span.end > last.end) last = span
  }
  return undefined
}
