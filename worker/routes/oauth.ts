import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { isHost, standingRefusal } from '../policy/admission.ts'
import type { Claims } from '../policy/issue.ts'
import type { Instant } from '../policy/time.ts'
import { Refused } from '../problems.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { isSpent } from '../storage/spent-tokens.ts'
import { verifyEmbedToken } from '../tokens/embed-token.ts'
import { actorOf, bearer } from './admin.ts'
import { NO_STORE } from './answers.ts'
import { type App, by, resource } from './app.ts'
import { readText } from './body.ts'

export function oauth(app: Hono<App>): void {
  resource(app, '/oauth/introspect', { POST: introspect })
  resource(app, '/oauth/revoke', { POST: revoke })
  resource(app, '/.well-known/oauth-authorization-server', { GET: metadata })
}

/** RFC 7662. Consumes nothing; whatever would not open a session now is inactive, and no more is said of it. */
async function introspect(c: Context<App>): Promise<Response> {
  const { claims } = await tokenOf(c)
  const live = claims && (await liveValue(c, claims))
  if (!live) return c.json({ active: false }, 200, NO_STORE)
  const { exp, resources, origins } = live
  return c.json(
    {
      active: true,
      token_type: 'biuwer-embed',
      username: live.user,
      iss: 'biuwer-embed',
      sub: claims.sub,
      iat: claims.iat,
      nbf: claims.nbf,
      ...(exp !== null && { exp }),
      jti: claims.jti,
      ...(resources && { resources }),
      ...(origins && { origins }),
    },
    200,
    NO_STORE,
  )
}

/** RFC 7009: revokes the value's record. A value that is none of ours is as good as revoked (§2.2). */
async function revoke(c: Context<App>): Promise<Response> {
  const { claims } = await tokenOf(c)
  if (claims)
    await reach('TOKEN_REGISTRY', async () => registryOf(c.env).revokeToken(claims.sub, null, by(c)))
  return c.body(null, 200, NO_STORE)
}

/** The subset of RFC 8414 that applies: there is no authorization endpoint and no grant here. */
function metadata(c: Context<App>): Response {
  const edge = c.get('edge')
  const methods = ['client_secret_basic']
  return c.json({
    issuer: edge,
    introspection_endpoint: `${edge}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint: `${edge}/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    response_types_supported: [],
  })
}

/** What a value opens now, and until when: what it says of itself, as far as its record still stands for it. */
interface LiveValue {
  user: string
  exp: Instant | null
  /** null: any. */
  resources: string[] | null
  origins: string[] | null
}

/** undefined: the value would open no session for somebody who has not redeemed it yet. */
async function liveValue(c: Context<App>, claims: Claims): Promise<LiveValue | undefined> {
  const now = clock()
  if (now < claims.nbf || (claims.exp !== undefined && now >= claims.exp)) return undefined
  const found = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).inspect(claims.sub))
  if (!found || standingRefusal(claims, undefined, found.standing, now)) return undefined
  const { record, standing } = found
  const resources = shared(claims.resources, standing.resources)
  const place = { allowedOrigins: c.get('settings').allowedOrigins, edgeOrigin: c.get('edge') }
  const origins = claims.preview
    ? [place.edgeOrigin]
    : (shared(claims.origins, standing.origins)?.filter((origin) => isHost(origin, place)) ?? null)
  if (resources?.length === 0 || origins?.length === 0) return undefined
  const { jti, exp, spend } = claims
  if (spend && exp !== undefined && (await isSpent(c.env.SPENT_TOKENS, { jti, exp, ...spend })))
    return undefined
  // A generation that was rotated out ends by itself.
  const ends = [exp, standing.to, standing.generationEnds[claims.gen]].filter(
    (end) => typeof end === 'number',
  )
  return { user: record.user, exp: ends.length > 0 ? Math.min(...ends) : null, resources, origins }
}

/** What both let in; null: any. */
function shared(one: string[] | undefined, other: string[] | null): string[] | null {
  if (!one || !other) return one ?? other
  return one.filter((item) => other.includes(item))
}

async function tokenOf(c: Context<App>): Promise<{ claims: Claims | undefined }> {
  const actor = await actorOf(credential(c.req.header('authorization')), c.get('settings').adminKeys)
  if (actor === undefined) {
    throw new Refused('unauthorized', { headers: { 'WWW-Authenticate': 'Basic realm="biuwer-embed"' } })
  }
  c.set('actor', actor)
  const text = await readText(c.req.raw)
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new Refused('unsupported_media_type', {
      detail: 'Send the body as application/x-www-form-urlencoded.',
    })
  }
  const [token, ...others] = new URLSearchParams(text).getAll('token')
  if (token === undefined || token === '' || others.length > 0) {
    throw new Refused('invalid_request', { detail: 'Send the parameter "token" exactly once.' })
  }
  const verified = await verifyEmbedToken(token, c.get('settings').tokenKeys)
  return { claims: 'claims' in verified ? verified.claims : undefined }
}

/** An admin key: as a bearer, or as the secret of HTTP Basic, percent-decoded (RFC 6749 §2.3.1), any client id. */
function credential(header: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return bearer(header)
  try {
    const secret = /^[^:]*:(.*)$/s.exec(atob(encoded))?.[1]
    return secret === undefined ? undefined : decodeURIComponent(secret.replaceAll('+', '%20'))
  } catch (error) {
    if (error instanceof URIError || error instanceof DOMException) return undefined
    throw error
  }
}
