import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { MANAGERS, ROLES } from '../policy/caller.ts'
import { spendOf } from '../policy/issue.ts'
import { commonOrigins } from '../policy/origins.ts'
import { type HostRules, validityRefusal } from '../policy/scope.ts'
import { standingRefusal, standsFor } from '../policy/standing.ts'
import type { Instant } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { isSpent } from '../storage/spent-tokens.ts'
import { NO_STORE } from './answer-fields.ts'
import { readText } from './body.ts'
import { change } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { inspect, inspectToken, type Verified } from './verify-token.ts'

export function oauth(app: Hono<AppEnv>): void {
  endpoint(app, '/oauth/introspect', { access: 'client', POST: allow(ROLES, introspect) })
  endpoint(app, '/oauth/revoke', { access: 'client', POST: allow(MANAGERS, revoke) })
  endpoint(app, '/.well-known/oauth-authorization-server', { access: 'public', GET: metadata })
}

/** Introspects a token (RFC 7662). A token that would not open a session now is inactive, and no more is said. Spends nothing. */
async function introspect(c: Context<AppEnv>): Promise<Response> {
  const verified = await tokenOf(c)
  const live = verified && (await liveToken(c, verified))
  if (!live) return c.json({ active: false }, 200, NO_STORE)
  const { claims, signer } = verified
  const { exp, resources, origins } = live
  return c.json(
    {
      active: true,
      token_type: 'biuwer-embed',
      username: live.user,
      iss: signer ? claims.sub : 'biuwer-embed',
      sub: signer ? live.user : claims.sub,
      iat: claims.iat,
      nbf: claims.nbf,
      ...(exp !== null && { exp }),
      ...(claims.jti !== '' && { jti: claims.jti }),
      ...(resources && { resources }),
      ...(origins && { origins }),
    },
    200,
    NO_STORE,
  )
}

/**
 * Revokes the record behind a token (RFC 7009). A token that this edge did not issue counts as revoked (§2.2), and so does
 * one that has ended: whoever finds it somewhere old can take nothing away with it.
 */
async function revoke(c: Context<AppEnv>): Promise<Response> {
  const verified = await tokenOf(c)
  if (!verified) return c.body(null, 200, NO_STORE)
  const { claims, signer } = verified
  // RFC 7009 §2.2.1. There is no record to revoke, and the signer's other tokens are not to end with this one.
  if (signer)
    return c.json(
      {
        error: 'unsupported_token_type',
        error_description: 'A host has signed the token. Sign its user out, or delete the signer.',
      },
      400,
      NO_STORE,
    )
  if (!(await hasEnded(c, verified)))
    await change(c, null, async (registry, request) => registry.revoke(claims.sub, null, request))
  return c.body(null, 200, NO_STORE)
}

/** The metadata of RFC 8414, as far as it applies: the edge has no authorization endpoint and no grants. */
function metadata(c: Context<AppEnv>): Response {
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

/** What a token opens now, and until when: what it says of itself, as far as its record still allows it. */
interface LiveToken {
  user: string
  exp: Instant | null
  /** null: any. */
  resources: string[] | null
  origins: readonly string[] | null
}

/** undefined: the token would open no session for somebody who has not redeemed it yet. */
async function liveToken(c: Context<AppEnv>, verified: Verified): Promise<LiveToken | undefined> {
  const { claims } = verified
  const now = clock()
  if (validityRefusal(claims, now)) return undefined
  const found = await inspect(c, verified)
  if (!found || !standsFor(claims, found.user)) return undefined
  const { user, standing } = found
  if (standingRefusal(claims, undefined, standing, now)) return undefined
  const resources = shared(claims.resources, standing.resources)
  const rules = { allowedOrigins: c.get('settings').allowedOrigins, edgeOrigin: c.get('edge') }
  const origins = claims.preview
    ? [rules.edgeOrigin]
    : originsNow(commonOrigins(claims.origins ?? null, standing.origins), rules)
  if (resources?.length === 0 || origins?.length === 0) return undefined
  const spend = spendOf(claims)
  if (spend && (await isSpent(c.env.SPENT_TOKENS, spend))) return undefined
  // A token of a generation that was rotated out also ends when that generation's overlap does.
  const ends = [claims.exp, standing.to, standing.generationEnds[claims.gen]].filter(
    (end) => typeof end === 'number',
  )
  return { user, exp: ends.length > 0 ? Math.min(...ends) : null, resources, origins }
}

/** Whether a token opens nothing any more, whatever is asked: expired, revoked, rotated out, signed out, or spent. */
async function hasEnded(c: Context<AppEnv>, verified: Verified): Promise<boolean> {
  const { claims } = verified
  const now = clock()
  if (validityRefusal(claims, now)?.code === 'token_expired') return true
  const found = await inspect(c, verified)
  if (!found || !standsFor(claims, found.user)) return true
  const code = standingRefusal(claims, undefined, found.standing, now)?.code
  if (code === 'token_revoked' || code === 'token_expired') return true
  const spend = spendOf(claims)
  return spend !== undefined && (await isSpent(c.env.SPENT_TOKENS, spend))
}

/** What both lists have; null: any. */
function shared(one: string[] | undefined, other: string[] | null): string[] | null {
  if (!one || !other) return one ?? other
  return one.filter((item) => other.includes(item))
}

/** What of a scope's origins the deployment allows now; null: any that it allows. */
function originsNow(
  origins: readonly string[] | null,
  { allowedOrigins, edgeOrigin }: HostRules,
): readonly string[] | null {
  if (!origins) return null
  const allowed = commonOrigins(origins, allowedOrigins) ?? []
  return allowed.filter((entry) => entry !== edgeOrigin)
}

/** The token of the request; undefined: it can't be verified. */
async function tokenOf(c: Context<AppEnv>): Promise<Verified | undefined> {
  const text = await readText(c.req.raw)
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(c.req.header('content-type') ?? '')) {
    throw new RefusedRequest('unsupported_media_type', {
      detail: 'Send the body as application/x-www-form-urlencoded.',
    })
  }
  const [token, ...others] = new URLSearchParams(text).getAll('token')
  if (token === undefined || token === '' || others.length > 0) {
    throw new RefusedRequest('invalid_request', { detail: 'Send the parameter "token" exactly once.' })
  }
  const verified = await inspectToken(c, token)
  return 'claims' in verified ? verified : undefined
}
