import type { Hono } from 'hono'
import { unnameable } from '../policy/origins.ts'
import { VERSION } from '../version.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

const EXPOSED =
  "EXPOSED_FRAMES is allow: in Firefox, scripts of a page on another site than the edge can read Biuwer's token."

const UNNAMEABLE =
  'ALLOWED_ORIGINS has a name with "_", which no browser knows in the policy of a frame: list "https://*." and the name above it.'

/** Tells that the edge works. A deployment that lacks a setting answers 503 `misconfigured` before this. */
export function health(app: Hono<AppEnv>): void {
  endpoint(app, '/healthz', {
    access: 'public',
    GET: (c) => {
      const { exposedFrames, allowedOrigins } = c.get('settings')
      const warnings = [
        ...(exposedFrames === 'allow' ? [EXPOSED] : []),
        ...(unnameable(allowedOrigins).length > 0 ? [UNNAMEABLE] : []),
      ]
      const answer = { status: 'ok', version: VERSION, ...(warnings.length > 0 && { warnings }) }
      return c.json(answer, 200, NO_STORE)
    },
  })
}
