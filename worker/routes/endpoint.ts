import type { Handler, Hono, MiddlewareHandler } from 'hono'
import type { Role } from '../policy/caller.ts'
import { RefusedRequest } from '../refused-request.ts'
import { requireBearer, requireClient, requirePermission } from './authorization.ts'
import type { AppEnv } from './context.ts'
import { limitGuesses } from './limit-refusals.ts'

/**
 * Who may call an address: anybody; whoever sends a key as a bearer; or an OAuth client, which may also send the key as
 * the secret of HTTP Basic. For the latter two each method says which roles may call it.
 */
export type Access = 'public' | 'key' | 'client'

/** Whom a method concerns: the users that its address or body names, or everybody, which no key for some users may touch. */
export type Concern = 'its users' | 'everybody'

/** A method of an address that takes keys. */
export interface Guarded {
  roles: readonly Role[]
  concern: Concern
  handler: Handler<AppEnv>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Address =
  | ({ access: 'public' } & Partial<Record<Method, Handler<AppEnv>>>)
  | ({ access: 'key' | 'client' } & Partial<Record<Method, Guarded>>)

/** What runs before the handlers of an address; each access that is not public lets nobody pass without a key. */
export const GUARDS: Record<Access, MiddlewareHandler<AppEnv>[]> = {
  public: [],
  key: [limitGuesses, requireBearer],
  client: [limitGuesses, requireClient],
}

/** Says which roles may call a method, and whom it concerns. */
export function allow(
  roles: readonly Role[],
  handler: Handler<AppEnv>,
  concern: Concern = 'its users',
): Guarded {
  return { roles, concern, handler }
}

/**
 * Gives an address its methods and says who may call it. Any other method is answered 405 with `Allow` (RFC 9110
 * §15.5.6). Addresses of management tell a stranger nothing, not even that; those of OAuth clients are published in
 * the metadata.
 */
export function endpoint(app: Hono<AppEnv>, path: string, { access, ...handlers }: Address): void {
  const methods = Object.keys(handlers)
  if (access === 'key') app.use(path, ...GUARDS.key)
  else app.on(methods, [path], ...GUARDS[access])
  for (const [method, handler] of Object.entries(handlers)) {
    if (typeof handler === 'function') app.on(method, path, handler)
    else app.on(method, [path], requirePermission(handler), handler.handler)
  }
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  app.all(path, () => {
    throw new RefusedRequest('method_not_allowed', { headers: { Allow: allowed } })
  })
}
