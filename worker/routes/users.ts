import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { type BiuwerRefresh, isAskedAhead } from '../policy/biuwer-refresh.ts'
import { biuwerTokensStatus, lastEnd } from '../policy/biuwer-token.ts'
import { MANAGERS, READERS } from '../policy/caller.ts'
import { formatTimestamp } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { refreshBiuwerToken } from '../source/refresh.ts'
import type { LinkedUser } from '../storage/linked-users.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { Linked, Refreshing, UserFacts } from '../storage/registry-answers.ts'
import type { MadeOf } from '../storage/repetitions.ts'
import { unseal, VaultError } from '../storage/vault.ts'
import { effectiveBy, NO_STORE, timestamp } from './answer-fields.ts'
import { LinkRequest, linkRequest, UserUpdateRequest } from './biuwer-token-request.ts'
import { vaultEntry } from './biuwer-tokens.ts'
import { readJson } from './body.ts'
import { change, changeHeaders, readChange } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { cursorAtName } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { readQuery } from './query.ts'
import { SignOutRequest, UserListQuery } from './requests.ts'
import { unknownUser, userParam } from './user-address.ts'

export function users(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/users', { access: 'key', GET: allow(READERS, list) })
  endpoint(app, '/v1/users/:user', {
    access: 'key',
    PUT: allow(MANAGERS, link),
    PATCH: allow(MANAGERS, update),
    GET: allow(READERS, show),
    DELETE: allow(MANAGERS, unlink),
  })
  endpoint(app, '/v1/users/:user/tokens', { access: 'key', DELETE: allow(MANAGERS, revokeTokens) })
  endpoint(app, '/v1/users/:user/sign-out', { access: 'key', POST: allow(MANAGERS, signOut) })
  endpoint(app, '/v1/sign-out', { access: 'key', POST: allow(MANAGERS, signOutAll, 'everybody') })
}

async function link(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const now = clock()
  const given = await readChange(c, linkRequest(now), LinkRequest)
  if ('earlier' in given) {
    const linked = given.earlier as MadeOf<Linked>
    // The first request may have been linked, and then have failed to ask.
    await askAtOnce(c, user, linked.biuwerRefresh)
    return linkedAnswer(c, linked)
  }
  const { body, raw } = given
  const { biuwer_token, biuwer_refresh = 'manual' } = body
  const linking =
    biuwer_token === undefined
      ? { entry: null, keepIfStill: null }
      : {
          entry: await vaultEntry(c, user, { ...body, biuwer_token }, now),
          keepIfStill: await entryWith(c, user, biuwer_token),
        }
  const refresh = refreshing(c, biuwer_refresh)
  const linked = await change(c, raw, async (registry, request) =>
    registry.link({ ...linking, user, refresh }, request),
  )
  if (linked.outcome === 'no_source') throw noSource()
  await askAtOnce(c, user, biuwer_refresh)
  return linkedAnswer(c, linked)
}

/** Sets how a user's Biuwer tokens are replaced. */
async function update(c: Context<AppEnv>): Promise<Response> {
  const name = userParam(c)
  const { body } = await readJson(c, UserUpdateRequest)
  const refresh = refreshing(c, body.biuwer_refresh)
  const done = await change(c, body, async (registry, request) => registry.updateUser(name, refresh, request))
  if (done.outcome === 'unknown') throw unknownUser(name)
  if (done.outcome === 'no_source') throw noSource()
  await askAtOnce(c, name, body.biuwer_refresh)
  const effective_by = effectiveBy(done.at, done.settings)
  return c.json({ ...userAnswer(done), effective_by }, 200, changeHeaders(done))
}

function refreshing(c: Context<AppEnv>, biuwerRefresh: BiuwerRefresh): Refreshing {
  return { biuwerRefresh, hasSource: c.get('settings').tokenSource !== null }
}

function noSource(): RefusedRequest {
  return new RefusedRequest('conflict', {
    detail:
      'This edge has no token source that Biuwer tokens could come from. Set BIUWER_TOKEN_SOURCE first.',
  })
}

