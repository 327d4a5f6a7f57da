import type { Context, Hono } from 'hono'
import { READERS } from '../policy/caller.ts'
import { unnameable } from '../policy/origins.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { VERSION } from '../version.ts'
import { NO_STORE } from './answer-fields.ts'
import { requireRole } from './authorization.ts'
import type { AppEnv } from './context.ts'
import { endpoint, GUARDS } from './endpoint.ts'

const EXPOSED =
  "EXPOSED_FRAMES is allow: in Firefox, scripts of a page on another site than the edge can read Biuwer's token."

const UNNAMEABLE =
  'ALLOWED_ORIGINS has a name with "_", which no browser knows in the policy of a frame: list "https://*." and the name above it.'

/**
 * Tells that the edge works. A deployment that lacks a setting answers 503 `misconfigured` before this. A monitor that sends a
 * key is told besides how many users have Biuwer tokens that deserve attention.
 */
export function health(app: Hono<AppEnv>): void {
  for (const guard of GUARDS.key)
    app.use('/healthz', (c, next) => (c.req.header('authorization') === undefined ? next() : guard(c, next)))
  endpoint(app, '/healthz', { access: 'public', GET: show })
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const { exposedFrames, allowedOrigins } = c.get('settings')
  const warnings = [
    ...(exposedFrames === 'allow' ? [EXPOSED] : []),
    ...(unnameable(allowedOrigins).length > 0 ? [UNNAMEABLE] : []),
  ]
  const answer = {
    status: 'ok',
    version: VERSION,
    ...(warnings.length > 0 && { warnings }),
    ...(c.get('caller') && { biuwer_tokens: await biuwerTokens(c) }),
  }
  return c.json(answer, 200, NO_STORE)
}

async function biuwerTokens(c: Context<AppEnv>) {
  requireRole(c, READERS)
  const { users } = c.get('caller')
  return reach('TOKEN_REGISTRY', async () => registryOf(c.env).biuwerTokenStates(users))
}
