import type { Handler, Hono, MiddlewareHandler } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import { requireAdmin, requireClient } from './authorization.ts'
import type { AppEnv } from './context.ts'
import { limitGuesses } from './limit-refusals.ts'

/**
 * Who may call an address: anybody; whoever sends an admin key as a bearer; or an OAuth client, which may also send the
 * admin key as the secret of HTTP Basic.
 */
export type Access = 'public' | 'admin' | 'client'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What runs before the handlers of an address; each access that is not public lets nobody pass without a key. */
export const GUARDS: Record<Access, MiddlewareHandler<AppEnv>[]> = {
  public: [],
  admin: [limitGuesses, requireAdmin],
  client: [limitGuesses, requireClient],
}

/**
 * Gives an address its methods and says who may call it. Any other method is answered 405 with `Allow` (RFC 9110
 * §15.5.6). Addresses of management tell a stranger nothing, not even that; those of OAuth clients are published in
 * the metadata.
 */
export function endpoint(
  app: Hono<AppEnv>,
  path: string,
  { access, ...handlers }: { access: Access } & Partial<Record<Method, Handler<AppEnv>>>,
): void {
  const methods = Object.keys(handlers)
  if (access === 'admin') app.use(path, ...GUARDS.admin)
  else app.on(methods, [path], ...GUARDS[access])
  for (const [method, handler] of Object.entries(handlers)) app.on(method, path, handler)
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
  app.all(path, () => {
    throw new RefusedRequest('method_not_allowed', { headers: { Allow: allow } })
  })
}
