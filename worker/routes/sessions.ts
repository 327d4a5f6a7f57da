import type { Context, Hono, MiddlewareHandler } from 'hono'
import { clock } from '../clock.ts'
import { Misconfigured } from '../env.ts'
import {
  type Ask,
  isRecent,
  isRecentForSession,
  scopeRefusal,
  sessionEnd,
  sessionEndNow,
  sessionRefusal,
  standingRefusal,
} from '../policy/admission.ts'
import { isExposed } from '../policy/exposure.ts'
import type { Claims } from '../policy/issue.ts'
import { formatTimestamp, type Instant } from '../policy/time.ts'
import { Refused, refused } from '../problems.ts'
import { leaseOf } from '../storage/leases.ts'
import { Unavailable } from '../storage/reach.ts'
import type { Lease } from '../storage/registry.ts'
import { spend } from '../storage/spent-tokens.ts'
import { type Sealed, unseal, VaultError } from '../storage/vault.ts'
import { verifyEmbedToken } from '../tokens/embed-token.ts'
import { digest } from '../tokens/random.ts'
import { signSessionToken, verifySessionToken } from '../tokens/session-token.ts'
import type { SessionOpened, SessionStatus } from '../wire.ts'
import { NO_STORE } from './answers.ts'
import { bearer } from './authorization.ts'
import { readJson, readPlainText } from './body.ts'
import type { AppEnv } from './context.ts'
import { endpoint } from './endpoint.ts'
import { limitRefusals } from './limit-refusals.ts'
import { OpenRequest } from './requests.ts'

/** A lease that ends while a session opens is asked for anew; more often than this, storage is too slow. */
const MOST_TRIES = 3

export function sessions(app: Hono<AppEnv>): void {
  app.use('/v1/sessions', countOpenings)
  app.use('/v1/sessions/*', limitRefusals(isRefusal))
  endpoint(app, '/v1/sessions', { access: 'public', POST: open })
  endpoint(app, '/v1/sessions/current', { access: 'public', GET: check })
}

/**
 * Counts openings and refusals, by code, refresh policy and resource. What no signature vouches for, a
 * stranger could fill with anything, and is left out.
 */
const countOpenings: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.req.method !== 'POST') return
  const { claims, resource } = c.get('asked') ?? {}
  c.env.EVENTS.writeDataPoint({
    indexes: [claims?.sub ?? ''],
    blobs: [c.get('code') ?? 'opened', claims?.preview ? 'preview' : (claims?.refresh ?? ''), resource ?? ''],
    doubles: [1],
  })
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500
}

async function open(c: Context<AppEnv>): Promise<Response> {
  const settings = c.get('settings')
  const edgeOrigin = c.get('edge')
  if (c.req.header('origin') !== edgeOrigin) {
    throw new Refused('origin_not_allowed', { detail: "Sessions are opened by the edge's own frame alone." })
  }
  const { body } = await readJson(c, OpenRequest, readPlainText)

  const verified = await verifyEmbedToken(body.token, settings.tokenKeys, c.get('memory'))
  if ('code' in verified) throw refused(verified)
  const { claims } = verified
  c.set('asked', { claims, resource: body.resource })
  const outOfScope = scopeRefusal(
    claims,
    body,
    { allowedOrigins: settings.allowedOrigins, edgeOrigin },
    clock(),
  )
  if (outOfScope) throw refused(outOfScope)
  if (settings.exposedFrames === 'refuse' && isExposed(body.exposed, c.req.header('user-agent')))
    throw new Refused('frame_exposed')

  const place = claims.preview ? null : body.origin
  const admitted = await admit(c, claims, { resource: body.resource, origin: place }, body.session_key)
  const now = clock()
  const expiresAt = sessionEnd(claims, admitted.to, settings.sessionTtl, now)
  const sid = `ses_${(await digest(`${body.session_key} ${admitted.user} ${body.resource}`)).slice(0, 22)}`
  const answer: SessionOpened = {
    session_id: sid,
    user: admitted.user,
    resource: body.resource,
    expires_at: formatTimestamp(expiresAt),
    check_after_seconds: settings.sessionCheck,
    share: { src: settings.instance.share, name: `${body.resource}:${admitted.biuwerToken}` },
    session_token: await signSessionToken(
      {
        at: admitted.at,
        sid,
        sub: claims.sub,
        gen: claims.gen,
        rev: claims.rev,
        link: admitted.link,
        res: body.resource,
        org: place,
        exp: expiresAt,
      },
      settings.tokenKeys,
    ),
  }
  return sessionAnswer(answer, 201)
}

