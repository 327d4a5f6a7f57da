import type { Context, Hono } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

export function signOuts(app: Hono<AppEnv>): void {
  endpoint(app, '/console/sign-out', { access: 'public', POST: signOut })
}

/**
 * Lets the browser forget what the edge's pages keep in it. A tab that was duplicated has a copy of the console's session
 * storage, and with it the key, which the console itself can't reach. Pages of other origins may not sign anybody out.
 */
function signOut(c: Context<AppEnv>): Response {
  if (c.req.header('origin') !== c.get('edge'))
    throw new RefusedRequest('forbidden', { detail: "The edge's own console alone signs out here." })
  return c.body(null, 204, { ...NO_STORE, 'Clear-Site-Data': '"storage"' })
}
