import { DurableObject } from 'cloudflare:workers'
import type { IsolateMemory } from '../isolate-memory.ts'
import { type Instant, MINUTE } from '../policy/time.ts'
import { reach } from './reach.ts'

/** Values whose expiry falls into the same quarter of an hour share an object, which is then cleared as one. */
const BUCKET = 15 * MINUTE

/** How many objects share a bucket. New values draw theirs; issued ones carry it, so that this may change. */
export const SHARDS = 8

export type SpendResult = 'admitted' | 'spent' | 'expired'

export interface Spend {
  jti: string
  exp: Instant
  shard: number
  region?: DurableObjectLocationHint
}

/**
 * The spent-set of the single-use values of one bucket and shard: which session key redeemed which value
 * first. A value past its expiry is refused before anyone looks here, so that forgetting is safe.
 */
export class SpentTokens extends DurableObject {
  #isPrepared = false

  /**
   * Who holds a value: the first key to come binds it. The insert decides, synchronously: no await stands between
   * check and write, and the output gate holds the answer until the row is durable.
   *
   * @returns the digest of the key that holds the value; null past the end by this object's own clock, whatever
   * its caller's says
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

  /** Makes the table, and sets the alarm that clears it, once for each start of the object. */
  async #prepare(exp: Instant): Promise<void> {
    const { storage } = this.ctx
    storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS spent (jti TEXT PRIMARY KEY, session_key TEXT NOT NULL) WITHOUT ROWID, STRICT',
    )
    if ((await storage.getAlarm()) === null) await storage.setAlarm(clearedAt(exp) * 1000)
    this.#isPrepared = true
  }

  /** Whether a value was redeemed, as far as this object still remembers; consumes nothing. */
  async isSpent(jti: string): Promise<boolean> {
    const { sql } = this.ctx.storage
    const known = sql.exec("SELECT 1 FROM sqlite_schema WHERE name = 'spent'").toArray().length > 0
    return known && sql.exec('SELECT 1 FROM spent WHERE jti = ?', jti).toArray().length > 0
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
  value: Spend,
  keyDigest: string,
): Promise<SpendResult> {
  const holder =
    holders.get(value.jti) ??
    (await reach('SPENT_TOKENS', async () =>
      objectOf(namespace, value).holderOf(value.jti, value.exp, keyDigest),
    ))
  if (holder === null) return 'expired'
  holders.set(value.jti, holder)
  return holder === keyDigest ? 'admitted' : 'spent'
}

export async function isSpent(
  namespace: DurableObjectNamespace<SpentTokens>,
  value: Spend,
): Promise<boolean> {
  return reach('SPENT_TOKENS', async () => objectOf(namespace, value).isSpent(value.jti))
}

function objectOf(
  namespace: DurableObjectNamespace<SpentTokens>,
  { exp, shard, region }: Spend,
): DurableObjectStub<SpentTokens> {
  const id = namespace.idFromName(`${bucketOf(exp)}:${shard}`)
  return namespace.get(id, region && { locationHint: region })
}

function bucketOf(exp: Instant): number {
  return Math.floor(exp / BUCKET)
}

/** Every value of the bucket has expired by its end; a minute more for a slow clock's sake. */
function clearedAt(exp: Instant): Instant {
  return (bucketOf(exp) + 1) * BUCKET + MINUTE
}
