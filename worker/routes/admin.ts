import type { MiddlewareHandler } from 'hono'
import { Refused } from '../problems.ts'
import type { App } from './app.ts'

/** Lets a request pass whose bearer is one of the deployment's admin keys (RFC 6750). */
export const requireAdmin: MiddlewareHandler<App> = async (c, next) => {
  const actor = await actorOf(bearer(c.req.header('authorization')), c.get('settings').adminKeys)
  if (actor === undefined) {
    throw new Refused('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer realm="biuwer-embed"' } })
  }
  c.set('actor', actor)
  await next()
}

export function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1]
}

/** The digest of an admin key in hex, if it is one. Every known digest is compared, each in constant time. */
export async function actorOf(
  key: string | undefined,
  digests: readonly Uint8Array[],
): Promise<string | undefined> {
  if (key === undefined) return undefined
  const given = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)))
  const matches = digests.filter((digest) => crypto.subtle.timingSafeEqual(digest, given))
  return matches[0]?.toHex()
}
