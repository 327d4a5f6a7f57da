import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { Misconfigured } from '../env.ts'
import {
  BIUWER_TOKEN_PREFIX,
  type BiuwerInterval,
  biuwerTokenAt,
  biuwerTokenToRenew,
} from '../policy/biuwer-token.ts'
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
import { fromPolicy, RefusedRequest } from '../refused-request.ts'
import type { Lease } from '../storage/lease-types.ts'
import { leaseEnd } from '../storage/leases.ts'
import { reach, Unavailable } from '../storage/reach.ts'
import { releaseOpening, sessionTokensOf } from '../storage/session-tokens-of.ts'
import { isSpentByOther, spend } from '../storage/spent-tokens.ts'
import { type Sealed, unseal, VaultError } from '../storage/vault.ts'
import { digest, random } from '../tokens/random.ts'
import { signSessionToken, verifySessionToken } from '../tokens/session-token.ts'
import type { SessionOpened, SessionStatus } from '../wire.ts'
import { NO_STORE } from './answer-fields.ts'
import { bearer } from './authorization.ts'
import { readJson, readPlainText } from './body.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'
import { limitRefusals } from './limit-refusals.ts'
import { noteOpenings, verifiedAsk } from './note-openings.ts'
import { OpenRequest } from './requests.ts'
import { leaseFor, leaseForSession, type Verified, verifyToken } from './verify-token.ts'

/** How often an opening starts over because its lease ended meanwhile. After that, storage is too slow: 503. */
const MOST_TRIES = 3

