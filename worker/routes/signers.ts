import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { SIGNED_SECONDS } from '../policy/bounds.ts'
import { ADMINS, isFor, MANAGERS, READERS } from '../policy/caller.ts'
import {
  isPatternFor,
  type Signer,
  type SignerStatus,
  signedPreviewClaims,
  signerStatus,
} from '../policy/signer.ts'
import { formatTimestamp } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { dropSignerLease } from '../storage/leases.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { ChangedSigner, CreatedSigner } from '../storage/registry-answers.ts'
import type { MadeOf } from '../storage/repetitions.ts'
import { SHARDS } from '../storage/spent-tokens.ts'
import { signEmbedToken } from '../tokens/embed-token.ts'
import { random } from '../tokens/random.ts'
import { effectiveBy, NO_STORE, timestamp } from './answer-fields.ts'
import { readJson } from './body.ts'
import { change, changeHeaders, readChange } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { etag, ifMatch } from './if-match.ts'
import { readQuery } from './query.ts'
import { SignerListQuery, SignerPreviewRequest } from './requests.ts'
import {
  SignerRequest,
  SignerUpdateRequest,
  signerChanges,
  signerRequest,
  signerUpdateRequest,
} from './signer-request.ts'
import { unknownUser } from './user-address.ts'
import { stores } from './verify-token.ts'

export function signers(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/signers', {
    access: 'key',
    POST: allow(ADMINS, create),
    GET: allow(READERS, list),
  })
  endpoint(app, '/v1/signers/:id', {
    access: 'key',
    GET: allow(READERS, show),
    PATCH: allow(ADMINS, update),
    DELETE: allow(ADMINS, revoke),
  })
  endpoint(app, '/v1/signers/:id/preview', { access: 'key', POST: allow(MANAGERS, preview) })
}

async function create(c: Context<AppEnv>): Promise<Response> {
  const schema = signerRequest(c.get('settings').allowedOrigins)
  const given = await readChange(c, schema, SignerRequest)
  if ('earlier' in given) return created(c, given.earlier as MadeOf<CreatedSigner>)
  const { raw, body } = given
  requireUsers(c, body.users ?? null)
  const now = clock()
  const signer: Signer = {
    id: `sig_${random()}`,
    name: body.name,
    keys: [],
    users: null,
    resources: null,
    origins: null,
    maxTtl: SIGNED_SECONDS.default,
    singleUse: true,
    ...(await signerChanges(body)),
    shards: SHARDS,
    tokensSince: 0,
    version: 1,
    createdAt: now,
    updatedAt: now,
    lastUsedAt: null,
    revokedAt: null,
  }
  const made = await change(c, raw, async (registry, request) => registry.createSigner(signer, request))
  return created(c, made)
}

function created(c: Context<AppEnv>, made: MadeOf<CreatedSigner>): Response {
  const headers = { ...changeHeaders(made), ETag: etag(made.signer) }
  return c.json(signerAnswer(made.signer), 201, headers)
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, SignerListQuery)
  const { signers, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listSigners(
      { ...query, ...(before !== undefined && { before }) },
      c.get('caller').users,
    ),
  )
  return c.json({ items: signers.map(signerAnswer), next_cursor: cursorAt(next) }, 200, NO_STORE)
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const signer = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).signer(idParam(c), c.get('caller').users),
  )
  if (!signer) throw unknownSigner()
  return c.json(signerAnswer(signer), 200, { ...NO_STORE, ETag: etag(signer) })
}

async function update(c: Context<AppEnv>): Promise<Response> {
  const seen = ifMatch(c)
  const schema = signerUpdateRequest(c.get('settings').allowedOrigins)
  const given = await readChange(c, schema, SignerUpdateRequest)
  if ('earlier' in given) return changed(c, given.earlier as MadeOf<ChangedSigner>)
  const { raw, body } = given
  if (body.users !== undefined) requireUsers(c, body.users)
  const changes = await signerChanges(body)
  const id = idParam(c)
  const made = granted(
    await change(c, raw, async (registry, request) => registry.updateSigner(id, changes, seen, request)),
  )
  return changed(c, made)
}

