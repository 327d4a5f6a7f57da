import type { UserPatterns } from '../policy/caller.ts'
import { isSignerFor, type Signer, type SignerKey, signerStatus } from '../policy/signer.ts'
import type { Instant } from '../policy/time.ts'
import type { SignerLease } from './lease-types.ts'
import { insert } from './rows.ts'

/** A signer as the registry's table holds it. */
export interface SignerRow extends Record<string, SqlStorageValue> {
  seq: number
  id: string
  name: string
  /** JSON, as the other lists; null: any. */
  keys: string
  users: string | null
  resources: string | null
  origins: string | null
  max_ttl: number
  single_use: number
  shards: number
  tokens_since: Instant
  version: number
  created_at: Instant
  updated_at: Instant
  last_used_at: Instant | null
  revoked_at: Instant | null
}

export interface SignerQuery {
  /** Only signers that were made before the one with this id. */
  before?: string | undefined
  limit: number
}

/** What `PATCH /v1/signers/{id}` may change. A field that is left out stays as it is. */
export type SignerChanges = Partial<
  Pick<Signer, 'name' | 'keys' | 'users' | 'resources' | 'origins' | 'maxTtl' | 'singleUse'>
>

/** @returns whether the signer was added: not where there is one with its id and `onConflict` is `skip` */
export function addSigner(sql: SqlStorage, signer: Signer, onConflict: 'throw' | 'skip' = 'throw'): boolean {
  return insert(sql, 'signers', toRow(signer), onConflict)
}

/** A signer; null: there is none, or none whose users are all among those that a key is for. */
export function signerById(sql: SqlStorage, id: string, visible: UserPatterns): Signer | null {
  const [row] = sql.exec<SignerRow>('SELECT * FROM signers WHERE id = ?', id).toArray()
  const signer = row && toSigner(row)
  return signer && isSignerFor(signer, visible) ? signer : null
}

/** A page of signers whose users are all among those that a key is for, newest first. */
export function signerPage(
  sql: SqlStorage,
  { before, limit }: SignerQuery,
  visible: UserPatterns,
): { signers: Signer[]; next: string | null } {
  const page: SignerRow[] = []
  const statement = `SELECT * FROM signers
    WHERE ?1 IS NULL OR seq < (SELECT seq FROM signers WHERE id = ?1) ORDER BY seq DESC`
  for (const row of sql.exec<SignerRow>(statement, before ?? null)) {
    if (!isSignerFor(toSigner(row), visible)) continue
    if (page.length === limit) return { signers: page.map(toSigner), next: page.at(-1)?.id ?? null }
    page.push(row)
  }
  return { signers: page.map(toSigner), next: null }
}

/** Puts a signer in the place of the one with its id. */
export function replaceSigner(sql: SqlStorage, signer: Signer): void {
  const { id, ...row } = toRow(signer)
  const columns = Object.keys(row).map((column) => `${column} = ?`)
  sql.exec(`UPDATE signers SET ${columns.join(', ')} WHERE id = ?`, ...Object.values(row), id)
}

/** How many signers there are whose users are all among those that a key is for. */
export function countSigners(sql: SqlStorage, visible: UserPatterns): { active: number; revoked: number } {
  const counts = { active: 0, revoked: 0 }
  for (const row of sql.exec<SignerRow>('SELECT * FROM signers')) {
    const signer = toSigner(row)
    if (isSignerFor(signer, visible)) counts[signerStatus(signer)]++
  }
  return counts
}

/** Gives a lease on a signer; null: there is none. That is what `last_used_at` records. */
export function leaseSigner(sql: SqlStorage, id: string, seconds: number, now: Instant): SignerLease | null {
  const signer = signerById(sql, id, null)
  if (!signer) return null
  if (signerStatus(signer) === 'active') sql.exec('UPDATE signers SET last_used_at = ? WHERE id = ?', now, id)
  return { leasedAt: now, leasedUntil: now + seconds, signer }
}

export function toSigner(row: SignerRow): Signer {
  return {
    id: row.id,
    name: row.name,
    keys: JSON.parse(row.keys) as SignerKey[],
    users: list(row.users),
    resources: list(row.resources),
    origins: list(row.origins),
    maxTtl: row.max_ttl,
    singleUse: row.single_use === 1,
    shards: row.shards,
    tokensSince: row.tokens_since,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}

function toRow(signer: Signer): Omit<SignerRow, 'seq'> & { id: string } {
  const json = (value: readonly string[] | null) => value && JSON.stringify(value)
  return {
    id: signer.id,
    name: signer.name,
    keys: JSON.stringify(signer.keys),
    users: json(signer.users),
    resources: json(signer.resources),
    origins: json(signer.origins),
    max_ttl: signer.maxTtl,
    single_use: signer.singleUse ? 1 : 0,
    shards: signer.shards,
    tokens_since: signer.tokensSince,
    version: signer.version,
    created_at: signer.createdAt,
    updated_at: signer.updatedAt,
    last_used_at: signer.lastUsedAt,
    revoked_at: signer.revokedAt,
  }
}

function list(json: string | null): string[] | null {
  return json === null ? null : JSON.parse(json)
}