export function sessions(app: Hono<AppEnv>): void {
  app.use('/v1/sessions', noteOpenings)
  app.use('/v1/sessions/*', limitRefusals)
  endpoint(app, '/v1/sessions', { access: 'public', POST: open })
  endpoint(app, '/v1/sessions/current', { access: 'public', GET: check })
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
  if ('code' in verified) {
    const { signer } = verified
    const { resource, origin } = body
    if (signer) c.set('verifiedAsk', { ...signer, policy: 'signed', resource, origin, judged: null })
    throw fromPolicy(verified)
  }
  c.set('verifiedAsk', verifiedAsk(verified, body))
  const rules = { allowedOrigins: settings.allowedOrigins, edgeOrigin }
  const refusal = scopeRefusal(verified.claims, body, rules, clock())
  if (refusal) throw fromPolicy(refusal)
  if (settings.exposedFrames === 'refuse' && isExposed(body.exposed, c.req.header('user-agent')))
    throw new RefusedRequest('frame_exposed')

  const { session, user, biuwerToken } = await admitted(c, verified, {
    id: random(),
    token: body.token,
    resource: body.resource,
    origin: hostOrigin(verified.claims, body.origin),
    sessionKey: body.session_key,
    renewed: await renewed(c, body.session),
  })
  const answer: SessionOpened = {
    session_id: session.sid,
    user,
    resource: body.resource,
    expires_at: formatTimestamp(session.exp),
    check_after_seconds: settings.sessionCheck,
    share: shareOf(settings.instance, body.resource, biuwerToken),
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

/** An opening that is asked for: a resource, with a token, on a page. */
interface Opening extends Ask {
  /** Tells it from the others of its session. */
  id: string
  token: string
  sessionKey: string
  /** The session that it renews. */
  renewed: SessionClaims | undefined
  /** Gives back what the token source made for it. Absent as long as nothing was asked for. */
  release?: () => void
}

/** Admits an opening. What the token source made for one that is refused, or fails, goes back: no session shows it. */
async function admitted(c: Context<AppEnv>, verified: Verified, opening: Opening): Promise<Admitted> {
  try {
    return await admit(c, verified, opening)
  } catch (error) {
    opening.release?.()
    throw error
  }
}

/** A session that may open. */
interface Admitted {
  session: SessionClaims
  user: string
  biuwerToken: string
}

/**
 * Asks storage whether the record stands, which Biuwer token is the user's and, for a single-use token, whether this
 * session key is the first to redeem it. The spend comes last, so that a refusal spends nothing. A spend takes time, and
 * a lease that ends meanwhile may hide a revocation: then everything is asked again, which the same session key may do.
 */
async function admit(c: Context<AppEnv>, first: Verified, opening: Opening): Promise<Admitted> {
  const { sessionKey, renewed } = opening
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    // A signer's lease is part of what may have ended meanwhile, and the signer may have changed since.
    const verified = tries === 0 ? first : await verifyToken(c, opening.token)
    if ('code' in verified) throw fromPolicy(verified)
    const { claims } = verified
    const lease = await leaseFor(
      c,
      verified,
      ({ standing }) => isRecent(standing, claims) && hasBiuwerToken(standing, clock()),
    )
    if (!lease) throw new RefusedRequest('token_invalid')
    const { standing, user } = lease
    const { judged } = c.get('verifiedAsk') ?? {}
    if (judged) judged.standing = standing
    if (!standsFor(claims, user)) throw new RefusedRequest('token_invalid')
    const now = clock()
    const refusal = standingRefusal(claims, opening, standing, now)
    if (refusal) throw fromPolicy(refusal)
    const tokens = standing.biuwerTokens ?? []
    const chosen = renewed
      ? biuwerTokenToRenew(tokens, { id: biuwerTokenId(renewed), sessionEnd: renewed.exp }, now)
      : biuwerTokenAt(tokens, now)
    if (!chosen) continue
    const session = await sessionOf(c, verified, lease, opening, chosen)
    const shown = chosen.atOpening
      ? await biuwerTokenForSession(c, claims, user, session, opening)
      : await biuwerTokenInVault(c, user, lease.sealed[chosen.id], session)
    if (!shown) continue
    await spendToken(c, claims, sessionKey)
    if (clock() < leaseEnd(lease, c.get('settings').revocationLease))
      return { session: { ...session, exp: shown.to }, user, biuwerToken: shown.biuwerToken }
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

/** The session that an opening comes to, unless its Biuwer token ends earlier. */
async function sessionOf(
  c: Context<AppEnv>,
  { claims, signer }: Verified,
  { standing, user, leasedAt }: Lease,
  { sessionKey, resource, origin }: Opening,
  { id, to }: BiuwerInterval,
): Promise<SessionClaims> {
  const opened = clock()
  return {
    at: leasedAt,
    opened,
    sid: `ses_${(await digest(`${sessionKey} ${user} ${resource}`)).slice(0, 22)}`,
    sub: claims.sub,
    ...(signer && { user, key: claims.key }),
    iat: claims.iat,
    gen: claims.gen,
    rev: claims.rev,
    link: id.slice(BIUWER_TOKEN_PREFIX.length),
    res: resource,
    org: origin,
    exp: sessionEnd(claims, [standing.to, to], c.get('settings').sessionTtl, opened),
  }
}

/** The Biuwer token that a session shows, and the end of the session. */
interface Shown {
  biuwerToken: string
  to: Instant
}

/** A Biuwer token for this session alone, of the token source. */
async function biuwerTokenForSession(
  c: Context<AppEnv>,
  claims: Claims,
  user: string,
  session: SessionClaims,
  opening: Opening,
): Promise<Shown> {
  const { id, sessionKey, renewed } = opening
  if (!c.get('settings').tokenSource)
    throw new Misconfigured([
      { path: 'BIUWER_TOKEN_SOURCE', message: 'is missing; users with "biuwer_refresh": "session" need it' },
    ])
  const key = await digest(sessionKey)
  const toSpend = spendOf(claims)
  // A token that is spent makes nobody ask the source.
  if (toSpend && (await isSpentByOther(c.env.SPENT_TOKENS, c.get('memory'), toSpend, key)))
    throw new RefusedRequest('token_spent')
  const edgeOrigin = c.get('edge')
  const ask = { user, sessionKey: key, opening: id, session, edgeOrigin, renews: renewed?.exp ?? null }
  const tokens = sessionTokensOf(c.env, user)
  // The answer may be lost after the question was asked.
  opening.release = () => c.executionCtx.waitUntil(releaseOpening(c.env, user, id))
  const answer = await reach('SESSION_BIUWER_TOKENS', async () => tokens.open(ask))
  if ('failure' in answer) throw new RefusedRequest('biuwer_unavailable')
  return { biuwerToken: answer.biuwerToken, to: Math.min(session.exp, answer.to) }
}

/** A Biuwer token of the vault; undefined: a lease holds every entry that becomes valid before it ends, so it has ended. */
async function biuwerTokenInVault(
  c: Context<AppEnv>,
  user: string,
  sealed: Sealed | undefined,
  { exp }: SessionClaims,
): Promise<Shown | undefined> {
  return sealed && { biuwerToken: await biuwerTokenOf(c, user, sealed), to: exp }
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
