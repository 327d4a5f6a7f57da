import type { Context, MiddlewareHandler } from 'hono'
import type { Caller, Role } from '../policy/caller.ts'
import { RefusedRequest } from '../refused-request.ts'
import { callerOfKey } from '../storage/key-leases.ts'
import { isBearerKey } from '../tokens/bearer-key.ts'
import { sha256 } from '../tokens/random.ts'
import type { AppEnv } from './context.ts'
import type { Guarded } from './endpoint.ts'

/** Lets a request pass whose bearer is one of the deployment's keys (RFC 6750). */
export const requireBearer = requireKey(bearer, 'Bearer')

/** Lets an OAuth client pass: its credential is a key (RFC 7662 §2.1, RFC 7009 §2.1). */
export const requireClient = requireKey(clientCredential, 'Basic')

function requireKey(
  credentialOf: (header: string | undefined) => string | undefined,
  challenge: 'Bearer' | 'Basic',
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const key = credentialOf(c.req.header('authorization'))
    const caller = key === undefined ? undefined : await callerOf(c, key)
    if (!caller) {
      const headers = { 'WWW-Authenticate': `${challenge} realm="biuwer-embed"` }
      throw new RefusedRequest('unauthorized', { headers })
    }
    c.set('caller', caller)
    await next()
  }
}

/** Lets a caller pass whose key may call the method. */
export function requirePermission({ roles, concern }: Guarded): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    requireRole(c, roles)
    if (concern === 'everybody' && c.get('caller').users !== null)
      throw new RefusedRequest('forbidden', {
        detail: 'This concerns everybody, and the key is for some users alone. Use a key without "users".',
      })
    await next()
  }
}

/** Refuses a caller whose key has none of these roles, and says which role would do. */
export function requireRole(c: Context<AppEnv>, roles: readonly Role[]): void {
  const { role } = c.get('caller')
  if (roles.includes(role)) return
  throw new RefusedRequest('forbidden', {
    detail: `A key with the role ${role} may not do this. Use one with the role ${roles.join(' or ')}.`,
  })
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

/** Whose key this is: one of `ADMIN_KEYS`, which may do everything, or one that the registry knows. */
async function callerOf(c: Context<AppEnv>, key: string): Promise<Caller | undefined> {
  const digest = await sha256(key)
  const root = digestAmong(c.get('settings').adminKeys, digest)
  if (root !== undefined) return { id: root, actor: root.slice(0, 12), role: 'admin', users: null, key: null }
  // What was never a key costs no look at storage.
  return isBearerKey(key)
    ? callerOfKey(digest.toHex(), {
        memory: c.get('memory'),
        env: c.env,
        revocationLease: c.get('settings').revocationLease,
      })
    : undefined
}

/** A digest in hex, if it is among `digests`. All of them are compared, each in constant time. */
function digestAmong(digests: readonly Uint8Array[], given: Uint8Array): string | undefined {
  const matches = digests.filter((digest) => crypto.subtle.timingSafeEqual(digest, given))
  return matches[0]?.toHex()
}
