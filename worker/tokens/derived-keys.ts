import { decode, encode } from './base64url.ts'
import type { KeySet } from './keys.ts'

/**
 * Authentication of what the edge keeps where others may write. Each key of `VAULT_KEYS` gives an HMAC-SHA-256 key for
 * each purpose (HKDF-SHA-256, RFC 5869, with the purpose as `info`), so that what is authentic for one is nothing for
 * another. The first key of the set authenticates, all verify.
 */

/** The HMAC keys of one key of `VAULT_KEYS`, by purpose. */
export interface DerivedKeys {
  leases: CryptoKey
  backups: CryptoKey
}

export type Purpose = keyof DerivedKeys

/** A message's authentication code (base64url), and the key of `VAULT_KEYS` that its HMAC key was derived from. */
export interface Mac {
  kid: string
  mac: string
}

/** A key set whose keys have HMAC keys. */
type AuthenticatingKeys = KeySet<{ kid: string; derived: DerivedKeys }>

/** Derives the HMAC keys of a secret key. */
export async function derivedKeys(secret: Uint8Array): Promise<DerivedKeys> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const derive = (purpose: Purpose) => {
    const info = new TextEncoder().encode(`biuwer-embed ${purpose}`)
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info }
    const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
    return crypto.subtle.deriveKey(hkdf, base, hmac, false, ['sign', 'verify'])
  }
  return { leases: await derive('leases'), backups: await derive('backups') }
}

/** Authenticates a message under the first key. */
export async function authenticate(
  message: string,
  purpose: Purpose,
  keys: AuthenticatingKeys,
): Promise<Mac> {
  const { kid, derived } = keys[0]
  const mac = await crypto.subtle.sign('HMAC', derived[purpose], new TextEncoder().encode(message))
  return { kid, mac: encode(new Uint8Array(mac)) }
}

/** Whether whoever has one of the keys authenticated this very message for this purpose. */
export async function isAuthentic(
  message: string,
  { kid, mac }: Mac,
  purpose: Purpose,
  keys: AuthenticatingKeys,
): Promise<boolean> {
  const key = keys.find((candidate) => candidate.kid === kid)?.derived[purpose]
  // 32 bytes in base64url, so that decoding cannot fail.
  if (!key || !/^[A-Za-z0-9_-]{43}$/.test(mac)) return false
  return crypto.subtle.verify('HMAC', key, decode(mac), new TextEncoder().encode(message))
}