/** `Date` is the edge's clock, which the frame goes by, whatever stands between. */
function sessionAnswer(answer: SessionOpened | SessionStatus, status: number): Response {
  return Response.json(answer, { status, headers: { ...NO_STORE, Date: new Date().toUTCString() } })
}

interface Admitted {
  /** When the registry gave the word that admits. */
  at: Instant
  user: string
  link: string
  to: number | null
  biuwerToken: string
}

/**
 * Asks storage: does the record stand, which Biuwer token is the user's, and, for a single-use value, is
 * this session key its first? The spend comes last, so that a refusal spends nothing. It takes time, and a
 * lease that ended meanwhile may hide a revocation: then all is asked again, which the same session key may.
 */
async function admit(c: Context<AppEnv>, claims: Claims, ask: Ask, sessionKey: string): Promise<Admitted> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lease = await currentLease(c, claims.sub, ({ standing }) => isRecent(standing, claims))
    if (!lease) throw new Refused('token_invalid')
    const refusal = standingRefusal(claims, ask, lease.standing, clock())
    if (refusal) throw refused(refusal)
    const { link, to } = lease.standing
    if (!lease.sealed || link === null) throw new Refused('user_not_linked')
    const biuwerToken = await biuwerTokenOf(c, lease.user, lease.sealed)
    if (claims.spend && claims.exp !== undefined) {
      const { jti, exp } = claims
      const result = await spend(
        c.env.SPENT_TOKENS,
        c.get('memory'),
        { jti, exp, ...claims.spend },
        await digest(sessionKey),
      )
      if (result === 'spent') throw new Refused('token_spent')
      if (result === 'expired') throw new Refused('token_expired')
    }
    if (clock() < lease.leasedUntil) return { at: lease.leasedAt, user: lease.user, link, to, biuwerToken }
  }
  throw new Unavailable('storage takes longer to answer than REVOCATION_LEASE')
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

/** A user's Biuwer token; that no key opens it is a mistake in the settings. */
async function unsealed(...args: Parameters<typeof unseal>): Promise<string> {
  try {
    return await unseal(...args)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    throw new Misconfigured([{ path: 'VAULT_KEYS', message: error.message }], { cause: error })
  }
}

async function check(c: Context<AppEnv>): Promise<Response> {
  const settings = c.get('settings')
  const token = bearer(c.req.header('authorization'))
  const session = token && (await verifySessionToken(token, settings.tokenKeys))
  if (!session)
    throw new Refused('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer realm="biuwer-embed"' } })
  if (clock() >= session.exp) throw new Refused('session_expired')
  const lease = await currentLease(c, session.sub, ({ leasedAt, standing }) =>
    isRecentForSession(session, standing, leasedAt),
  )
  if (!lease) throw new Refused('session_revoked')
  const refusal = sessionRefusal(session, lease.standing, clock())
  if (refusal) throw new Refused(refusal)
  const answer: SessionStatus = {
    expires_at: formatTimestamp(sessionEndNow(session, lease.standing)),
    check_after_seconds: settings.sessionCheck,
  }
  return sessionAnswer(answer, 200)
}

function currentLease(
  c: Context<AppEnv>,
  id: string,
  isRecent: (lease: Lease) => boolean,
): Promise<Lease | undefined> {
  const waitUntil = (work: Promise<unknown>) => c.executionCtx.waitUntil(work)
  const stores = { memory: c.get('memory'), env: c.env, waitUntil }
  return leaseOf(id, c.get('settings').revocationLease, stores, isRecent)
}
