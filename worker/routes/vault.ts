import type { Context, Hono } from 'hono'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { seal } from '../storage/vault.ts'
import { NO_STORE } from './answers.ts'
import { type App, by, resource } from './app.ts'
import { readJson } from './body.ts'
import { unsealed } from './sessions.ts'
import { ReencryptRequest } from './vault-request.ts'

/** How many entries a call seals anew. */
const MOST = 100

export function vault(app: Hono<App>): void {
  resource(app, '/v1/vault/reencrypt', { POST: reencrypt })
}

/** Seals entries of older keys with the first key of `VAULT_KEYS`; call it until `remaining` is 0. */
async function reencrypt(c: Context<App>): Promise<Response> {
  await readJson(c, ReencryptRequest)
  const { vaultKeys } = c.get('settings')
  const registry = registryOf(c.env)
  const { kid } = vaultKeys[0]
  const users = await reach('TOKEN_REGISTRY', async () => registry.usersNotSealedBy(kid, MOST))
  const entries = await Promise.all(
    users.map(async ({ user, sealed }) => ({
      user,
      former: sealed,
      sealed: await seal(user, await unsealed(user, sealed, vaultKeys), vaultKeys),
    })),
  )
  const result = await reach('TOKEN_REGISTRY', async () => registry.reseal(entries, kid, by(c)))
  return c.json(result, 200, NO_STORE)
}
