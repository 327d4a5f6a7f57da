import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { BIUWER_TOKEN_PREFIX, type BiuwerToken, biuwerTokenStatus } from '../policy/biuwer-token.ts'
import { MANAGERS, READERS } from '../policy/caller.ts'
import { formatTimestamp, type Instant } from '../policy/time.ts'
import { RefusedRequest } from '../refused-request.ts'
import { MOST_BIUWER_TOKENS } from '../storage/biuwer-tokens.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { AddedBiuwerToken } from '../storage/registry-answers.ts'
import type { MadeOf } from '../storage/repetitions.ts'
import { seal } from '../storage/vault.ts'
import { random } from '../tokens/random.ts'
import { effectiveBy, NO_STORE, timestamp } from './answer-fields.ts'
import {
  type BiuwerTokenBody,
  BiuwerTokenRequest,
  biuwerTokenRequest,
  intervalOf,
} from './biuwer-token-request.ts'
import { change, changeHeaders, readChange } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { unknownUser, userParam } from './user-address.ts'

export function biuwerTokens(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/users/:user/biuwer-tokens', {
    access: 'key',
    GET: allow(READERS, list),
    POST: allow(MANAGERS, add),
  })
  endpoint(app, '/v1/users/:user/biuwer-tokens/:id', { access: 'key', DELETE: allow(MANAGERS, remove) })
}

async function list(c: Context<AppEnv>): Promise<Response> {
  const name = userParam(c)
  const user = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).linkedUser(name))
  if (!user) throw unknownUser(name)
  const now = clock()
  return c.json({ items: user.biuwerTokens.map((token) => biuwerTokenAnswer(token, now)) }, 200, NO_STORE)
}

/** Adds a Biuwer token, ahead of the end of another. It ends no session. */
async function add(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const now = clock()
  const given = await readChange(c, biuwerTokenRequest(now), BiuwerTokenRequest)
  if ('earlier' in given) return added(c, given.earlier as MadeOf<AddedBiuwerToken>)
  const entry = await vaultEntry(c, user, given.body, now)
  const done = await change(c, given.raw, async (registry, request) =>
    registry.addBiuwerToken(user, entry, request),
  )
  switch (done.outcome) {
    case 'unknown':
      throw unknownUser(user)
    case 'conflict':
      throw new RefusedRequest('conflict', {
        detail: `A user has ${MOST_BIUWER_TOKENS} Biuwer tokens at most, and none of these has ended. Delete one first.`,
      })
    case 'made':
      return added(c, done)
  }
}

function added(c: Context<AppEnv>, made: MadeOf<AddedBiuwerToken>): Response {
  return c.json(biuwerTokenAnswer(made.token, made.at), 201, changeHeaders(made))
}

/** Forgets a Biuwer token: the sessions that show it end. */
async function remove(c: Context<AppEnv>): Promise<Response> {
  const user = userParam(c)
  const id = c.req.param('id') ?? ''
  const done = await change(c, '', async (registry, request) => registry.deleteBiuwerToken(user, id, request))
  if (done.outcome === 'unknown')
    throw new RefusedRequest('not_found', { detail: 'The user has no Biuwer token with this id.' })
  const effective_by = effectiveBy(done.at, done.settings)
  return c.json({ ...biuwerTokenAnswer(done.token, done.at), effective_by }, 200, changeHeaders(done))
}

/** What the vault is given of a request: the Biuwer token, sealed, under a new id. */
export async function vaultEntry(c: Context<AppEnv>, user: string, body: BiuwerTokenBody, now: Instant) {
  const sealed = await seal(user, body.biuwer_token, c.get('settings').vaultKeys)
  return {
    id: `${BIUWER_TOKEN_PREFIX}${random()}`,
    sealed,
    ...intervalOf(body, now),
    addedAt: now,
    madeBy: 'hand' as const,
  }
}

/** A Biuwer token as the API shows it, without itself. */
function biuwerTokenAnswer(token: BiuwerToken, now: Instant) {
  return {
    id: token.id,
    from: formatTimestamp(token.from),
    to: timestamp(token.to),
    added_at: formatTimestamp(token.addedAt),
    status: biuwerTokenStatus(token, now),
    by_source: token.madeBy !== 'hand',
  }
}
