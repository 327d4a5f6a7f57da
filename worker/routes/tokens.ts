import canonicalize from 'canonicalize'
import type { Context, Hono } from 'hono'
import { clock, clockMilliseconds } from '../clock.ts'
import { IDEMPOTENCY_KEY } from '../policy/bounds.ts'
import { type Claims, claimsAt, type Draw } from '../policy/issue.ts'
import { hasEnded, type TokenRecord } from '../policy/record.ts'
import { RefusedRequest } from '../refused-request.ts'
import { reach } from '../storage/reach.ts'
import {
  type Changed,
  type Created,
  type Giving,
  type KeptCreation,
  type Refreshed,
  registryOf,
} from '../storage/registry.ts'
import { replay } from '../storage/repetitions.ts'
import { SHARDS } from '../storage/spent-tokens.ts'
import { signEmbedToken } from '../tokens/embed-token.ts'
import { SigningKeyGone } from '../tokens/jws.ts'
import { digest, random } from '../tokens/random.ts'
import { effectiveBy, NO_STORE, timestamp, tokenAnswer } from './answer-fields.ts'
import { readJson, readObject } from './body.ts'
import { type AppEnv, by } from './context.ts'
import { cursorAt } from './cursor.ts'
import { endpoint } from './endpoint.ts'
import { checked, invalid, type Mistakes } from './mistakes.ts'
import { readQuery } from './query.ts'
import { ended, idParam, unknownToken } from './token-address.ts'
import {
  changesOf,
  RefreshRequest,
  recordOf,
  TokenListQuery,
  TokenRequest,
  tokenRequest,
  updateRequest,
} from './token-request.ts'

export function tokens(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/tokens', { access: 'admin', POST: create, GET: list })
  endpoint(app, '/v1/tokens/:id', { access: 'admin', GET: show, PATCH: update, DELETE: revoke })
  endpoint(app, '/v1/tokens/:id/refresh', { access: 'admin', POST: refresh })
}

async function create(c: Context<AppEnv>): Promise<Response> {
  const { allowedOrigins, tokenKeys } = c.get('settings')
  const key = idempotencyKey(c)
  const milliseconds = clockMilliseconds()
  const now = clock()
  const raw = await readObject(c)
  const given = checked(tokenRequest(allowedOrigins, now), raw)
  if ('errors' in given) return repeated(c, key, raw, given)

  const record = recordOf(given.body, `tok_${random()}`, milliseconds)
  const minting = { draw: draw(), kid: tokenKeys[0].kid }
  const idempotency =
    key === undefined ? null : { actor: c.get('actor'), key, bodyDigest: await bodyDigest(raw) }
  const result = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).createToken(record, minting, idempotency, by(c)),
  )
  return created(c, result, record.user)
}

/**
 * Answers a creation that the clock or the settings refuse by now. Where it repeats an earlier one under its
 * Idempotency-Key, the earlier answer is given again.
 */
async function repeated(
  c: Context<AppEnv>,
  key: string | undefined,
  raw: object,
  refusal: { errors: Mistakes },
): Promise<Response> {
  const given = checked(TokenRequest, raw)
  const earlier =
    key === undefined || 'errors' in given
      ? null
      : await reach('TOKEN_REGISTRY', async () => registryOf(c.env).created({ actor: c.get('actor'), key }))
  if (!earlier || 'errors' in given) throw new RefusedRequest('invalid_request', refusal)
  return created(c, replay(earlier, await bodyDigest(raw)), given.body.user)
}

async function bodyDigest(raw: object): Promise<string> {
  return digest(canonicalize(raw) ?? '')
}

async function created(c: Context<AppEnv>, result: Created, user: string): Promise<Response> {
  switch (result.outcome) {
    case 'mismatch':
      throw new RefusedRequest('idempotency_mismatch')
    case 'not_linked':
      throw new RefusedRequest('user_not_linked', {
        detail: `User ${user} has no Biuwer authentication token here. Link it with PUT /v1/users/${user}.`,
      })
    case 'created':
    case 'replayed': {
      const { record, tokensSince, draw, kid } = JSON.parse(result.answer) as KeptCreation
      const claims = claimsAt(record, record.createdAt, draw, tokensSince)
      const headers =
        result.outcome === 'replayed' ? { ...NO_STORE, 'Idempotent-Replayed': 'true' } : NO_STORE
      return c.json(
        { ...tokenAnswer(record, record.createdAt), ...(await signed(c, claims, kid)) },
        201,
        headers,
      )
    }
  }
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, TokenListQuery)
  const now = clock()
  const { records, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listTokens({ ...query, ...(before !== undefined && { before }) }),
  )
  const items = records.map((record) => tokenAnswer(record, now))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const record = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).token(id))
  if (!record) throw unknownToken()
  return c.json(tokenAnswer(record, clock()), 200, { ...NO_STORE, ETag: etag(record) })
}

