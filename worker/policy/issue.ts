import { dayOf, monthOf, type Period } from './periods.ts'
import type { RefreshPolicy, Region, TokenRecord } from './record.ts'
import { type Instant, MINUTE } from './time.ts'

/** What a value says, under its signature (RFC 7519 names where there are any). */
export interface Claims {
  /** The record's id. */
  sub: string
  iat: Instant
  nbf: Instant
  /** Absent: the value never ends by itself. */
  exp?: Instant
  jti: string
  /** The record's generation that gave it out. */
  gen: number
  /** The record's revision by which it was given out. */
  rev: number
  refresh: RefreshPolicy
  /** The resources and origins it opens; absent: any. */
  resources?: string[]
  origins?: string[]
  /** Only on values that an administrator tries a record with: they open on the edge's own pages alone. */
  preview?: true
  /** Only on single-use values: which object of the spent-set knows of its spend. Never moves. */
  spend?: { shard: number; region?: Region }
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
  return spend && exp !== undefined ? { jti, exp, ...spend } : undefined
}

/** What chance decides about a single-use value. */
export interface Draw {
  jti: string
  shard: number
}

/**
 * The value that a record gives out at `now`. The same record, generation, revision and period give equal claims,
 * whenever they are asked for; a single-use record gives new ones each time, from `draw`.
 *
 * Asked before `from`, it is the value of the period that holds `from`. The caller has seen that the
 * record is neither expired nor revoked.
 */
export function claimsAt(record: TokenRecord, now: Instant, draw: Draw): Claims {
  const at = Math.max(now, record.from)
  if (record.refresh === 'single-use') {
    if (record.singleUseTtl === null) throw new Error('a single-use record has no single_use_ttl')
    return {
      ...scope(record),
      iat: now,
      nbf: at,
      exp: earlier(at + record.singleUseTtl, record.to),
      jti: draw.jti,
      spend: { shard: draw.shard, ...(record.region && { region: record.region }) },
    }
  }
  const period = periodAt(record, at)
  // In its first period a value may be asked for before the period begins and must then come out the same.
  const first = period.start <= record.from
  const claims: Claims = {
    ...scope(record),
    iat: first ? record.generationStartedAt : Math.max(record.generationStartedAt, period.start),
    nbf: Math.max(record.from, period.start),
    jti: [record.id, record.generation, record.revision, period.start].join('.'),
  }
  if (Number.isFinite(period.end)) claims.exp = earlier(period.end + record.overlap, record.to)
  else if (record.to !== null) claims.exp = record.to
  return claims
}

/** Seconds from issue to the end of a preview's value, and of what it opened. */
const PREVIEW_LIFE = 5 * MINUTE

/** A value to try the record with: one resource, on the edge's own pages, for a short time. It spends nothing. */
export function previewClaims(record: TokenRecord, resource: string, now: Instant, jti: string): Claims {
  const { origins: _, ...claims } = scope(record)
  const at = Math.max(now, record.from)
  return {
    ...claims,
    resources: [resource],
    preview: true,
    iat: now,
    nbf: at,
    exp: earlier(at + PREVIEW_LIFE, record.to),
    jti,
  }
}

function periodAt(record: TokenRecord, at: Instant): Period {
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
): Pick<Claims, 'sub' | 'gen' | 'rev' | 'refresh' | 'resources' | 'origins'> {
  return {
    sub: record.id,
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
