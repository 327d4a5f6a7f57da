import type { Hono } from 'hono'
import { VERSION } from '../version.ts'
import { NO_STORE } from './answers.ts'
import { type App, resource } from './app.ts'

/** A deployment that lacks a setting never comes this far: it answers 503 `misconfigured`. */
export function health(app: Hono<App>): void {
  resource(app, '/healthz', { GET: (c) => c.json({ status: 'ok', version: VERSION }, 200, NO_STORE) })
}
