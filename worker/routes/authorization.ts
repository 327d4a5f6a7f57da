import type { MiddlewareHandler } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'

/** Lets a request pass whose bearer is one of the deployment's admin keys (RFC 6750). */
export const requireAdmin = requireKey(bearer, 'Bearer')

/** Lets an OAuth client pass: its credential is an admin key (RFC 7662 §2.1, RFC 7009 §2.1). */
export const requireClient = requireKey(clientCredential, 'Basic')

function requireKey(
  credentialOf: (header: string | undefined) => string | undefined,
  challenge: 'Bearer' | 'Basic',
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = credentialOf(c.req.header('authorization'))
    const actor = key === undefined ? undefined : await digestIn(c.get('settings').adminKeys, key)
    if (actor === undefined) {
      const headers = { 'WWW-Authenticate': `${challenge} realm="biuwer-embed"` }
      throw new RefusedRequest('unauthorized', { headers })
    }
    c.set('actor', actor)
    await next()
  }
}

/** The credential of an `Authorization: Bearer` header (RFC 6750 §2.1). */
export function bearer(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1]
}

/** A bearer, or the secret of HTTP Basic, percent-decoded (RFC 6749 §2.3.1), whatever the client id. */
function clientCredential(header: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return bearer(header)
  try {
    const secret = /^[^:]*:(.*)$/s.exec(atob(encoded))?.[1]
    return secret === undefined ? undefined : decodeURIComponent(secret.replaceAll('+', '%20'))
  } catch (error) {
    if (error instanceof URIError || error instanceof DOMException) return undefined
    throw error
  }
}

/** The digest of a key in hex, if it is among `digests`. All of them are compared, each in constant time. */
async function digestIn(digests: readonly Uint8Array[], key: string): Promise<string | undefined> {
  const given = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)))
  const matches = digests.filter((digest) => crypto.subtle.timingSafeEqual(digest, given))
  return matches[0]?.toHex()
}
