import type { Context, Hono } from 'hono'
import { READERS } from '../policy/caller.ts'
import { ANY } from '../policy/origins.ts'
import { VERSION } from '../version.ts'
import { NO_STORE } from './answer-fields.ts'
import { type AppEnv, by } from './context.ts'
import { allow, endpoint } from './endpoint.ts'

export function deployment(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/deployment', { access: 'key', GET: allow(READERS, show) })
}

/** Shows the settings that are no secret, and by which name the audit knows the key that asks. */
function show(c: Context<AppEnv>): Response {
  const { instance, allowedOrigins, sessionTtl, sessionCheck, revocationLease, tokenSource } =
    c.get('settings')
  const answer = {
    version: VERSION,
    actor: by(c).actor,
    biuwer_instance: instance,
    allowed_origins: allowedOrigins.join() === ANY ? null : allowedOrigins,
    session_ttl: sessionTtl,
    session_check: sessionCheck,
    revocation_lease: revocationLease,
    biuwer_token_source: tokenSource !== null,
  }
  return c.json(answer, 200, NO_STORE)
}
