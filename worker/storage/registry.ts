import { DurableObject } from 'cloudflare:workers'
import { clock } from '../clock.ts'
import type { Standing } from '../policy/admission.ts'
import type { TokenRecord } from '../policy/record.ts'
import { DAY, type Instant } from '../policy/time.ts'
import { SCHEMA } from './registry-schema.ts'
import { type TokenRow, toRecord, toRow } from './token-row.ts'
import type { Sealed } from './vault.ts'

/** A user as the registry knows it. `link` changes whenever the Biuwer token does. */
export interface User {
  user: string
  link: string
  sealed: Sealed
  linkedAt: Instant
  updatedAt: Instant
}

/** The registry's word about a record, good until `leasedUntil`. */
export interface Lease {
  leasedUntil: Instant
  user: string
  standing: Standing
  /** null with `standing.link` null. */
  sealed: Sealed | null
}

export interface IdempotencyKey {
  /** The admin key's digest: keys are counted per admin key. */
  actor: string
  key: string
  /** Of the canonical JSON of the request's body. */
  bodyDigest: string
}

export type Created =
  | { outcome: 'created' | 'replayed'; answer: string }
  | { outcome: 'mismatch' | 'not_linked' }
export type Rotated = { outcome: 'rotated'; record: TokenRecord } | { outcome: 'unknown' | 'conflict' }

const IDEMPOTENCY_LIFE = DAY

/**
 * The truth about users, token records, generations and revocations: one object for the deployment. What
 * the edge may believe of it, and for how long, it hands out as leases.
 */
export class TokenRegistry extends DurableObject {
  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    ctx.storage.sql.exec(SCHEMA)
  }

  user(user: string): User | null {
    const row = this.#rows<UserRow>('SELECT * FROM users WHERE user = ?', user)[0]
    return row ? toUser(row) : null
  }

  /**
   * Links a user, or links it anew.
   * @param unchanged the link whose Biuwer token is known to be the same one: it stays as it is, and with
   * it the sessions that it opened
   */
  linkUser(
    user: string,
    sealed: Sealed,
    link: string,
    unchanged: string | null,
  ): { user: User; created: boolean } {
    const now = clock()
    const before = this.user(user)
    const kept = before !== null && before.link === unchanged
    this.#rows(
      `INSERT INTO users (user, link, kid, iv, data, linked_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (user) DO UPDATE SET link = excluded.link, kid = excluded.kid, iv = excluded.iv,
         data = excluded.data, updated_at = excluded.updated_at`,
      user,
      kept ? before.link : link,
      sealed.kid,
      sealed.iv,
      sealed.data,
      now,
      now,
    )
    const after = this.user(user)
    if (!after) throw new Error('a user just written is not there')
    return { user: after, created: before === null }
  }

  /** Forgets the user's Biuwer token and revokes all of its records. null: no such user. */
  unlinkUser(user: string): { revoked: number; at: Instant } | null {
    const now = clock()
    if (this.#rows('DELETE FROM users WHERE user = ? RETURNING user', user).length === 0) return null
    const revoked = this.#rows(
      'UPDATE tokens SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL RETURNING id',
      now,
      user,
    )
    return { revoked: revoked.length, at: now }
  }

  /** @param answer what this call is answered with, and every repetition of it under the same key */
  createToken(record: TokenRecord, answer: string, idempotency: IdempotencyKey | null): Created {
    const now = clock()
    this.#rows('DELETE FROM idempotency WHERE created_at <= ?', now - IDEMPOTENCY_LIFE)
    if (idempotency) {
      const { actor, key, bodyDigest } = idempotency
      const earlier = this.#rows<{ body_digest: string; answer: string }>(
        'SELECT body_digest, answer FROM idempotency WHERE actor = ? AND key = ?',
        actor,
        key,
      )[0]
      if (earlier && earlier.body_digest !== bodyDigest) return { outcome: 'mismatch' }
      if (earlier) return { outcome: 'replayed', answer: earlier.answer }
    }
    if (!this.user(record.user)) return { outcome: 'not_linked' }
    const row = toRow(record)
    const columns = Object.keys(row)
    this.#rows(
      `INSERT INTO tokens (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      ...Object.values(row),
    )
    if (idempotency) {
      const { actor, key, bodyDigest } = idempotency
      this.#rows('INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)', actor, key, bodyDigest, answer, now)
    }
    return { outcome: 'created', answer }
  }

  token(id: string): TokenRecord | null {
    const row = this.#rows<TokenRow>('SELECT * FROM tokens WHERE id = ?', id)[0]
    return row ? toRecord(row) : null
  }

  /** Begins a new generation; values of the one before end `overlap` seconds from now. */
  rotateToken(id: string): Rotated {
    const now = clock()
    const record = this.token(id)
    if (!record) return { outcome: 'unknown' }
    if (record.revokedAt !== null || (record.to !== null && now >= record.to)) return { outcome: 'conflict' }
    this.#rows('INSERT INTO ended_generations VALUES (?, ?, ?)', id, record.generation, now + record.overlap)
    const generation = record.generation + 1
    this.#rows(
      'UPDATE tokens SET generation = ?, generation_started_at = ? WHERE id = ?',
      generation,
      now,
      id,
    )
    return { outcome: 'rotated', record: { ...record, generation, generationStartedAt: now } }
  }

  /** Revokes; a record that is revoked already keeps its time. null: no such record. */
  revokeToken(id: string): TokenRecord | null {
    this.#rows('UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL', clock(), id)
    return this.token(id)
  }

  /**
   * What the edge may rely on for `seconds` from now. It asks when somebody uses the record, and no more
   * than once a lease: that is what `last_used_at` is recorded from. null: no such record.
   */
  lease(id: string, seconds: number): Lease | null {
    const now = clock()
    const record = this.token(id)
    if (!record) return null
    const user = this.user(record.user)
    if (user && record.revokedAt === null && now >= record.from && (record.to === null || now < record.to)) {
      this.#rows('UPDATE tokens SET last_used_at = ? WHERE id = ?', now, id)
    }
    return {
      leasedUntil: now + seconds,
      user: record.user,
      standing: {
        revokedAt: record.revokedAt,
        generation: record.generation,
        generationEnds: this.#generationEnds(id, now),
        to: record.to,
        link: user?.link ?? null,
      },
      sealed: user?.sealed ?? null,
    }
  }

  /** Of the generations that have not ended yet; the others are as good as unknown. */
  #generationEnds(id: string, now: Instant): Record<number, Instant> {
    const rows = this.#rows<{ generation: number; ends_at: Instant }>(
      'SELECT generation, ends_at FROM ended_generations WHERE token = ? AND ends_at > ?',
      id,
      now,
    )
    return Object.fromEntries(rows.map((row) => [row.generation, row.ends_at]))
  }

  #rows<Row extends Record<string, SqlStorageValue>>(statement: string, ...values: SqlStorageValue[]): Row[] {
    return this.ctx.storage.sql.exec<Row>(statement, ...values).toArray()
  }
}

interface UserRow extends Record<string, SqlStorageValue> {
  user: string
  link: string
  kid: string
  iv: string
  data: string
  linked_at: Instant
  updated_at: Instant
}

function toUser({ user, link, kid, iv, data, linked_at, updated_at }: UserRow): User {
  return { user, link, sealed: { kid, iv, data }, linkedAt: linked_at, updatedAt: updated_at }
}

/** The deployment's one registry. */
export function registryOf(env: {
  TOKEN_REGISTRY: DurableObjectNamespace<TokenRegistry>
}): DurableObjectStub<TokenRegistry> {
  return env.TOKEN_REGISTRY.getByName('registry')
}
