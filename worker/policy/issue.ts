import { dayOf, monthOf, type Period } from './periods.ts'
import type { RefreshPolicy, Region, TokenRecord } from './record.ts'
import { type Instant, MINUTE } from './time.ts'

/** What a token says under its signature, by the names of RFC 7519 where there are any. */
export interface Claims {
  /** The id of the record, or of the signer. */
  sub: string
  /** The user whom the token stands for. Absent in tokens of version 0.1.0, for which the lease alone names the user. */
  user?: string
  iat: Instant
  nbf: Instant
  /** Seconds before `nbf` from which the token is valid: whoever has signed it may have a clock that is ahead. */
  leeway?: number
  /** Absent: the token never ends by itself. */
  exp?: Instant
  jti: string
  /** The record's generation when the token was given out. */
  gen: number
  /** The record's revision when the token was given out. */
  rev: number
  refresh: RefreshPolicy | 'signed'
  /** The signer's key that has signed the token, by its thumbprint. */
  key?: string
  /** The resources and origins it opens; absent: any. */
  resources?: string[]
  origins?: string[]
  /** Set on tokens that an administrator tries a record with: they open on the edge's own pages and nowhere else. */
  preview?: true
  /** Set on single-use tokens: which object of the spent-set knows of the spend. It never moves. */
  spend?: {
    shard: number
    region?: Region
    /** What the spent-set knows the token by, where its `jti` is not the edge's own. */
    as?: string
  }
}

/** What the spent-set knows a single-use token by. */
export interface Spend {
  jti: string
  exp: Instant
  shard: number
  region?: Region
}

/** How a token is spent; undefined: it is not single-use. */
export function spendOf({ jti, exp, spend }: Claims): Spend | undefined {
  if (!spend || exp === undefined) return undefined
  const { as = jti, ...place } = spend
  return { jti: as, exp, ...place }
}

/** What chance decides about a single-use token. */
export interface Draw {
  jti: string
  shard: number
}

/**
 * The claims of the token that a record gives out at `now`. Within one generation, revision and period they are equal,
 * until a sign-out; a single-use record gives new ones each time, from `draw`. Before `from`, they are those of the period
 * that holds `from`.
 *
 * The caller has made sure that the record is neither expired nor revoked.
 *
 * @param since the least `iat` of a token that no sign-out has ended. It may lie ahead: nothing but sign-outs is judged by
 * `iat`, so that the token opens at once
 */
export function claimsAt(record: TokenRecord, now: Instant, draw: Draw, since: Instant = 0): Claims {
  const at = Math.max(now, record.from)
  if (record.refresh === 'single-use') {
    return {
      ...scope(record),
      iat: Math.max(now, since),
      nbf: at,
      exp: singleUseEnd(record, at),
      jti: draw.jti,
      spend: { shard: draw.shard, ...(record.region && { region: record.region }) },
    }
  }
  const period = periodAt(record, at)
  // The token of the first period may be asked for before the period begins, and has to be the same token then.
  const first = period.start <= record.from
  const begun = first ? record.generationStartedAt : Math.max(record.generationStartedAt, period.start)
  const isAfterSignOut = since > begun
  const claims: Claims = {
    ...scope(record),
    iat: isAfterSignOut ? since : begun,
    nbf: Math.max(record.from, period.start),
    jti: [
      record.id,
      record.generation,
      record.revision,
      period.start,
      ...(isAfterSignOut ? [since] : []),
    ].join('.'),
  }
  const end = endInPeriod(record, period)
  if (end !== null) claims.exp = end
  return claims
}

/** What of a token record decides when its tokens end. */
export type Terms = Pick<TokenRecord, 'refresh' | 'from' | 'to' | 'timeZone' | 'overlap' | 'singleUseTtl'>

/** When the token that a record gives out at `now` ends; null: never by itself. */
export function tokenEnd(terms: Terms, now: Instant): Instant | null {
  const at = Math.max(now, terms.from)
  if (terms.refresh === 'single-use') return singleUseEnd(terms, at)
  return endInPeriod(terms, periodAt(terms, at))
}

function singleUseEnd({ singleUseTtl, to }: Terms, at: Instant): Instant {
  if (singleUseTtl === null) throw new Error('a single-use record has no single_use_ttl')
  return earlier(at + singleUseTtl, to)
}

function endInPeriod({ overlap, to }: Terms, { end }: Period): Instant | null {
  return Number.isFinite(end) ? earlier(end + overlap, to) : to
}

/** Seconds from issue to the end of a preview's token, and of the session that it opens. */
export const PREVIEW_LIFE = 5 * MINUTE

/** Claims of a token to try a record with: one resource, on the edge's own pages, for a short time. It spends nothing. */
export function previewClaims(
  record: TokenRecord,
  resource: string,
  now: Instant,
  jti: string,
  since: Instant = 0,
): Claims {
  const { origins: _, ...claims } = scope(record)
  const at = Math.max(now, record.from)
  return {
    ...claims,
    resources: [resource],
    preview: true,
    iat: Math.max(now, since),
    nbf: at,
    exp: earlier(at + PREVIEW_LIFE, record.to),
    jti,
  }
}

function periodAt(record: Terms, at: Instant): Period {
  switch (record.refresh) {
    case 'daily':
      return dayOf(at, record.timeZone)
    case 'monthly':
      return monthOf(at, record.timeZone)
    default:
      return { start: record.from, end: Number.POSITIVE_INFINITY }
  }
}

function scope(
  record: TokenRecord,
): Pick<Claims, 'sub' | 'user' | 'gen' | 'rev' | 'refresh' | 'resources' | 'origins'> {
  return {
    sub: record.id,
    user: record.user,
    gen: record.generation,
    rev: record.revision,
    refresh: record.refresh,
    ...(record.resources && { resources: record.resources }),
    ...(record.origins && { origins: record.origins }),
  }
}

function earlier(end: Instant, to: Instant | null): Instant {
  return to === null ? end : Math.min(end, to)
}
