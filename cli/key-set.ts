import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { KeyError, readTokenKeys, readVaultKeys } from '../worker/tokens/keys.ts'
import { ADMIN_KEY_PREFIX } from './argv-secrets.ts'
import { wrongUsage } from './failures.ts'

/** A JWK Set (RFC 7517) as `TOKEN_KEYS` and `VAULT_KEYS` hold it. */
export interface KeySet {
  keys: Jwk[]
}
export interface Jwk {
  kid: string
  alg?: string
  [member: string]: unknown
}

/** The settings that hold a set, with the edge's own check of each. */
export const SETTINGS = {
  TOKEN_KEYS: { check: readTokenKeys, uses: 'signs' },
  VAULT_KEYS: { check: readVaultKeys, uses: 'encrypts' },
} as const
export type Setting = keyof typeof SETTINGS

export function makeAdminKey(): { admin_key: string; digest: string } {
  const admin_key = ADMIN_KEY_PREFIX + randomBytes(32).toString('base64url')
  return { admin_key, digest: createHash('sha256').update(admin_key).digest('hex') }
}

/** A secret of Standard Webhooks: 32 random bytes. */
export function makeSourceSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

export function makeKey(alg: 'HS256' | 'EdDSA' | 'A256GCM'): Jwk {
  const kid = randomBytes(6).toString('hex')
  if (alg === 'EdDSA') {
    const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    return { kty, crv, alg, use: 'sig', kid, x, d }
  }
  const use = alg === 'A256GCM' ? 'enc' : 'sig'
  return { kty: 'oct', alg, use, kid, k: randomBytes(32).toString('base64url') }
}

/** Reads a set as the edge would, so that what this program writes is never refused there. */
export async function parseKeySet(text: string, setting: Setting): Promise<KeySet> {
  try {
    await SETTINGS[setting].check(text)
  } catch (error) {
    if (!(error instanceof KeyError)) throw error
    throw wrongUsage(`The set is not fit for ${setting}: ${error.message}.`)
  }
  return JSON.parse(text)
}

/** Adds the key last, so that every edge knows it before any of them uses it. */
export function add({ keys }: KeySet, key: Jwk): KeySet {
  return { keys: [...keys, key] }
}

/** Puts the key first: it is used from then on, and the others go on serving what they made. */
export function promote(set: KeySet, kid: string): KeySet {
  const key = find(set, kid)
  return { keys: [key, ...set.keys.filter((other) => other !== key)] }
}

/** Takes the key out, but not the one in use: what it makes until the deployment would be lost with it. */
export function retire(set: KeySet, kid: string, setting: Setting): KeySet {
  const key = find(set, kid)
  if (key === set.keys[0]) {
    const { uses } = SETTINGS[setting]
    throw wrongUsage(`Key ${kid} is first, so it ${uses}. Promote another and deploy before retiring it.`)
  }
  return { keys: set.keys.filter((other) => other !== key) }
}

function find({ keys }: KeySet, kid: string): Jwk {
  const key = keys.find((candidate) => candidate.kid === kid)
  if (!key) throw wrongUsage(`The set has no such key; it has ${keys.map((known) => known.kid).join(', ')}.`)
  return key
}
