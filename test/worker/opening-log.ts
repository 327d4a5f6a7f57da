import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Bindings } from '../../worker/env.ts'
import { openingLogOf } from '../../worker/storage/opening-log.ts'
import { around } from './storage-doubles.ts'

/** Rows of the opening log. */
export function rowsOf(
  statement: string,
  ...values: SqlStorageValue[]
): Promise<Record<string, SqlStorageValue>[]> {
  return runInDurableObject(openingLogOf(env), (_, { storage }) =>
    storage.sql.exec(statement, ...values).toArray(),
  )
}

/** Everything that the opening log holds, as text. */
export async function everythingKept(): Promise<string> {
  const tables = await rowsOf(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  )
  const rows = await Promise.all(tables.map(({ name }) => rowsOf(`SELECT * FROM ${name}`)))
  return JSON.stringify(rows)
}

/** The real log, whose writes are counted. */
export function countingLog(): { bindings: Bindings; writes: () => number } {
  let writes = 0
  const OPENING_LOG = around(env.OPENING_LOG, (call, method) => {
    if (method === 'write') writes++
    return call()
  })
  return { bindings: { ...env, OPENING_LOG }, writes: () => writes }
}

/** A log that answers no write before it is told to. */
export function heldLog(): { bindings: Bindings; release: () => void } {
  let release = () => {}
  const promise = new Promise<void>((resolve) => {
    release = resolve
  })
  const OPENING_LOG = around(env.OPENING_LOG, async (call, method) => {
    if (method === 'write') await promise
    return call()
  })
  return { bindings: { ...env, OPENING_LOG }, release }
}
