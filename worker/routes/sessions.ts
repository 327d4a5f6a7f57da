import type { Context, Hono, MiddlewareHandler } from 'hono'
import { clock } from '../clock.ts'
import { Misconfigured } from '../env.ts'
import { BIUWER_TOKEN_PREFIX, biuwerTokenAt, biuwerTokenToRenew } from '../policy/biuwer-token.ts'
import { isExposed } from '../policy/exposure.ts'
import { type Claims, spendOf } from '../policy/issue.ts'
import { type Ask, hostOrigin, scopeRefusal } from '../policy/scope.ts'
import {
  biuwerTokenId,
  isRecentForSession,
  isSignerRecentForSession,
  type SessionClaims,
  sessionEnd,
  sessionEndNow,
  sessionRefusal,
} from '../policy/session.ts'
import { shareOf } from '../policy/share.ts'
import { hasBiuwerToken, isRecent, standingRefusal, standsFor } from '../policy/standing.ts'
import { formatTimestamp, type Instant } from '../policy/time.ts'
import { WITHDRAWN_FRAMES } from '../policy/withdrawn-frames.ts'
import { fromPolicy, RefusedRequest, refusalOf } from '../refused-request.ts'
import { leaseEnd } from '../storage/leases.ts'
import { recordOpening } from '../storage/openings.ts'
import { Unavailable } from '../storage/reach.ts'
import { spend } from '../storage/spent-tokens.ts'
import { type Sealed, unseal, VaultError } from '../storage/vault.ts'
import { digest } from '../tokens/random.ts'
import { signSessionToken, verifySessionToken } from '../tokens/session-token.ts'
import type { SessionOpened, SessionStatus } from '../wire.ts'
import { NO_STORE } from './answer-fields.ts'
import { bearer } from './authorization.ts'
import { readJson, readPlainText } from './body.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'
import { limitRefusals } from './limit-refusals.ts'
import { OpenRequest } from './requests.ts'
import { leaseFor, leaseForSession, type Verified, verifyToken } from './verify-token.ts'

/** How often an opening starts over because its lease ended meanwhile. After that, storage is too slow: 503. */
const MOST_TRIES = 3

export function sessions(app: Hono<AppEnv>): void {
  app.use('/v1/sessions', countOpenings)
  app.use('/v1/sessions/*', limitRefusals)
  endpoint(app, '/v1/sessions', { access: 'public', POST: open })
  endpoint(app, '/v1/sessions/current', { access: 'public', GET: check })
}

const countOpenings: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.req.method !== 'POST') return
  recordOpening(c.env.EVENTS, c.error && refusalOf(c.error).code, c.get('verifiedAsk'))
}

async function open(c: Context<AppEnv>): Promise<Response> {
  const settings = c.get('settings')
  const edgeOrigin = c.get('edge')
  if (c.req.header('origin') !== edgeOrigin) {
    const detail = "Sessions are opened by the edge's own frame alone."
    throw new RefusedRequest('origin_not_allowed', { detail })
  }
  const { body } = await readJson(c, OpenRequest, readPlainText)
  if (body.frame && WITHDRAWN_FRAMES.has(body.frame)) throw new RefusedRequest('frame_withdrawn')

  const verified = await verifyToken(c, body.token)
  if ('code' in verified) throw fromPolicy(verified)
  c.set('verifiedAsk', { claims: verified.claims, resource: body.resource })
  const rules = { allowedOrigins: settings.allowedOrigins, edgeOrigin }
  const refusal = scopeRefusal(verified.claims, body, rules, clock())
  if (refusal) throw fromPolicy(refusal)
  if (settings.exposedFrames === 'refuse' && isExposed(body.exposed, c.req.header('user-agent')))
    throw new RefusedRequest('frame_exposed')

  const origin = hostOrigin(verified.claims, body.origin)
  const admitted = await admit(
    c,
    body.token,
    verified,
    { resource: body.resource, origin },
    body.session_key,
    await renewed(c, body.session),
  )
  // A signer may have changed while storage was asked: the claims are those by which the opening was admitted.
  const { claims } = admitted
  const opened = clock()
  const expiresAt = sessionEnd(claims, admitted.ends, settings.sessionTtl, opened)
  const sid = `ses_${(await digest(`${body.session_key} ${admitted.user} ${body.resource}`)).slice(0, 22)}`
  const session: SessionClaims = {
    at: admitted.leasedAt,
    opened,
    sid,
    sub: claims.sub,
    ...(verified.signer && { user: admitted.user, key: claims.key }),
    iat: claims.iat,
    gen: claims.gen,
    rev: claims.rev,
    link: admitted.link,
    res: body.resource,
    org: origin,
    exp: expiresAt,
  }
  const answer: SessionOpened = {
    session_id: sid,
    user: admitted.user,
    resource: body.resource,
    expires_at: formatTimestamp(expiresAt),
    check_after_seconds: settings.sessionCheck,
    share: shareOf(settings.instance, body.resource, admitted.biuwerToken),
    session_token: await signSessionToken(session, settings.tokenKeys),
  }
  return sessionResponse(answer, 201)
}

/** `Date` is the edge's clock: the frame reckons by it, whatever proxy stands between. */
function sessionResponse(answer: SessionOpened | SessionStatus, status: number): Response {
  return Response.json(answer, { status, headers: { ...NO_STORE, Date: new Date().toUTCString() } })
}

