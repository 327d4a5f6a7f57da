import { decode, encode, isBase64url } from './base64url.ts'
import type { KeySet, TokenKey } from './keys.ts'

/**
 * JSON Web Signatures in compact form (RFC 7515) over claims (RFC 7519), by WebCrypto; docs/decisions/008 says why without
 * a library. A header is never interpreted but compared: under a key there is exactly one header for each `typ`, and a
 * token with any other was not signed here. So `alg`, `crit`, `jwk` and `b64` have nothing to say.
 */

const ISSUER = 'biuwer-embed'

/** WebCrypto's names for the algorithms of RFC 7518 and RFC 8037. Both are deterministic: equal claims give equal tokens. */
const ALGORITHM = { HS256: 'HMAC', EdDSA: 'Ed25519' } as const

/** WebCrypto's Ed25519 throws on a signature of the wrong length instead of returning false, so the length is checked first. */
const SIGNATURE_BYTES = { HS256: 32, EdDSA: 64 } as const

/**
 * Signs claims.
 * @param kid the key to sign with; default: the first. Throws SigningKeyGone where the set lacks it.
 */
export async function signJwt(
  typ: string,
  claims: object,
  keys: KeySet<TokenKey>,
  kid?: string,
): Promise<string> {
  const key = kid === undefined ? keys[0] : keys.find((candidate) => candidate.kid === kid)
  if (!key?.sign) throw new SigningKeyGone(kid)
  const input = `${headerOf(typ, key)}.${encode(JSON.stringify({ iss: ISSUER, ...claims }))}`
  const signature = await crypto.subtle.sign(ALGORITHM[key.alg], key.sign, new TextEncoder().encode(input))
  return `${input}.${encode(new Uint8Array(signature))}`
}

/** `TOKEN_KEYS` no longer has the private key that is to sign. */
export class SigningKeyGone extends Error {
  override name = 'SigningKeyGone'
  constructor(kid: string | undefined) {
    super(`TOKEN_KEYS has no private key ${JSON.stringify(kid)}`)
  }
}

/**
 * The payload of a token that one of `keys` has signed, or why there is none. `malformed`: it is no compact JWS at all.
 * Everything else (unknown key, other `alg`, other `typ` or issuer, wrong signature) is `invalid` without distinction, so
 * that the answer tells a forger nothing.
 */
export async function verifyJwt(
  typ: string,
  token: string,
  keys: KeySet<TokenKey>,
): Promise<Record<string, unknown> | 'malformed' | 'invalid'> {
  const parts = token.split('.', 4)
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length !== 3 || !parts.every(isBase64url)) return 'malformed'
  const key = keys.find((candidate) => headerOf(typ, candidate) === header)
  // A compact JWS begins with a JSON object (RFC 7515 §7.1).
  if (!key) return parsed(header) ? 'invalid' : 'malformed'
  const bytes = decode(signature)
  if (bytes?.length !== SIGNATURE_BYTES[key.alg]) return 'invalid'
  const input = new TextEncoder().encode(`${header}.${payload}`)
  const isOurs = await crypto.subtle.verify(ALGORITHM[key.alg], key.verify, bytes, input)
  const claims = isOurs ? parsed(payload) : undefined
  return claims?.iss === ISSUER ? claims : 'invalid'
}

/** The one header of a key for a `typ`, encoded once. */
function headerOf(typ: string, { alg, kid, headers }: TokenKey): string {
  const header = headers.get(typ) ?? encode(JSON.stringify({ alg, typ, kid }))
  headers.set(typ, header)
  return header
}

/** The JSON object in a part of a token; undefined for anything else. */
function parsed(part: string): Record<string, unknown> | undefined {
  const bytes = decode(part)
  if (!bytes) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
