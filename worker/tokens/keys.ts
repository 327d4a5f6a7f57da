import { isBase64url } from './base64url.ts'
import { deriveMacKeys, type MacKeys } from './mac.ts'

/**
 * Keys from the settings: `TOKEN_KEYS` and `VAULT_KEYS`, each a JWK Set (RFC 7517). Messages name a key by its position
 * in the set and quote nothing.
 */

/** A key that signs or verifies tokens: HS256 (RFC 7518) or EdDSA over Ed25519 (RFC 8037). */
export interface TokenKey {
  kid: string
  alg: 'HS256' | 'EdDSA'
  verify: CryptoKey
  /** null: a public key, kept to verify what its private half has signed. */
  sign: CryptoKey | null
  /** JWS headers under this key by `typ`, encoded at their first use. */
  headers: Map<string, string>
}

export interface VaultKey {
  kid: string
  key: CryptoKey
  /** Derived from the key, to authenticate leases and backups. */
  macKeys: MacKeys
}

/** Keys of one purpose. The first signs, or encrypts; all verify, or decrypt. */
export type KeySet<Key extends { kid: string }> = readonly [Key, ...Key[]]

/** Why a key set is refused, without its contents. */
export class KeyError extends Error {
  override name = 'KeyError'
}

export async function readTokenKeys(text: string): Promise<KeySet<TokenKey>> {
  const keys = await readSet(text, tokenKey)
  if (!keys[0].sign) throw new KeyError('key 1 signs, so it has to be a private key')
  return keys
}

export function readVaultKeys(text: string): Promise<KeySet<VaultKey>> {
  return readSet(text, vaultKey)
}

async function tokenKey(jwk: JsonWebKey, kid: string, name: string): Promise<TokenKey> {
  if (jwk.kty === 'oct' && (jwk.alg ?? 'HS256') === 'HS256') {
    const secret = octets(jwk, name)
    if (secret.byteLength < 32) throw new KeyError(`${name} needs at least 256 bits for HS256`)
    const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
      'verify',
    ])
    return { kid, alg: 'HS256', verify: key, sign: key, headers: new Map() }
  }
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519' && (jwk.alg ?? 'EdDSA') === 'EdDSA') {
    const { d, x } = jwk
    if (!x) throw new KeyError(`${name} lacks "x"`)
    const plain = { kty: 'OKP', crv: 'Ed25519', x }
    return {
      kid,
      alg: 'EdDSA',
      verify: await importOkp(plain, 'verify', name),
      sign: d ? await importOkp({ ...plain, d }, 'sign', name) : null,
      headers: new Map(),
    }
  }
  throw new KeyError(
    `${name} has to be {"kty":"oct","alg":"HS256"} or {"kty":"OKP","crv":"Ed25519","alg":"EdDSA"}`,
  )
}

async function importOkp(jwk: JsonWebKey, use: 'sign' | 'verify', name: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, [use])
  } catch (cause) {
    throw new KeyError(`${name} is no Ed25519 key`, { cause })
  }
}

async function vaultKey(jwk: JsonWebKey, kid: string, name: string): Promise<VaultKey> {
  if (jwk.kty !== 'oct' || (jwk.alg ?? 'A256GCM') !== 'A256GCM') {
    throw new KeyError(`${name} has to be {"kty":"oct","alg":"A256GCM"}`)
  }
  const secret = octets(jwk, name)
  if (secret.byteLength !== 32) throw new KeyError(`${name} needs exactly 256 bits for A256GCM`)
  const key = await crypto.subtle.importKey('raw', secret, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { kid, key, macKeys: await deriveMacKeys(secret) }
}

async function readSet<Key extends { kid: string }>(
  text: string,
  read: (jwk: JsonWebKey, kid: string, name: string) => Promise<Key>,
): Promise<KeySet<Key>> {
  const jwks = parse(text)
  const seen = new Set<string>()
  const keys: Key[] = []
  for (const [index, jwk] of jwks.entries()) {
    const name = `key ${index + 1}`
    if (!isObject(jwk)) throw new KeyError(`${name} is no JSON object`)
    if (typeof jwk.kid !== 'string' || jwk.kid === '') throw new KeyError(`${name} lacks a "kid"`)
    if (seen.has(jwk.kid)) throw new KeyError(`${name} has the "kid" of another key`)
    seen.add(jwk.kid)
    keys.push(await read(jwk as object as JsonWebKey, jwk.kid, name))
  }
  const [first, ...rest] = keys
  if (!first) throw new KeyError('"keys" is empty')
  return [first, ...rest]
}

function parse(text: string): unknown[] {
  let set: unknown
  try {
    set = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text.
    throw new KeyError('is not JSON')
  }
  if (!isObject(set) || !Array.isArray(set.keys)) throw new KeyError('is no JWK Set: {"keys":[…]} (RFC 7517)')
  return set.keys
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function octets(jwk: JsonWebKey, name: string): Uint8Array {
  // Bits beyond the content are let pass: the operator alone writes keys, and one that has worked must go on working.
  if (typeof jwk.k !== 'string' || jwk.k === '' || !isBase64url(jwk.k))
    throw new KeyError(`${name} lacks "k" in base64url`)
  // The command line reads keys too, in Node 20 and later, which have no `Uint8Array.fromBase64`.
  return Uint8Array.from(atob(jwk.k.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
}
