import type { Instant } from './time.ts'

/** How often a token record gives out a new token. */
export type RefreshPolicy = 'none' | 'monthly' | 'daily' | 'single-use'
export const REFRESH_POLICIES = ['none', 'monthly', 'daily', 'single-use'] as const satisfies RefreshPolicy[]

/** Durable Object location hints: where the spends of a single-use record are kept. */
export const REGIONS = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const
export type Region = (typeof REGIONS)[number]

/** A token record. It lasts, and gives out tokens over time as `refresh` says. */
export interface TokenRecord {
  id: string
  user: string
  /** Resource ids it may open; null: any. */
  resources: string[] | null
  /** Host origins it may open them in; null: any the deployment allows. */
  origins: string[] | null
  refresh: RefreshPolicy
  from: Instant
  /** null: never ends. */
  to: Instant | null
  /** IANA zone whose midnights and months bound the tokens. */
  timeZone: string
  /** Seconds that a token lives on after its period, and a generation after its rotation. */
  overlap: number
  /** Seconds from issue to expiry of a single-use token; null for the other policies. */
  singleUseTtl: number | null
  region: Region | null
  label: string | null
  metadata: Record<string, string>
  /** Counts every change, from 1, so that nobody overwrites a change that they have not seen. */
  version: number
  /** Counts changes of what the record opens and until when, from 1. Each change gives new tokens. */
  revision: number
  /**
   * Greater than every generation before: milliseconds since 1970, or the number after the former's. Version 0.1.0
   * counted from 1. Tokens of earlier generations end.
   */
  generation: number
  generationStartedAt: Instant
  createdAt: Instant
  lastUsedAt: Instant | null
  revokedAt: Instant | null
}

export type Status = 'pending' | 'active' | 'expired' | 'revoked'

export function status(record: Pick<TokenRecord, 'from' | 'to' | 'revokedAt'>, now: Instant): Status {
  if (record.revokedAt !== null) return 'revoked'
  if (record.to !== null && now >= record.to) return 'expired'
  return now < record.from ? 'pending' : 'active'
}

/** Whether the record has given out its last token. */
export function hasEnded(record: Pick<TokenRecord, 'to' | 'revokedAt'>, now: Instant): boolean {
  return record.revokedAt !== null || (record.to !== null && now >= record.to)
}

/**
 * The generation that begins at `now`, in milliseconds since 1970. A backup does not tell which generations a lost edge
 * began after it; the clock does, so that none of them begins a second time.
 */
export function nextGeneration({ generation }: Pick<TokenRecord, 'generation'>, now: number): number {
  return Math.max(generation + 1, now)
}

/** Seconds of overlap of a record whose creation named none. */
export const DEFAULT_OVERLAP: Record<RefreshPolicy, number> = {
  none: 0,
  monthly: 86_400,
  daily: 3_600,
  'single-use': 0,
}
