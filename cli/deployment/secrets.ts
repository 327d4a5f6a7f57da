import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ADMIN_KEY_PREFIX } from '../argv-secrets.ts'
import { wrongUsage } from '../failures.ts'
import { readInput, writePrivate } from '../files.ts'
import { makeAdminKey, makeKey, parseKeySet } from '../key-set.ts'
import { failed, type Wrangler } from './wrangler.ts'

interface Secret {
  /** The file's name in the folder of the environment's keys. */
  file: string
  make(): string
  /** What Cloudflare is given of the file's text. */
  given(text: string): string | Promise<string>
}

/** The secrets without which no edge runs. */
export const SECRETS: Record<string, Secret> = {
  ADMIN_KEYS: {
    file: 'admin.key',
    make: () => makeAdminKey().admin_key,
    given(key) {
      if (!key.startsWith(ADMIN_KEY_PREFIX)) throw wrongUsage('admin.key holds no root key.')
      return createHash('sha256').update(key).digest('hex')
    },
  },
  TOKEN_KEYS: keySet('token.jwks', 'TOKEN_KEYS', 'HS256'),
  VAULT_KEYS: keySet('vault.jwks', 'VAULT_KEYS', 'A256GCM'),
}

function keySet(file: string, setting: 'TOKEN_KEYS' | 'VAULT_KEYS', alg: 'HS256' | 'A256GCM'): Secret {
  return {
    file,
    make: () => JSON.stringify({ keys: [makeKey(alg)] }),
    given: async (text) => JSON.stringify(await parseKeySet(text, setting)),
  }
}

/** The names of the secrets that the Worker has at Cloudflare. */
export async function secretsThere(wrangler: Wrangler): Promise<string[]> {
  const args = ['secret', 'list', '--format', 'json']
  const { exit, stdout, said } = await wrangler.quietly(args)
  // The Worker's first deployment is still to come.
  if (exit !== 0 && /Worker ".*not found\./.test(said)) return []
  if (exit !== 0) throw failed(args, said)
  return JSON.parse(stdout).map(({ name }: { name: string }) => name)
}

/**
 * Gives the Worker a secret that it lacks. It is in a file of the folder before Cloudflare has it, which never shows it again: an
 * interrupted deployment goes on with that file. Gives the file's text.
 */
export async function putSecret(wrangler: Wrangler, name: string, folder: string): Promise<string> {
  const secret = SECRETS[name]
  if (!secret) throw new Error(`${name} is none of the secrets`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, secret.file)
  const kept = await readInput(path).catch(() => undefined)
  if (kept === undefined) await writePrivate({ path, overwrites: false }, `${secret.make()}\n`)
  const text = (await readInput(path)).trim()
  const args = ['secret', 'put', name]
  const { exit, said } = await wrangler.quietly(args, await secret.given(text))
  if (exit !== 0) throw failed(args, said)
  return text
}
