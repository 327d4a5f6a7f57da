import type { Instant } from './time.ts'

/** Biuwer's own tokens of a user: each has an interval, and an opening takes one of those that are valid. */

/** Begins the id of a Biuwer token. */
export const BIUWER_TOKEN_PREFIX = 'bwt_'

/** The interval of a Biuwer token, half-open. */
export interface BiuwerInterval {
  /** `bwt_…` */
  id: string
  from: Instant
  /** null: it has no end. */
  to: Instant | null
  /** Present where it is no token yet: the token source is asked for one at each opening. */
  atOpening?: true
}

/** A Biuwer token of a user, without itself. */
export interface BiuwerToken extends BiuwerInterval {
  addedAt: Instant
  /**
   * Who made it: `hand`, or the token source, and then whether it ends by itself in Biuwer, too (`source`), or lives on
   * there until the source is told (`lasting_source`).
   */
  madeBy: MadeBy
}

export const MADE_BY = ['hand', 'source', 'lasting_source'] as const
export type MadeBy = (typeof MADE_BY)[number]

export type BiuwerTokenStatus = 'pending' | 'active' | 'expired'

export type BiuwerTokenRefusal =
  | { code: 'biuwer_token_not_yet_valid'; validFrom: Instant }
  | { code: 'biuwer_token_expired' }

export function biuwerTokenStatus({ from, to }: BiuwerInterval, now: Instant): BiuwerTokenStatus {
  if (to !== null && now >= to) return 'expired'
  return now < from ? 'pending' : 'active'
}

/**
 * The token that an opening takes: of those valid now the one that ends last, one without an end before all others; of
 * several that end together the one that came last. undefined: none is valid now.
 * @param tokens in the order in which they came
 */
export function biuwerTokenAt<Token extends BiuwerInterval>(
  tokens: readonly Token[],
  now: Instant,
): Token | undefined {
  let best: Token | undefined
  for (const token of tokens)
    if (biuwerTokenStatus(token, now) === 'active' && !(best && endOf(best) > endOf(token))) best = token
  return best
}

/**
 * The token that a renewed session goes on with: the one that it shows, as long as it lengthens the session, so that the
 * page need not be shown anew; else the one that an opening takes. That one, too, where the token source is asked at each
 * opening by now: what the session shows may never end.
 */
export function biuwerTokenToRenew<Token extends BiuwerInterval>(
  tokens: readonly Token[],
  shown: { id: string; sessionEnd: Instant },
  now: Instant,
): Token | undefined {
  const best = biuwerTokenAt(tokens, now)
  if (best?.atOpening) return best
  const kept = tokens.find(({ id }) => id === shown.id)
  const lengthens = kept && biuwerTokenStatus(kept, now) === 'active' && endOf(kept) > shown.sessionEnd
  return lengthens ? kept : best
}

/** Why no Biuwer token lets a session open now; undefined: one does. */
export function biuwerTokenRefusal(
  tokens: readonly BiuwerInterval[],
  now: Instant,
): BiuwerTokenRefusal | undefined {
  if (biuwerTokenAt(tokens, now)) return undefined
  const coming = tokens.filter((token) => biuwerTokenStatus(token, now) === 'pending')
  if (coming.length === 0) return { code: 'biuwer_token_expired' }
  return { code: 'biuwer_token_not_yet_valid', validFrom: Math.min(...coming.map(({ from }) => from)) }
}

/** When the last of the tokens ends; null: one has no end, or there are none. */
export function lastEnd(tokens: readonly BiuwerInterval[]): Instant | null {
  const last = Math.max(...tokens.map(endOf))
  return Number.isFinite(last) ? last : null
}

/** How a user's tokens stand together; `none`: there are none. */
export function biuwerTokensStatus(
  tokens: readonly BiuwerInterval[],
  now: Instant,
): BiuwerTokenStatus | 'none' {
  const all = tokens.map((token) => biuwerTokenStatus(token, now))
  return (['active', 'pending', 'expired'] as const).find((status) => all.includes(status)) ?? 'none'
}

function endOf({ to }: BiuwerInterval): number {
  return to ?? Number.POSITIVE_INFINITY
}
