import { MOST_LIVE_GENERATIONS } from '../policy/bounds.ts'
import { nextGeneration, type TokenRecord } from '../policy/record.ts'
import type { Instant } from '../policy/time.ts'

/** Generations that a rotation has ended, or ends when the record's overlap is over. */

/**
 * Begins a new generation of a record. Tokens of the one before end after the record's overlap.
 * @param milliseconds of now, since 1970
 */
export function beginGeneration(sql: SqlStorage, record: TokenRecord, milliseconds: number): TokenRecord {
  const { id, generation, overlap } = record
  const now = Math.floor(milliseconds / 1000)
  sql.exec('INSERT INTO ended_generations VALUES (?, ?, ?)', id, generation, now + overlap)
  // A generation that has ended needs no row: one that is not known counts as ended.
  sql.exec('DELETE FROM ended_generations WHERE token = ? AND ends_at <= ?', id, now)
  sql.exec(
    `DELETE FROM ended_generations WHERE token = ? AND generation NOT IN
       (SELECT generation FROM ended_generations WHERE token = ? ORDER BY generation DESC LIMIT ?)`,
    id,
    id,
    // Beside the one that begins.
    MOST_LIVE_GENERATIONS - 1,
  )
  const rotated = {
    generation: nextGeneration(record, milliseconds),
    generationStartedAt: now,
    version: record.version + 1,
  }
  sql.exec(
    'UPDATE tokens SET generation = ?, generation_started_at = ?, version = ? WHERE id = ?',
    rotated.generation,
    rotated.generationStartedAt,
    rotated.version,
    id,
  )
  return { ...record, ...rotated }
}

/** When each former generation of a record ends that has not ended yet. */
export function generationEnds(sql: SqlStorage, id: string, now: Instant): Record<number, Instant> {
  const rows = sql
    .exec<{ generation: number; ends_at: Instant }>(
      'SELECT generation, ends_at FROM ended_generations WHERE token = ? AND ends_at > ?',
      id,
      now,
    )
    .toArray()
  return Object.fromEntries(rows.map((row) => [row.generation, row.ends_at]))
}
