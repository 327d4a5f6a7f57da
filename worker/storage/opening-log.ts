import { DurableObject } from 'cloudflare:workers'
import { BoundedMap } from '../bounded-map.ts'
import { clock } from '../clock.ts'
import type { UserPatterns } from '../policy/caller.ts'
import type { Refusal } from '../policy/refusal.ts'
import { HOUR, type Instant } from '../policy/time.ts'
import type { Batch } from './opening-batch.ts'
import {
  addCounts,
  COUNTS_SCHEMA,
  type CountQuery,
  countsSince,
  forgetCounts,
  type OpeningCounts,
} from './opening-counts.ts'
import { addRefusal, forgetRefusals, REFUSALS_SCHEMA, type RefusalQuery, refusalPage } from './refusals.ts'

const SCHEMA = `${REFUSALS_SCHEMA}${COUNTS_SCHEMA}
CREATE TABLE IF NOT EXISTS batches (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID, STRICT;
`

/** Refusals of one record that are kept in an hour: a single token fills at most a sixth of the week's room. */
const MOST_OF_RECORD = 100
/** Seconds for which a batch that was written is known: an isolate tries again for a minute. */
const BATCH_LIFE = HOUR

/**
 * What became of openings: refusals one by one, for a week, and counts of all. One object for the deployment, written behind
 * the answers; no opening waits for it, or needs it.
 */
export class OpeningLog extends DurableObject {
  readonly #sql = prepared(this.ctx.storage.sql)
  /** Refusals of each record that were kept in this hour. An object that starts anew counts anew. */
  readonly #kept = new BoundedMap<string, { hour: number; count: number }>(10_000)
  readonly #rows = new Map<string, number>()

  /** Writes what an isolate noted. A batch that was written already changes nothing. */
  async write(batch: Batch): Promise<void> {
    const now = clock()
    try {
      this.ctx.storage.transactionSync(() => this.#write(batch, now))
    } catch (error) {
      // What it counted of the rows was undone with them.
      this.#rows.clear()
      throw error
    }
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm((now + HOUR) * 1000)
  }

  #write({ id, counts, refusals }: Batch, now: Instant): void {
    const added = this.#sql.exec(
      'INSERT INTO batches VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING 1',
      id,
      now,
    )
    if (added.toArray().length === 0) return
    for (const refusal of refusals) if (this.#isKept(refusal)) addRefusal(this.#sql, refusal)
    addCounts(this.#sql, counts, this.#rows)
  }

  /** A page of refusals of users that a key is for, newest first. */
  refusals(query: RefusalQuery, visible: UserPatterns): { refusals: Refusal[]; next: string | null } {
    return refusalPage(this.#sql, query, visible, clock())
  }

  counts(query: CountQuery, visible: UserPatterns): OpeningCounts {
    return countsSince(this.#sql, query, visible)
  }

  /** Forgets what is too old, once an hour for as long as there is anything. */
  override async alarm(): Promise<void> {
    const now = clock()
    const hasRefusals = forgetRefusals(this.#sql, now)
    const hasCounts = forgetCounts(this.#sql, now)
    this.#sql.exec('DELETE FROM batches WHERE at <= ?', now - BATCH_LIFE)
    this.#rows.clear()
    if (hasRefusals || hasCounts) await this.ctx.storage.setAlarm((now + HOUR) * 1000)
  }

  /** Whether a refusal is among the first of its record, or of its signer and user, in this hour. */
  #isKept({ at, subject, user }: Refusal): boolean {
    const hour = Math.floor(at / HOUR)
    const whose = `${subject} ${user}`
    const known = this.#kept.get(whose)
    const count = known?.hour === hour ? known.count + 1 : 1
    this.#kept.set(whose, { hour, count })
    return count <= MOST_OF_RECORD
  }
}

function prepared(sql: SqlStorage): SqlStorage {
  sql.exec(SCHEMA)
  return sql
}

/** The deployment's one log. */
export function openingLogOf(env: {
  OPENING_LOG: DurableObjectNamespace<OpeningLog>
}): DurableObjectStub<OpeningLog> {
  return env.OPENING_LOG.getByName('log')
}
