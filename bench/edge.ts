import { randomBytes } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { makeSecrets } from '../demo/run/secrets.ts'
import type { Request } from './load.ts'

export const HOST = 'https://app.example.com'
export const { edge: settings, host } = makeSecrets()
export const admin = { authorization: `Bearer ${host.DEMO_ADMIN_KEY}` }

/** The bindings of every worker that runs the edge. `workers/` adds the rate limiter, as its benchmark needs it. */
export const edgeOptions = {
  kvNamespaces: { EDGE_KV: 'edge' },
  durableObjects: {
    TOKEN_REGISTRY: { className: 'TokenRegistry', useSQLite: true },
    SPENT_TOKENS: { className: 'SpentTokens', useSQLite: true },
    SESSION_BIUWER_TOKENS: { className: 'SessionBiuwerTokens', useSQLite: true },
    OPENING_LOG: { className: 'OpeningLog', useSQLite: true },
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

/** A host with a key pair of its own, whose tokens the edge takes. */
export interface SigningHost {
  id: string
  /** The public key, as it is registered. */
  jwk: JWK
  /** Signs a token. */
  sign: (claims?: object) => Promise<string>
}

/** Registers a key of a host at an edge. */
export async function signingHost(
  edge: string,
  alg: 'ES256' | 'EdDSA',
  singleUse = true,
): Promise<SigningHost> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), alg, kid: 'one' }
  const { id } = await clientOf(edge).signers.create({
    name: alg,
    keys: { keys: [jwk] },
    single_use: singleUse,
    max_ttl: 86_400,
  })
  const header = { alg, kid: 'one' }
  return {
    id,
    jwk,
    sign: (claims) => {
      const now = Math.floor(Date.now() / 1000)
      const whole = { iss: id, aud: edge, sub: 'store-1', iat: now, exp: now + 86_000, jti: key(), ...claims }
      return new SignJWT(whole).setProtectedHeader(header).sign(privateKey)
    },
  }
}

/** Requests that each open a session with another token of a host's. */
export async function signedOpenings(edge: string, host: SigningHost, count: number): Promise<Request[]> {
  const tokens = await Promise.all(Array.from({ length: count }, () => host.sign()))
  return tokens.map((token) => opening(edge, token))
}
