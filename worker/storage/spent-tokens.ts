import { DurableObject } from 'cloudflare:workers'
import type { IsolateMemory } from '../isolate-memory.ts'
import type { Spend } from '../policy/issue.ts'
import { type Instant, MINUTE } from '../policy/time.ts'
import { reach } from './reach.ts'

/** Seconds of a bucket: tokens that expire within the same one share objects, each of which is cleared as a whole. */
export const BUCKET = 15 * MINUTE

/** How many objects share a bucket. New tokens draw theirs; issued ones carry it, so that this number may change. */
export const SHARDS = 8

export type SpendResult = 'admitted' | 'spent' | 'expired'

/**
 * The single-use tokens of one bucket and shard that were redeemed, each with the session key that did so first. A token
 * past its expiry is refused before anyone looks here, so that forgetting is safe.
 */
export class SpentTokens extends DurableObject {
  #isPrepared = false

  /**
   * Tells who holds a token: the first session key to come. The insert decides, synchronously: no await stands between
   * check and write, and the output gate holds the answer until the row is durable.
   *
   * @returns the digest of the session key that holds the token; null once this object's own clock has reached the
   * token's expiry, whatever the caller's clock says
   */
  async holderOf(jti: string, exp: Instant, keyDigest: string): Promise<string | null> {
    if (Date.now() / 1000 >= exp) return null
    if (!this.#isPrepared) await this.#prepare(exp)
    const { sql } = this.ctx.storage
    sql.exec('INSERT INTO spent (jti, session_key) VALUES (?, ?) ON CONFLICT DO NOTHING', jti, keyDigest)
    const { session_key } = sql
      .exec<{ session_key: string }>('SELECT session_key FROM spent WHERE jti = ?', jti)
      .one()
    return session_key
  }

  /** Makes the table and sets the alarm that clears it, once each time the object starts. */
  async #prepare(exp: Instant): Promise<void> {
    const { storage } = this.ctx
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS spent (jti TEXT PRIMARY KEY, session_key TEXT NOT NULL) WITHOUT ROWID, STRICT',
    )
    if ((await storage.getAlarm()) === null) await storage.setAlarm(clearedAt(exp) * 1000)
    this.#isPrepared = true
  }

  /** The digest of the session key that redeemed a token, as far as this object still remembers; null: none. Consumes nothing. */
  async knownHolder(jti: string): Promise<string | null> {
    const { sql } = this.ctx.storage
    if (sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'spent'").toArray().length === 0) return null
    const statement = 'SELECT session_key FROM spent WHERE jti = ?'
    return sql.exec<{ session_key: string }>(statement, jti).toArray()[0]?.session_key ?? null
  }

  override async alarm(): Promise<void> {
    this.#isPrepared = false
    await this.ctx.storage.deleteAll()
  }
}

/** Redeems a single-use token for a session key, given by its digest: the first key to come holds the token. */
export async function spend(
  namespace: DurableObjectNamespace<SpentTokens>,
  { holders }: Pick<IsolateMemory, 'holders'>,
  token: Spend,
  keyDigest: string,
): Promise<SpendResult> {
  const holder =
    holders.get(token.jti) ??
    (await reach('SPENT_TOKENS', async () =>
      objectOf(namespace, token).holderOf(token.jti, token.exp, keyDigest),
    ))
  if (holder === null) return 'expired'
  holders.set(token.jti, holder)
  return holder === keyDigest ? 'admitted' : 'spent'
}

/** Whether a single-use token was redeemed by another session key than this one. Consumes nothing. */
export async function isSpentByOther(
  namespace: DurableObjectNamespace<SpentTokens>,
  { holders }: Pick<IsolateMemory, 'holders'>,
  token: Spend,
  keyDigest: string,
): Promise<boolean> {
  const holder =
    holders.get(token.jti) ??
    (await reach('SPENT_TOKENS', async () => objectOf(namespace, token).knownHolder(token.jti)))
  if (holder !== null) holders.set(token.jti, holder)
  return holder !== null && holder !== keyDigest
}

/** Whether a single-use token was redeemed. Consumes nothing. */
export async function isSpent(
  namespace: DurableObjectNamespace<SpentTokens>,
  token: Spend,
): Promise<boolean> {
  return (await reach('SPENT_TOKENS', async () => objectOf(namespace, token).knownHolder(token.jti))) !== null
}

function objectOf(
  namespace: DurableObjectNamespace<SpentTokens>,
  token: Spend,
): DurableObjectStub<SpentTokens> {
  const id = namespace.idFromName(objectNameOf(token))
  return namespace.get(id, token.region && { locationHint: token.region })
}

/** The name of the object that knows of a token's spend. */
export function objectNameOf({ exp, shard }: Pick<Spend, 'exp' | 'shard'>): string {
  return `${bucketOf(exp)}:${shard}`
}

function bucketOf(exp: Instant): number {
  return Math.floor(exp / BUCKET)
}

/** When an object is cleared: every token of its bucket has expired by the bucket's end, a minute later on a slow clock. */
function clearedAt(exp: Instant): Instant {
  return (bucketOf(exp) + 1) * BUCKET + MINUTE
}
