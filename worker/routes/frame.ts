import type { Context, Hono } from 'hono'
import frame from '../../dist/frame.json'
import { isAllowed } from '../policy/origins.ts'
import { type App, resource } from './app.ts'

/** A year: the address changes with the document, and what a deployment puts in, the frame checks itself. */
const LONG = 'public, max-age=31536000'

export function frames(app: Hono<App>): void {
  resource(app, '/v1/frame', { GET: show })
}

/**
 * The document inside the tag. It is the same for everybody and holds no secret. `frame-src` keeps the
 * inner frame on the instance; `frame-ancestors` keeps foreign pages from framing it. The edge's own pages may:
 * previews alone open there.
 */
function show(c: Context<App>): Response {
  const { instance, allowedOrigins } = c.get('settings')
  const ancestors = allowedOrigins === 'any' ? '*' : allowedOrigins.join(' ')
  const headers = {
    'Cache-Control': cacheControl(c),
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src '${frame.script_sha256}'`,
      "connect-src 'self'",
      `frame-src ${instance.origin}`,
      `frame-ancestors 'self' ${ancestors}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // While the session is asked for, the way to Biuwer opens.
    Link: `<${instance.origin}>; rel=preconnect`,
    'Referrer-Policy': 'origin',
    // Origins of one site share what a browser keeps. What was kept for one, perhaps before another was allowed,
    // must not refuse the other.
    Vary: 'Referer',
    'X-Content-Type-Options': 'nosniff',
  }
  return c.body(frame.html.replace('%BIUWER_INSTANCE%', instance.origin), 200, headers)
}

/**
 * Long only under the address that the tag built with this document asks for. A page that may not frame the
 * document is not to keep it: once its origin is allowed, its next try has to see the new policy.
 */
function cacheControl(c: Context<App>): string {
  const referer = c.req.header('referer')
  const host = referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined
  if (host !== undefined && host !== c.get('edge') && !isAllowed(host, c.get('settings').allowedOrigins))
    return 'no-store'
  return c.req.query('v') === frame.version ? LONG : 'no-cache'
}