async function update(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const settings = c.get('settings')
  const version = ifMatch(c)
  const { body } = await readJson(c, updateRequest(settings.allowedOrigins))
  const result = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).updateToken(id, changesOf(body), version, by(c)),
  )
  if (result.outcome === 'invalid') throw invalid(result.path, result.message)
  const { record, at } = granted(result)
  const headers = { ...NO_STORE, ETag: etag(record) }
  return c.json({ ...tokenAnswer(record, clock()), effective_by: effectiveBy(at, settings) }, 200, headers)
}

async function refresh(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const version = ifMatch(c)
  const { body } = await readJson(c, RefreshRequest)
  const registry = registryOf(c.env)
  if (body.rotate) {
    const { record, at, tokensSince } = granted(
      await reach('TOKEN_REGISTRY', async () => registry.rotateToken(id, version, by(c))),
    )
    const effective_by = effectiveBy(at, c.get('settings'), record.overlap)
    return c.json({ ...(await current(c, { record, tokensSince })), effective_by }, 200, NO_STORE)
  }
  const given = granted(await reach('TOKEN_REGISTRY', async () => registry.refreshToken(id, version, by(c))))
  return c.json(await current(c, given), 200, NO_STORE)
}

async function revoke(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const version = ifMatch(c)
  const { record, at } = granted(
    await reach('TOKEN_REGISTRY', async () => registryOf(c.env).revokeToken(id, version, by(c))),
  )
  const effective_by = effectiveBy(at, c.get('settings'))
  return c.json({ ...tokenAnswer(record, clock()), effective_by }, 200, NO_STORE)
}

/** A record with the token that it gives out now. */
async function current(c: Context<AppEnv>, { record, tokensSince }: Giving): Promise<object> {
  const now = clock()
  if (hasEnded(record, now)) throw ended()
  return { ...tokenAnswer(record, now), ...(await signed(c, claimsAt(record, now, draw(), tokensSince))) }
}

/** A token, signed, as answers give it. */
async function signed(c: Context<AppEnv>, claims: Claims, kid?: string): Promise<object> {
  try {
    const token = await signEmbedToken(claims, c.get('settings').tokenKeys, kid)
    return { token, token_expires_at: timestamp(claims.exp) }
  } catch (error) {
    if (!(error instanceof SigningKeyGone)) throw error
    throw new RefusedRequest('conflict', {
      detail: 'The key that signed the first answer to this Idempotency-Key was retired. Use a new key.',
    })
  }
}

function granted<Result extends Changed | Refreshed>(
  result: Result,
): Extract<Result, { outcome: 'changed' | 'given' }> {
  switch (result.outcome) {
    case 'unknown':
      throw unknownToken()
    case 'changed_meanwhile':
      throw new RefusedRequest('precondition_failed')
    case 'conflict':
      throw ended()
    case 'changed':
    case 'given':
      return result as Extract<Result, { outcome: 'changed' | 'given' }>
  }
}

function draw(): Draw {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  return { jti: random(), shard: number % SHARDS }
}

/** The version that the caller has seen, from `If-Match` (RFC 9110 §13.1.1); null: any. */
function ifMatch(c: Context<AppEnv>): number | null {
  const given = c.req.header('if-match')
  if (given === undefined || given === '*') return null
  const version = /^"(\d{1,15})"$/.exec(given)?.[1]
  if (version === undefined) throw invalid('If-Match', 'Pass the ETag of the record as it came, such as "3".')
  return Number(version)
}

function etag(record: TokenRecord): string {
  return `"${record.version}"`
}

function idempotencyKey(c: Context<AppEnv>): string | undefined {
  const key = c.req.header('idempotency-key')
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
    throw invalid('Idempotency-Key', 'Pass 1 to 255 visible ASCII characters, such as a UUID.')
  }
  return key
}
