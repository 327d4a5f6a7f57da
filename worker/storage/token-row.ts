import { folded } from '../policy/folded-text.ts'
import type { RefreshPolicy, Region, TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'

/** A token record as the registry's table holds it. */
export interface TokenRow extends Record<string, SqlStorageValue> {
  id: string
  user: string
  resources: string | null
  origins: string | null
  refresh: string
  valid_from: Instant
  valid_to: Instant | null
  time_zone: string
  overlap: number
  single_use_ttl: number | null
  region: string | null
  label: string | null
  /** The label as a search compares it; null where that is the label itself. */
  folded_label: string | null
  metadata: string
  version: number
  revision: number
  generation: number
  generation_started_at: Instant
  created_at: Instant
  last_used_at: Instant | null
  revoked_at: Instant | null
}

export function toRow(record: TokenRecord): TokenRow {
  return {
    id: record.id,
    user: record.user,
    resources: record.resources && JSON.stringify(record.resources),
    origins: record.origins && JSON.stringify(record.origins),
    refresh: record.refresh,
    valid_from: record.from,
    valid_to: record.to,
    time_zone: record.timeZone,
    overlap: record.overlap,
    single_use_ttl: record.singleUseTtl,
    region: record.region,
    label: record.label,
    folded_label: foldedLabel(record.label),
    metadata: JSON.stringify(record.metadata),
    version: record.version,
    revision: record.revision,
    generation: record.generation,
    generation_started_at: record.generationStartedAt,
    created_at: record.createdAt,
    last_used_at: record.lastUsedAt,
    revoked_at: record.revokedAt,
  }
}

/** The label as a search compares it; null where that is the label itself. */
export function foldedLabel(label: string | null): string | null {
  const compared = label && folded(label)
  return compared === label ? null : compared
}

export function toRecord(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    user: row.user,
    resources: row.resources === null ? null : JSON.parse(row.resources),
    origins: row.origins === null ? null : JSON.parse(row.origins),
    refresh: row.refresh as RefreshPolicy,
    from: row.valid_from,
    to: row.valid_to,
    timeZone: row.time_zone,
    overlap: row.overlap,
    singleUseTtl: row.single_use_ttl,
    region: row.region as Region | null,
    label: row.label,
    metadata: JSON.parse(row.metadata),
    version: row.version,
    revision: row.revision,
    generation: row.generation,
    generationStartedAt: row.generation_started_at,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
