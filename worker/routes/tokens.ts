import type { Context, Hono } from 'hono'
import { clock, clockMilliseconds } from '../clock.ts'
import { ISSUERS, isFor, MANAGERS, ROLES } from '../policy/caller.ts'
import { type Claims, claimsAt, type Draw } from '../policy/issue.ts'
import { hasEnded } from '../policy/record.ts'
import type { SeenVersions } from '../policy/seen-versions.ts'
import { RefusedRequest } from '../refused-request.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { ChangedRecord, Created } from '../storage/registry-answers.ts'
import type { MadeOf } from '../storage/repetitions.ts'
import { SHARDS } from '../storage/spent-tokens.ts'
import { signEmbedToken } from '../tokens/embed-token.ts'
import { SigningKeyGone } from '../tokens/jws.ts'
import { random } from '../tokens/random.ts'
import { effectiveBy, NO_STORE, timestamp, tokenAnswer } from './answer-fields.ts'
import { requireRole } from './authorization.ts'
import { readJson } from './body.ts'
import { change, changeHeaders, readChange } from './change-request.ts'
import { type AppEnv, by } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { etag, ifMatch } from './if-match.ts'
import { invalid } from './mistakes.ts'
import { readQuery } from './query.ts'
import { ended, idParam, unknownToken } from './token-address.ts'
import {
  changesOf,
  RefreshRequest,
  recordOf,
  TokenListQuery,
  TokenRequest,
  tokenRequest,
  UpdateRequest,
  updateRequest,
} from './token-request.ts'
import { unknownUser } from './user-address.ts'

export function tokens(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/tokens', {
    access: 'key',
    POST: allow(ISSUERS, create),
    GET: allow(ROLES, list),
  })
  endpoint(app, '/v1/tokens/:id', {
    access: 'key',
    GET: allow(ROLES, show),
    PATCH: allow(MANAGERS, update),
    DELETE: allow(MANAGERS, revoke),
  })
  endpoint(app, '/v1/tokens/:id/refresh', { access: 'key', POST: allow(ISSUERS, refresh) })
}

async function create(c: Context<AppEnv>): Promise<Response> {
  const { allowedOrigins } = c.get('settings')
  const milliseconds = clockMilliseconds()
  const given = await readChange(c, tokenRequest(allowedOrigins, clock()), TokenRequest)
  if ('earlier' in given) return created(c, given.earlier as MadeOf<Created>)
  const record = recordOf(given.body, `tok_${random()}`, milliseconds)
  if (!isFor(record.user, c.get('caller').users)) throw unknownUser(record.user)
  const result = await change(c, given.raw, async (registry, request) =>
    registry.create(record, draw(), request),
  )
  if (result.outcome === 'not_linked') {
    const { user } = record
    throw new RefusedRequest('user_not_linked', {
      detail: `User ${user} has no Biuwer authentication token here. Link it with PUT /v1/users/${user}.`,
    })
  }
  return created(c, result)
}

async function created(c: Context<AppEnv>, made: MadeOf<Created>): Promise<Response> {
  const { record, tokensSince, draw, settings } = made
  const now = record.createdAt
  const token = await signed(c, claimsAt(record, now, draw, tokensSince), settings.kid)
  return c.json({ ...tokenAnswer(record, now), ...token }, 201, changeHeaders(made))
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, TokenListQuery)
  const now = clock()
  const { records, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listTokens(
      { ...query, ...(before !== undefined && { before }) },
      c.get('caller').users,
    ),
  )
  const items = records.map((record) => tokenAnswer(record, now))
  return c.json({ items, next_cursor: cursorAt(next) }, 200, NO_STORE)
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const record = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).token(id, c.get('caller').users))
  if (!record) throw unknownToken()
  return c.json(tokenAnswer(record, clock()), 200, { ...NO_STORE, ETag: etag(record) })
}

async function update(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const { allowedOrigins } = c.get('settings')
  const seen = ifMatch(c)
  const given = await readChange(c, updateRequest(allowedOrigins), UpdateRequest)
  if ('earlier' in given) return changed(c, given.earlier as MadeOf<ChangedRecord>)
  const changes = changesOf(given.body)
  const result = await change(c, given.raw, async (registry, request) =>
    registry.update(id, changes, seen, request),
  )
  if (result.outcome === 'invalid') throw invalid(result.path, result.message)
  return changed(c, granted(result))
}

/** Answers with a record after a change. */
function changed(c: Context<AppEnv>, made: MadeOf<ChangedRecord>): Response {
  const { record, at, settings } = made
  const headers = { ...changeHeaders(made), ETag: etag(record) }
  return c.json({ ...tokenAnswer(record, at), effective_by: effectiveBy(at, settings) }, 200, headers)
}

async function refresh(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const seen = ifMatch(c)
  const { body } = await readJson(c, RefreshRequest)
  if (body.rotate) {
    requireRole(c, MANAGERS)
    return rotate(c, id, seen, body)
  }
  const result = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).refreshToken(id, seen, by(c)))
  const { record, tokensSince } = granted(result)
  const now = clock()
  if (hasEnded(record, now)) throw ended()
  const token = await signed(c, claimsAt(record, now, draw(), tokensSince))
  return c.json({ ...tokenAnswer(record, now), ...token }, 200, NO_STORE)
}

async function rotate(c: Context<AppEnv>, id: string, seen: SeenVersions, body: object): Promise<Response> {
  const made = granted(
    await change(c, body, async (registry, request) => registry.rotate(id, seen, draw(), request)),
  )
  const { record, tokensSince, at, settings } = made
  const token = await signed(c, claimsAt(record, at, made.draw, tokensSince), settings.kid)
  const effective_by = effectiveBy(at, settings, record.overlap)
  return c.json({ ...tokenAnswer(record, at), ...token, effective_by }, 200, changeHeaders(made))
}

async function revoke(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const seen = ifMatch(c)
  const made = granted(await change(c, '', async (registry, request) => registry.revoke(id, seen, request)))
  const { record, at, settings } = made
  const effective_by = effectiveBy(at, settings)
  return c.json({ ...tokenAnswer(record, at), effective_by }, 200, changeHeaders(made))
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

/** What came of asking for a record that has to be there, of a version, and open. Throws its refusal. */
function granted<Result extends { outcome: string }>(
  result: Result,
): Exclude<Result, { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }> {
  switch (result.outcome) {
    case 'unknown':
      throw unknownToken()
    case 'changed_meanwhile':
      throw new RefusedRequest('precondition_failed')
    case 'conflict':
      throw ended()
    default:
      return result as Exclude<Result, { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }>
  }
}

function draw(): Draw {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1))
  return { jti: random(), shard: number % SHARDS }
}
