import type { Context, Hono } from 'hono'
import frame from '../../dist/frame.json'
import { isGecko } from '../policy/exposure.ts'
import { isListed } from '../policy/origins.ts'
import { OWN_AGENT_CLUSTER, permissionsPolicy } from '../security-headers.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'

/** A year: the document's address changes with it, and the frame itself checks the settings that are in the document. */
const LONG = 'public, max-age=31536000'

export function frames(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/frame', { access: 'public', GET: show })
}

/**
 * Answers with the document inside the tag, which is the same for everybody and holds no secret. `frame-src` keeps the
 * inner frame on the instance; `frame-ancestors` keeps foreign pages from framing the document. The edge's own pages may
 * frame it: nothing but previews opens there.
 */
function show(c: Context<AppEnv>): Response {
  const { instance, allowedOrigins } = c.get('settings')
  const headers = {
    // Its script stands in the document and is allowed by its hash: a proxy that rewrites it, as Cloudflare's Rocket Loader does, stops it.
    'Cache-Control': `${cacheControl(c)}, no-transform`,
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': [
      "default-src 'none'",
      `script-src '${frame.script_sha256}'`,
      `connect-src 'self' ${instance}`,
      `frame-src ${instance}`,
      `frame-ancestors 'self' ${allowedOrigins.join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // The connection to Biuwer opens while the frame asks for the session.
    Link: `<${instance}>; rel=preconnect`,
    ...OWN_AGENT_CLUSTER,
    ...permissionsPolicy(instance),
    'Referrer-Policy': 'origin',
    // Origins of one site share a browser's cache. A copy that was cached for one of them, perhaps before another was
    // allowed, must not refuse the other.
    Vary: 'Referer',
  }
  const html = frame.html
    .replace('%BIUWER_INSTANCE%', instance)
    .replace('%EMBEDDED_FROM%', embeddedFrom(c))
    .replace('%EXPOSED_FRAMES%', c.get('settings').exposedFrames)
  return c.body(html, 200, headers)
}

/**
 * How the browser relates the page that asks to the edge: `same-origin`, `same-site` or, for everything else, `other`.
 * The document carries it to the frame's script, out of reach of the page's scripts.
 */
function embeddedFrom(c: Context<AppEnv>): string {
  const site = c.req.header('sec-fetch-site')
  return site === 'same-origin' || site === 'same-site' ? site : 'other'
}

/**
 * Caching of the document: for long only under the address that the tag of the same build asks for. A page that may not
 * frame the document must not cache it: once its origin is allowed, its next try has to see the new policy. A request
 * without a Referer may come from such a page. Gecko's copy is not cached, since it says how page and edge are related.
 */
function cacheControl(c: Context<AppEnv>): string {
  const referer = c.req.header('referer')
  const host = referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined
  const isFramer = host === c.get('edge') || (host && isListed(host, c.get('settings').allowedOrigins))
  if (!isFramer || isGecko(c.req.header('user-agent'))) return 'no-store'
  return c.req.query('v') === frame.version ? LONG : 'no-cache'
}