/** The session that a renewal names; undefined: it names none of the edge's. */
async function renewed(c: Context<AppEnv>, token: string | undefined): Promise<SessionClaims | undefined> {
  return token === undefined ? undefined : verifySessionToken(token, c.get('settings').tokenKeys)
}

/** What admits an opening. */
interface Admitted {
  claims: Claims
  leasedAt: Instant
  user: string
  link: string
  /** Ends of the record and of the Biuwer token; null: none. */
  ends: (Instant | null)[]
  biuwerToken: string
}

/**
 * Asks storage whether the record stands, which Biuwer token is the user's and, for a single-use token, whether this
 * session key is the first to redeem it. The spend comes last, so that a refusal spends nothing. A spend takes time, and
 * a lease that ends meanwhile may hide a revocation: then everything is asked again, which the same session key may do.
 */
async function admit(
  c: Context<AppEnv>,
  token: string,
  first: Verified,
  ask: Ask,
  sessionKey: string,
  session: SessionClaims | undefined,
): Promise<Admitted> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // A signer's lease is part of what may have ended meanwhile.
    const verified = tries === 0 ? first : await verifyToken(c, token)
    if ('code' in verified) throw fromPolicy(verified)
    const { claims } = verified
    const lease = await leaseFor(
      c,
      verified,
      ({ standing }) => isRecent(standing, claims) && hasBiuwerToken(standing, clock()),
    )
    if (!lease) throw new RefusedRequest('token_invalid')
    const { standing, sealed, user, leasedAt } = lease
    if (!standsFor(claims, user)) throw new RefusedRequest('token_invalid')
    const now = clock()
    const refusal = standingRefusal(claims, ask, standing, now)
    if (refusal) throw fromPolicy(refusal)
    const tokens = standing.biuwerTokens ?? []
    const chosen = session
      ? biuwerTokenToRenew(tokens, { id: biuwerTokenId(session), sessionEnd: session.exp }, now)
      : biuwerTokenAt(tokens, now)
    const entry = chosen && sealed[chosen.id]
    // A lease holds every entry that becomes valid before it ends: it has ended meanwhile.
    if (!entry) continue
    const biuwerToken = await biuwerTokenOf(c, user, entry)
    await spendToken(c, claims, sessionKey)
    if (clock() < leaseEnd(lease, c.get('settings').revocationLease))
      return {
        claims,
        leasedAt,
        user,
        link: chosen.id.slice(BIUWER_TOKEN_PREFIX.length),
        ends: [standing.to, chosen.to],
        biuwerToken,
      }
  }
  throw new Unavailable('storage takes longer to answer than REVOCATION_LEASE')
}

/** Redeems a single-use token for a session key; other tokens are not spent. */
async function spendToken(c: Context<AppEnv>, claims: Claims, sessionKey: string): Promise<void> {
  const toSpend = spendOf(claims)
  if (!toSpend) return
  const result = await spend(c.env.SPENT_TOKENS, c.get('memory'), toSpend, await digest(sessionKey))
  if (result === 'spent') throw new RefusedRequest('token_spent')
  if (result === 'expired') throw new RefusedRequest('token_expired')
}

/** A user's Biuwer token, decrypted where this isolate has not done so before. */
async function biuwerTokenOf(c: Context<AppEnv>, user: string, sealed: Sealed): Promise<string> {
  const { biuwerTokens } = c.get('memory')
  const entry = `${user} ${sealed.data}`
  const known = biuwerTokens.get(entry)
  if (known !== undefined) return known
  const biuwerToken = await unsealed(user, sealed, c.get('settings').vaultKeys)
  biuwerTokens.set(entry, biuwerToken)
  return biuwerToken
}

/** Decrypts a user's Biuwer token. Where no key does so, `VAULT_KEYS` is at fault. */
async function unsealed(...args: Parameters<typeof unseal>): Promise<string> {
  try {
    return await unseal(...args)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    const message = 'has no key that opens an entry still in use; the log names the key'
    throw new Misconfigured([{ path: 'VAULT_KEYS', message }], { cause: error })
  }
}

async function check(c: Context<AppEnv>): Promise<Response> {
  const settings = c.get('settings')
  const token = bearer(c.req.header('authorization'))
  const session = token && (await verifySessionToken(token, settings.tokenKeys))
  if (!session)
    throw new RefusedRequest('unauthorized', {
      headers: { 'WWW-Authenticate': 'Bearer realm="biuwer-embed"' },
    })
  if (clock() >= session.exp) throw new RefusedRequest('session_expired')
  const lease = await leaseForSession(
    c,
    session,
    ({ leasedAt, standing }) => isRecentForSession(session, standing, leasedAt),
    ({ leasedAt, signer }) => isSignerRecentForSession(session, signer, leasedAt),
  )
  if (!lease) throw new RefusedRequest('session_revoked')
  const rules = { ...settings, edgeOrigin: c.get('edge') }
  const refusal = sessionRefusal(session, lease.standing, rules, clock())
  if (refusal) throw new RefusedRequest(refusal)
  const answer: SessionStatus = {
    expires_at: formatTimestamp(sessionEndNow(session, lease.standing, settings)),
    check_after_seconds: settings.sessionCheck,
  }
  return sessionResponse(answer, 200)
}
