import { decode, encode } from './base64url.ts'
import type { KeySet } from './keys.ts'

/**
 * Authentication of leases, which KV keeps and others may write. Each key of `VAULT_KEYS` gives an HMAC-SHA-256 key
 * (HKDF-SHA-256, RFC 5869) that serves for nothing else. The first key of the set authenticates, all verify.
 */

/** A message's authentication code (base64url), and the key of `VAULT_KEYS` that its HMAC key was derived from. */
export interface Mac {
  kid: string
  mac: string
}

type AuthenticatingKeys = KeySet<{ kid: string; leaseKey: CryptoKey }>

/** Derives the key that authenticates leases from a secret key. */
export async function deriveLeaseKey(secret: Uint8Array): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const info = new TextEncoder().encode('biuwer-embed leases')
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  return crypto.subtle.deriveKey(hkdf, base, hmac, false, ['sign', 'verify'])
}

/** Authenticates a message under the first key. */
export async function authenticate(message: string, keys: AuthenticatingKeys): Promise<Mac> {
  const { kid, leaseKey } = keys[0]
  const mac = await crypto.subtle.sign('HMAC', leaseKey, new TextEncoder().encode(message))
  return { kid, mac: encode(new Uint8Array(mac)) }
}

/** Whether whoever has one of the keys authenticated this very message. */
export async function isAuthentic(
  message: string,
  { kid, mac }: Mac,
  keys: AuthenticatingKeys,
): Promise<boolean> {
  const key = keys.find((candidate) => candidate.kid === kid)?.leaseKey
  // 32 bytes in base64url, so that decoding cannot fail.
  if (!key || !/^[A-Za-z0-9_-]{43}$/.test(mac)) return false
  return crypto.subtle.verify('HMAC', key, decode(mac), new TextEncoder().encode(message))
}
