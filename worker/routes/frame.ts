import type { Context, Hono } from 'hono'
import frame from '../../dist/frame.json'
import { isGecko } from '../policy/exposure.ts'
import { isAllowed } from '../policy/origins.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

/** A year: the address changes with the document, and what a deployment puts in, the frame checks itself. */
const LONG = 'public, max-age=31536000'

export function frames(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/frame', { access: 'public', GET: show })
}

/**
 * The document inside the tag. It is the same for everybody and holds no secret. `frame-src` keeps the
 * inner frame on the instance; `frame-ancestors` keeps foreign pages from framing it. The edge's own pages may:
 * previews alone open there.
 */
function show(c: Context<AppEnv>): Response {
  const { instance, allowedOrigins } = c.get('settings')
  const ancestors = allowedOrigins === 'any' ? '*' : allowedOrigins.join(' ')
  const headers = {
    'Cache-Control': cacheControl(c),
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src '${frame.script_sha256}'`,
      "connect-src 'self'",
      `frame-src ${instance}`,
      `frame-ancestors 'self' ${ancestors}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // While the session is asked for, the way to Biuwer opens.
    Link: `<${instance}>; rel=preconnect`,
    'Referrer-Policy': 'origin',
    // Origins of one site share what a browser keeps. What was kept for one, perhaps before another was allowed,
    // must not refuse the other.
    Vary: 'Referer',
    'X-Content-Type-Options': 'nosniff',
  }
  const html = frame.html
    .replace('%BIUWER_INSTANCE%', instance)
    .replace('%EMBEDDED_FROM%', embeddedFrom(c))
    .replace('%EXPOSED_FRAMES%', c.get('settings').exposedFrames)
  return c.body(html, 200, headers)
}

/**
 * How the browser relates the page that asks to the edge: `same-origin`, `same-site` or, for everything else, `other`.
 * The document takes it along to the frame's script, which no script of the page can change.
 */
function embeddedFrom(c: Context<AppEnv>): string {
  const site = c.req.header('sec-fetch-site')
  return site === 'same-origin' || site === 'same-site' ? site : 'other'
}

/**
 * Long only under the address that the tag built with this document asks for. A page that may not frame the
 * document is not to keep it: once its origin is allowed, its next try has to see the new policy. A page without a
 * Referer may be such a page. Gecko asks each time, since its document says how page and edge are related.
 */
function cacheControl(c: Context<AppEnv>): string {
  const referer = c.req.header('referer')
  const host = referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined
  const isFramer = host === c.get('edge') || (host && isAllowed(host, c.get('settings').allowedOrigins))
  if (!isFramer || isGecko(c.req.header('user-agent'))) return 'no-store'
  return c.req.query('v') === frame.version ? LONG : 'no-cache'
}
