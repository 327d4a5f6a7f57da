/** Headers of the files that the edge serves without the worker, as `_headers` of Cloudflare's static assets has them. */
import { writeFile } from 'node:fs/promises'
import {
  NO_SNIFFING,
  OWN_AGENT_CLUSTER,
  permissionsPolicy,
  STRICT_TRANSPORT,
} from '../worker/security-headers.ts'
import { CDN } from './product.ts'

/** Headers of the tag's scripts, which any page may include. */
const SCRIPT = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
}

/** The policy of a page that loads nothing but what `allowed` says, and that no frame may show. */
function policyOf(...allowed: string[]): string {
  return [
    "default-src 'none'",
    ...allowed,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** What pages have in common. Their files have no ending to tell the type by. */
const PAGE = {
  'Content-Type': 'text/html; charset=utf-8',
  'Referrer-Policy': 'no-referrer',
  ...OWN_AGENT_CLUSTER,
  ...permissionsPolicy(),
}

const HEADERS: Record<string, Record<string, string>> = {
  // Every file, so that a new one can't lack them.
  '/*': { ...STRICT_TRANSPORT, ...NO_SNIFFING },
  '/biuwer-embed.js': { ...SCRIPT, 'Cache-Control': 'public, max-age=300' },
  '/biuwer-embed.iife.js': { ...SCRIPT, 'Cache-Control': 'public, max-age=300' },
  // Every version, those published before included.
  '/v:version/*': { ...SCRIPT, 'Cache-Control': 'public, max-age=31536000, immutable' },
  '/docs': {
    ...PAGE,
    // The page has no script.
    'Content-Security-Policy': policyOf("style-src 'self'", 'img-src data:'),
  },
  // The same policy: no script, no frame.
  '/start': { ...PAGE, 'Content-Security-Policy': policyOf("style-src 'self'", 'img-src data:') },
  '/openapi.json': { 'Access-Control-Allow-Origin': '*' },
  '/console': {
    ...PAGE,
    // A proxy that rewrites scripts, as Cloudflare's Rocket Loader does, puts one into the page that its policy refuses.
    'Cache-Control': 'public, max-age=0, must-revalidate, no-transform',
    // The console loads everything from the edge. Its markup passes Lit's Trusted Types policy and no other.
    'Content-Security-Policy': [
      policyOf(
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
      ),
      "require-trusted-types-for 'script'",
      'trusted-types lit-html',
    ].join('; '),
    'Cross-Origin-Opener-Policy': 'same-origin',
  },
}

const blocks = Object.entries(HEADERS).map(([path, headers]) =>
  [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join('\n'),
)
await writeFile(`${CDN}/_headers`, `${blocks.join('\n\n')}\n`)
