import type { Context } from 'hono'
import type { SeenVersions } from '../policy/seen-versions.ts'
import type { AppEnv } from './context.ts'
import { invalid } from './mistakes.ts'

/** A list of entity tags, one at least (RFC 9110 §8.8.3, §5.6.1). */
const TAG = String.raw`(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"`
const TAGS = new RegExp(String.raw`^${TAG}(?:[ \t]*,[ \t]*${TAG})*$`)
/** A tag of ours: a version. */
const VERSION = /^"(\d{1,15})"$/

/**
 * The versions that the caller names in `If-Match` (RFC 9110 §13.1.1). A weak spelling counts as the strong one: proxies that
 * compress an answer weaken its `ETag`, and a version names what was seen all the same. A tag that is none of ours names no
 * version, so that nothing matches it.
 */
export function ifMatch(c: Context<AppEnv>): SeenVersions {
  const given = c.req.header('if-match')
  if (given === undefined || given === '*') return null
  if (!TAGS.test(given)) throw invalid('If-Match', 'Pass the ETag as it came, such as "3".')
  const tags = given.match(/"[^"]*"/g) ?? []
  return tags.flatMap((tag) => VERSION.exec(tag)?.[1] ?? []).map(Number)
}

export function etag({ version }: { version: number }): string {
  return `"${version}"`
}