async function revoke(c: Context<AppEnv>): Promise<Response> {
  const seen = ifMatch(c)
  const id = idParam(c)
  const made = granted(
    await change(c, '', async (registry, request) => registry.revokeSigner(id, seen, request)),
  )
  return changed(c, made)
}

/** Answers with a signer after a change, of which this place knows at once. */
async function changed(c: Context<AppEnv>, made: MadeOf<ChangedSigner>): Promise<Response> {
  const { signer, at, settings } = made
  await dropSignerLease(signer.id, stores(c))
  const headers = { ...changeHeaders(made), ETag: etag(signer) }
  return c.json({ ...signerAnswer(signer), effective_by: effectiveBy(at, settings) }, 200, headers)
}

/**
 * Gives a token to try on the edge's own pages what the signer's tokens open for a user. The edge signs it: it has no key of
 * the signer's.
 */
async function preview(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const { body } = await readJson(c, SignerPreviewRequest)
  const { user, resource } = body
  if (!isFor(user, c.get('caller').users)) throw unknownUser(user)
  const result = granted(
    await change(c, null, async (registry, request) => registry.previewSigner(id, user, request)),
  )
  const { signer, tokensSince } = result
  const claims = signedPreviewClaims(signer, { user, resource }, clock(), random(), tokensSince)
  const token = await signEmbedToken(claims, c.get('settings').tokenKeys)
  return c.json({ token, token_expires_at: timestamp(claims.exp) }, 200, NO_STORE)
}

function idParam(c: Context<AppEnv>): string {
  return c.req.param('id') ?? ''
}

/** Refuses users of a signer whom the key is not for. A signer without users is for everybody. */
function requireUsers(c: Context<AppEnv>, users: readonly string[] | null): void {
  const visible = c.get('caller').users
  if (visible === null) return
  if (users === null)
    throw new RefusedRequest('forbidden', {
      detail: 'A signer without "users" is for everybody, and the key is for some users alone. Pass "users".',
    })
  const other = users.find((pattern) => !isPatternFor(pattern, visible))
  if (other !== undefined) throw unknownUser(other)
}

/** What came of asking for a signer that has to be there, and to go on. Throws its refusal. */
function granted<Result extends { outcome: string }>(
  result: Result,
): Exclude<Result, { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }> {
  switch (result.outcome) {
    case 'unknown':
      throw unknownSigner()
    case 'changed_meanwhile':
      throw new RefusedRequest('precondition_failed', {
        detail:
          'The signer was changed since the version that If-Match names. Read it again, and decide anew.',
      })
    case 'conflict':
      throw new RefusedRequest('conflict', {
        detail: 'The signer was deleted. Make a new one with POST /v1/signers.',
      })
    default:
      return result as Exclude<Result, { outcome: 'unknown' | 'changed_meanwhile' | 'conflict' }>
  }
}

function unknownSigner(): RefusedRequest {
  return new RefusedRequest('not_found', { detail: 'There is no signer with this id.' })
}

/** A signer as the API shows it. */
interface SignerAnswer {
  id: string
  name: string
  keys: { keys: Record<string, string>[] }
  users: readonly string[] | null
  resources: string[] | null
  origins: string[] | null
  max_ttl: number
  single_use: boolean
  version: number
  created_at: string
  updated_at: string
  last_used_at: string | null
  revoked_at: string | null
  status: SignerStatus
}

function signerAnswer(signer: Signer): SignerAnswer {
  return {
    id: signer.id,
    name: signer.name,
    keys: { keys: signer.keys.map(({ kid, alg, jwk }) => ({ kid, alg, use: 'sig', ...jwk })) },
    users: signer.users,
    resources: signer.resources,
    origins: signer.origins,
    max_ttl: signer.maxTtl,
    single_use: signer.singleUse,
    version: signer.version,
    created_at: formatTimestamp(signer.createdAt),
    updated_at: formatTimestamp(signer.updatedAt),
    last_used_at: timestamp(signer.lastUsedAt),
    revoked_at: timestamp(signer.revokedAt),
    status: signerStatus(signer),
  }
}
