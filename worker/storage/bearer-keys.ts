import { type BearerKey, keyStatus, type Role, type UserPatterns } from '../policy/caller.ts'
import type { Instant } from '../policy/time.ts'
import { insert } from './rows.ts'

/** A key as the registry's table holds it. */
export interface BearerKeyRow extends Record<string, SqlStorageValue> {
  seq: number
  id: string
  /** SHA-256 of the key, in hex. */
  digest: string
  name: string
  role: string
  /** JSON; null: all users. */
  users: string | null
  created_at: Instant
  expires_at: Instant | null
  last_used_at: Instant | null
  revoked_at: Instant | null
}

/** What the edge may believe of a key without asking the registry, until `leasedUntil`. */
export interface KeyLease {
  leasedAt: Instant
  leasedUntil: Instant
  key: BearerKey
}

export interface KeyQuery {
  /** Only keys that were made before the one with this id. */
  before?: string | undefined
  limit: number
}

export function addKey(sql: SqlStorage, key: BearerKey, digest: string): void {
  insert(sql, 'keys', {
    id: key.id,
    digest,
    name: key.name,
    role: key.role,
    users: key.users && JSON.stringify(key.users),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
    revoked_at: key.revokedAt,
  })
}

export function keyById(sql: SqlStorage, id: string): BearerKey | null {
  const [row] = sql.exec<BearerKeyRow>('SELECT * FROM keys WHERE id = ?', id).toArray()
  return row ? toKey(row) : null
}

/** A page of keys, newest first. */
export function keyPage(
  sql: SqlStorage,
  { before, limit }: KeyQuery,
): { keys: BearerKey[]; next: string | null } {
  const rows = sql
    .exec<BearerKeyRow>(
      `SELECT * FROM keys WHERE ?1 IS NULL OR seq < (SELECT seq FROM keys WHERE id = ?1) ORDER BY seq DESC LIMIT ?2`,
      before ?? null,
      limit + 1,
    )
    .toArray()
  const page = rows.slice(0, limit)
  return { keys: page.map(toKey), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
}

/** Revokes a key. One that is revoked already keeps its time. */
export function endKey(sql: SqlStorage, key: BearerKey, now: Instant): BearerKey {
  if (key.revokedAt !== null) return key
  sql.exec('UPDATE keys SET revoked_at = ? WHERE id = ?', now, key.id)
  return { ...key, revokedAt: now }
}

/**
 * Gives a lease on the key of this digest; null: there is none. The edge asks when somebody comes with the key, once a
 * lease: that is what `last_used_at` records.
 */
export function leaseKey(sql: SqlStorage, digest: string, seconds: number, now: Instant): KeyLease | null {
  const [row] = sql.exec<BearerKeyRow>('SELECT * FROM keys WHERE digest = ?', digest).toArray()
  if (!row) return null
  const key = toKey(row)
  if (keyStatus(key, now) === 'active') {
    sql.exec('UPDATE keys SET last_used_at = ? WHERE id = ?', now, key.id)
    key.lastUsedAt = now
  }
  return { leasedAt: now, leasedUntil: now + seconds, key }
}

function toKey(row: BearerKeyRow): BearerKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role as Role,
    users: row.users === null ? null : (JSON.parse(row.users) as UserPatterns),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
