import type { Hono } from 'hono'
import { VERSION } from '../version.ts'
import { NO_STORE } from './answer-fields.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

const EXPOSED =
  "EXPOSED_FRAMES is allow: in Firefox, scripts of a page on another site than the edge can read Biuwer's token."

/** Tells that the edge works. A deployment that lacks a setting answers 503 `misconfigured` before this. */
export function health(app: Hono<AppEnv>): void {
  endpoint(app, '/healthz', {
    access: 'public',
    GET: (c) => {
      const warnings = c.get('settings').exposedFrames === 'allow' ? [EXPOSED] : undefined
      return c.json({ status: 'ok', version: VERSION, warnings }, 200, NO_STORE)
    },
  })
}
