import type { Context } from 'hono'
import type { AppEnv } from './context.ts'
import { invalid } from './mistakes.ts'

/**
 * The version that the caller has seen, from `If-Match` (RFC 9110 §13.1.1); null: any. A weak spelling counts as the strong
 * one: proxies that compress an answer weaken its `ETag`, and a version names what was seen all the same.
 */
export function ifMatch(c: Context<AppEnv>): number | null {
  const given = c.req.header('if-match')
  if (given === undefined || given === '*') return null
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(given)?.[1]
  if (version === undefined) throw invalid('If-Match', 'Pass the ETag as it came, such as "3".')
  return Number(version)
}

export function etag({ version }: { version: number }): string {
  return `"${version}"`
}
