import type { Context, Hono } from 'hono'
import type { Settings } from '../env.ts'
import { ADMINS } from '../policy/caller.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import type { OwnedEntry, Resealed } from '../storage/resealing.ts'
import { seal, unseal, VaultError } from '../storage/vault.ts'
import { readJson } from './body.ts'
import { change, changeHeaders } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { cursorAtName } from './cursor.ts'
import { allow, endpoint } from './endpoint.ts'
import { ReencryptRequest } from './requests.ts'

/** Entries that one call tries. */
const MOST = 100

export function vault(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/vault/reencrypt', { access: 'key', POST: allow(ADMINS, reencrypt, 'everybody') })
}

/** Re-seals entries of older keys under the first key of `VAULT_KEYS`, and names those that no key opens. */
async function reencrypt(c: Context<AppEnv>): Promise<Response> {
  const { body } = await readJson(c, ReencryptRequest)
  const { vaultKeys } = c.get('settings')
  const registry = registryOf(c.env)
  const { kid } = vaultKeys[0]
  const found = await reach('TOKEN_REGISTRY', async () =>
    registry.entriesNotSealedBy(kid, body.cursor ?? '', MOST),
  )
  const tried = await Promise.all(found.map((entry) => resealed(entry, vaultKeys)))
  const entries = tried.filter((entry) => entry !== null)
  const unopened = found
    .filter((_, index) => tried[index] === null)
    .map(({ user, sealed }) => ({ user, kid: sealed.kid }))
  const next = found.length === MOST ? (found.at(-1)?.id ?? null) : null
  const step = { entries, kid, unopened, next }
  const done = await change(c, body, async (to, request) => to.replaceSealed(step, request))
  const answer = {
    reencrypted: done.reencrypted,
    remaining: done.remaining,
    unopened: done.unopened,
    next_cursor: cursorAtName(done.next),
  }
  return c.json(answer, 200, changeHeaders(done))
}

/** An entry under the first key; null where no key opens it, so that the others can be re-sealed all the same. */
async function resealed(
  { id, user, sealed }: OwnedEntry,
  keys: Settings['vaultKeys'],
): Promise<Resealed | null> {
  try {
    return { id, former: sealed, sealed: await seal(user, await unseal(user, sealed, keys), keys) }
  } catch (error) {
    if (error instanceof VaultError) return null
    throw error
  }
}
