import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import {
  ADMINS,
  type BearerKey,
  type BearerKeyStatus,
  type Caller,
  KEY_READERS,
  keyStatus,
  ROLES,
  type Role,
} from '../policy/caller.ts'
import { keyEffect } from '../policy/effect.ts'
import { formatTimestamp, type Instant } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { CreatedKey } from '../storage/registry-answers.ts'
import type { MadeOf } from '../storage/repetitions.ts'
import { bearerKey } from '../tokens/bearer-key.ts'
import { random, sha256 } from '../tokens/random.ts'
import { NO_STORE, timestamp } from './answer-fields.ts'
import { bearer } from './authorization.ts'
import { change, changeHeaders, readChange } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { cursorAt } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { KeyRequest, keyRequest } from './key-request.ts'
import { readQuery } from './query.ts'
import { instant } from './request-fields.ts'
import { KeyListQuery } from './requests.ts'

export function keys(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/keys', {
    access: 'key',
    POST: allow(ADMINS, create, 'everybody'),
    GET: allow(KEY_READERS, list, 'everybody'),
  })
  endpoint(app, '/v1/keys/current', { access: 'key', GET: allow(ROLES, showCurrent) })
  endpoint(app, '/v1/keys/:id', {
    access: 'key',
    GET: allow(KEY_READERS, show, 'everybody'),
    DELETE: allow(ADMINS, revoke, 'everybody'),
  })
}

/**
 * Makes a key, which the answer alone has: the registry keeps its digest. It is made of the key that asks, which no storage
 * has, and of a seed, which is kept with the answer for a day and told nobody: so a repetition under the same
 * `Idempotency-Key` gets the key again, and whoever gets hold of only one of the two can't make it.
 */
async function create(c: Context<AppEnv>): Promise<Response> {
  const now = clock()
  const parent = bearer(c.req.header('authorization')) ?? ''
  const schema = keyRequest(now, c.get('caller').key?.expiresAt ?? null)
  const given = await readChange(c, schema, KeyRequest)
  if ('earlier' in given) return created(c, given.earlier as MadeOf<CreatedKey>, parent)
  const { raw, body } = given
  const key: BearerKey = {
    id: `key_${random()}`,
    name: body.name,
    role: body.role,
    users: body.users ?? null,
    createdAt: now,
    expiresAt: body.expires_at ? instant(body.expires_at) : null,
    lastUsedAt: null,
    revokedAt: null,
  }
  const seed = random()
  const digest = (await sha256(await bearerKey(parent, seed))).toHex()
  const made = await change(c, raw, async (registry, request) =>
    registry.createKey(key, digest, seed, request),
  )
  return created(c, made, parent)
}

async function created(c: Context<AppEnv>, made: MadeOf<CreatedKey>, parent: string): Promise<Response> {
  const answer = { ...keyAnswer(made.key, made.at), key: await bearerKey(parent, made.seed) }
  return c.json(answer, 201, changeHeaders(made))
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: before, ...query } = readQuery(c, KeyListQuery)
  const { keys, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listKeys({ ...query, ...(before !== undefined && { before }) }),
  )
  const now = clock()
  return c.json({ items: keys.map((key) => keyAnswer(key, now)), next_cursor: cursorAt(next) }, 200, NO_STORE)
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const key = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).key(c.req.param('id') ?? ''))
  if (!key) throw unknownKey()
  return c.json(keyAnswer(key, clock()), 200, NO_STORE)
}

/** Shows the key that asks. A root key has no id and no name: it is a setting. */
async function showCurrent(c: Context<AppEnv>): Promise<Response> {
  const { key, role, users }: Caller = c.get('caller')
  const found = key && (await reach('TOKEN_REGISTRY', async () => registryOf(c.env).key(key.id)))
  const now = clock()
  if (found) return c.json(keyAnswer(found, now), 200, NO_STORE)
  const root = {
    id: null,
    name: null,
    created_at: null,
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
  }
  return c.json({ ...root, role, users, status: 'active' }, 200, NO_STORE)
}

async function revoke(c: Context<AppEnv>): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const done = await change(c, '', async (registry, request) => registry.revokeKey(id, request))
  if (done.outcome === 'unknown') throw unknownKey()
  const effective_by = { calls: formatTimestamp(keyEffect(done.at, done.settings)) }
  return c.json({ ...keyAnswer(done.key, done.at), effective_by }, 200, changeHeaders(done))
}

function unknownKey(): RefusedRequest {
  return new RefusedRequest('not_found', { detail: 'There is no key with this id.' })
}

/** A key as the API shows it, without itself. */
interface KeyAnswer {
  id: string
  name: string
  role: Role
  users: readonly string[] | null
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
  status: BearerKeyStatus
}

function keyAnswer(key: BearerKey, now: Instant): KeyAnswer {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    users: key.users,
    created_at: formatTimestamp(key.createdAt),
    expires_at: timestamp(key.expiresAt),
    last_used_at: timestamp(key.lastUsedAt),
    revoked_at: timestamp(key.revokedAt),
    status: keyStatus(key, now),
  }
}