/** Asks the token source before the answer, so that what is linked opens. Where it fails, it is asked again by itself. */
async function askAtOnce(c: Context<AppEnv>, user: string, refresh: BiuwerRefresh): Promise<void> {
  if (isAskedAhead(refresh))
    await reach('TOKEN_REGISTRY', () => refreshBiuwerToken(c.env, c.get('settings'), user))
}

/** Answers with a user who was linked, or linked anew. */
function linkedAnswer(c: Context<AppEnv>, linked: MadeOf<Linked>): Response {
  if (linked.created) return c.json(userAnswer(linked), 201, changeHeaders(linked))
  const effective_by = effectiveBy(linked.at, linked.settings)
  return c.json({ ...userAnswer(linked), effective_by }, 200, changeHeaders(linked))
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const { cursor: after, biuwer_token: biuwerToken, ...query } = readQuery(c, UserListQuery)
  const { users, next } = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).listUsers({ ...query, biuwerToken, after }, c.get('caller').users),
  )
  return c.json({ items: users.map(linkedUserAnswer), next_cursor: cursorAtName(next) }, 200, NO_STORE)
}

async function show(c: Context<AppEnv>): Promise<Response> {
  const name = userParam(c)
  const user = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).linkedUser(name))
  if (!user) throw unknownUser(name)
  return c.json(linkedUserAnswer(user), 200, NO_STORE)
}

async function unlink(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const done = await change(c, '', async (registry, request) => registry.unlink(user, request))
  if (done.outcome === 'unknown') throw unknownUser(user)
  const { revoked, at, settings } = done
  return c.json({ user, revoked, effective_by: effectiveBy(at, settings) }, 200, changeHeaders(done))
}

async function revokeTokens(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const done = await change(c, '', async (registry, request) => registry.revokeAllOf(user, request))
  const { revoked, at, settings } = done
  return c.json({ revoked, effective_by: effectiveBy(at, settings) }, 200, changeHeaders(done))
}

async function signOut(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const { body } = await readJson(c, SignOutRequest)
  const done = await change(c, body, async (registry, request) => registry.signOutUser(user, request))
  if (done.outcome === 'unknown') throw unknownUser(user)
  return c.json({ user, effective_by: effectiveBy(done.at, done.settings) }, 200, changeHeaders(done))
}

async function signOutAll(c: Context<AppEnv>): Promise<Response> {
  const { body } = await readJson(c, SignOutRequest)
  const done = await change(c, body, async (registry, request) => registry.signOutAll(request))
  return c.json({ effective_by: effectiveBy(done.at, done.settings) }, 200, changeHeaders(done))
}

/** The entry of the vault that has this very Biuwer token already, so that linking it again ends no session. */
async function entryWith(c: Context<AppEnv>, user: string, biuwerToken: string): Promise<string | null> {
  const keys = c.get('settings').vaultKeys
  const entries = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).vaultEntries(user))
  for (const { id, sealed } of entries) {
    try {
      if ((await unseal(user, sealed, keys)) === biuwerToken) return id
    } catch (error) {
      // An entry that no key opens any more is replaced by linking anew.
      if (!(error instanceof VaultError)) throw error
    }
  }
  return null
}

/** A user as the API shows it. */
interface UserAnswer {
  user: string
  linked_at: string
  updated_at: string
  biuwer_refresh: BiuwerRefresh
}

function userAnswer({ user, linkedAt, updatedAt, biuwerRefresh }: UserFacts): UserAnswer {
  return {
    user,
    linked_at: formatTimestamp(linkedAt),
    updated_at: formatTimestamp(updatedAt),
    biuwer_refresh: biuwerRefresh,
  }
}

interface LinkedUserAnswer extends UserAnswer {
  live_tokens: number
  biuwer_token_status: ReturnType<typeof biuwerTokensStatus>
  biuwer_token_ends: string | null
  biuwer_refresh_failing_since: string | null
}

function linkedUserAnswer(user: LinkedUser): LinkedUserAnswer {
  return {
    ...userAnswer(user),
    live_tokens: user.liveTokens,
    biuwer_token_status: biuwerTokensStatus(user.biuwerTokens, clock()),
    biuwer_token_ends: timestamp(lastEnd(user.biuwerTokens)),
    biuwer_refresh_failing_since: timestamp(user.failingSince),
  }
}
