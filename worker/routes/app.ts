import type { Context, Handler, Hono } from 'hono'
import type { Bindings, Settings } from '../env.ts'
import type { Claims } from '../policy/issue.ts'
import { Refused } from '../problems.ts'
import type { By } from '../storage/audit.ts'

/** What each request carries along. */
export interface App {
  Bindings: Bindings
  Variables: {
    requestId: string
    /** The edge's own origin, from the request's URL alone: forwarded headers can be forged. */
    edge: string
    settings: Settings
    /** Digest of the admin key; only behind `requireAdmin`. */
    actor: string
    /** The verified value that asks for a session, and what it asks for; only on the way to one. */
    asked: { claims: Claims; resource: string } | undefined
    /** Code of the refusal, for the log line. */
    code: string | undefined
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Gives one address its methods; any other is answered 405 with `Allow` (RFC 9110 §15.5.6). */
export function resource(app: Hono<App>, path: string, methods: Partial<Record<Method, Handler<App>>>): void {
  for (const [method, handler] of Object.entries(methods)) app.on(method, path, handler)
  const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  app.all(path, () => {
    throw new Refused('method_not_allowed', { headers: { Allow: allow.join(', ') } })
  })
}

/** Who asks, as the audit keeps it: enough of the key's digest to tell keys apart. */
export function by(c: Context<App>): By {
  return { actor: c.get('actor').slice(0, 12), requestId: c.get('requestId') }
}
