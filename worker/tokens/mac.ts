import { decode, encode } from './base64url.ts'
import type { KeySet } from './keys.ts'

/**
 * Authentication of what is kept where others may write: leases in KV, backups anywhere. Each key of `VAULT_KEYS` gives an
 * HMAC-SHA-256 key for each purpose (HKDF-SHA-256, RFC 5869), so that what was authenticated for one passes for no other.
 * The first key of the set authenticates, all verify.
 */

const PURPOSES = ['leases', 'backups'] as const
export type Purpose = (typeof PURPOSES)[number]
export type MacKeys = Record<Purpose, CryptoKey>

/** A message's authentication code (base64url), and the key of `VAULT_KEYS` that its HMAC key was derived from. */
export interface Mac {
  kid: string
  mac: string
}

type AuthenticatingKeys = KeySet<{ kid: string; macKeys: MacKeys }>

/** Derives the key of each purpose from a secret key. */
export async function deriveMacKeys(secret: Uint8Array): Promise<MacKeys> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const derive = async (purpose: Purpose) => {
    const info = new TextEncoder().encode(`biuwer-embed ${purpose}`)
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }
    const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
    return [purpose, await crypto.subtle.deriveKey(hkdf, base, hmac, false, ['sign', 'verify'])]
  }
  return Object.fromEntries(await Promise.all(PURPOSES.map(derive)))
}

/** Authenticates a message under the first key. */
export async function authenticate(
  purpose: Purpose,
  message: string,
  keys: AuthenticatingKeys,
): Promise<Mac> {
  const { kid, macKeys } = keys[0]
  const mac = await crypto.subtle.sign('HMAC', macKeys[purpose], new TextEncoder().encode(message))
  return { kid, mac: encode(new Uint8Array(mac)) }
}

/**
 * Whether whoever has one of the keys authenticated this very message for this purpose. Where no `kid` is told, each key
 * is tried.
 */
export async function isAuthentic(
  purpose: Purpose,
  message: string,
  { kid, mac }: Pick<Mac, 'mac'> & Partial<Mac>,
  keys: AuthenticatingKeys,
): Promise<boolean> {
  const [given, bytes] = [decode(mac), new TextEncoder().encode(message)]
  if (!given) return false
  for (const key of keys) {
    if (kid !== undefined && kid !== key.kid) continue
    if (await crypto.subtle.verify('HMAC', key.macKeys[purpose], given, bytes)) return true
  }
  return false
}
