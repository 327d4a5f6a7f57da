import { randomBytes } from 'node:crypto'
import { CompactSign } from 'jose'
import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { makeSecrets } from '../demo/run/secrets.ts'
import type { Request } from './load.ts'

export const HOST = 'https://app.example.com'
export const { edge: settings, host } = makeSecrets()
export const admin = { authorization: `Bearer ${host.DEMO_ADMIN_KEY}` }

/**
 * The bindings of every worker that runs the edge. `workers/` adds the rate limiter and the counter of openings, each
 * as its benchmark needs them.
 */
export const edgeOptions = {
  kvNamespaces: { EDGE_KV: 'edge' },
  durableObjects: {
    TOKEN_REGISTRY: { className: 'TokenRegistry', useSQLite: true },
    SPENT_TOKENS: { className: 'SpentTokens', useSQLite: true },
  },
  bindings: {
    ...settings,
    BIUWER_INSTANCE: 'acme',
    ALLOWED_ORIGINS: HOST,
    REVOCATION_LEASE: '3600',
  },
}

/** The management API of an edge. */
export function clientOf(edge: string): BiuwerEdge {
  return new BiuwerEdge({ edge, adminKey: host.DEMO_ADMIN_KEY })
}

const [signingKey] = JSON.parse(settings.TOKEN_KEYS).keys as [{ k: string; kid: string; alg: string }]
const secret = Buffer.from(signingKey.k, 'base64url')

/** The claims of a token, unverified. */
export function claimsOf(token = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

/** Signs a token as the edge does. Signing here leaves the edge's time to what is measured: redeeming. */
export function sign(claims: object): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: signingKey.alg, typ: 'biuwer-embed+jwt', kid: signingKey.kid })
    .sign(secret)
}

/** A new session key or token id. */
export const key = () => randomBytes(16).toString('base64url')

/** The request with which the frame opens a session. */
export function opening(edge: string, token = '', session_key = key()): Request {
  return {
    path: '/v1/sessions',
    headers: { origin: edge },
    body: JSON.stringify({ token, resource: 'page_1', origin: HOST, session_key }),
  }
}

/** Requests that each open a session with another unspent token of the single-use record that gave out `like`. */
export async function freshOpenings(
  edge: string,
  like: string | undefined,
  count: number,
): Promise<Request[]> {
  const claims = claimsOf(like)
  const tokens = Array.from({ length: count }, (_, index) =>
    sign({ ...claims, jti: key(), spend: { shard: index % 8 } }),
  )
  return (await Promise.all(tokens)).map((token) => opening(edge, token))
}
