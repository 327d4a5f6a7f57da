import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { DAY, formatTimestamp } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

/** Seconds for which whoever read the file may rely on it. It is made anew at each request, of the settings of today. */
const LIFE = 30 * DAY

export function securityContact(app: Hono<AppEnv>): void {
  endpoint(app, '/.well-known/security.txt', { access: 'public', GET: show })
}

/** Tells whom to write about a weakness of this deployment (RFC 9116), where `SECURITY_CONTACT` says so. */
function show(c: Context<AppEnv>): Response {
  const { securityContact } = c.get('settings')
  if (securityContact === null)
    throw new RefusedRequest('not_found', { detail: 'This deployment has no SECURITY_CONTACT.' })
  const lines = [
    ...securityContact.map((address) => `Contact: ${address}`),
    `Expires: ${formatTimestamp(clock() + LIFE)}`,
    `Canonical: ${c.get('edge')}/.well-known/security.txt`,
  ]
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=3600' }
  return c.body(`${lines.join('\n')}\n`, 200, headers)
}
