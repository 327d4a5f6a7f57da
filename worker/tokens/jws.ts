import { base64url, CompactSign, compactVerify, errors } from 'jose'
import type { KeySet, TokenKey } from './keys.ts'

const ISSUER = 'biuwer-embed'

/** Signs a JWT (RFC 7519) in compact form. HS256 and Ed25519 are deterministic: equal claims, equal string. */
export async function signJwt(
  typ: string,
  claims: object,
  keys: KeySet<TokenKey>,
  kid?: string,
): Promise<string> {
  const key = kid === undefined ? keys[0] : keys.find((candidate) => candidate.kid === kid)
  if (!key?.sign) throw new SigningKeyGone(kid)
  const payload = new TextEncoder().encode(JSON.stringify({ iss: ISSUER, ...claims }))
  return new CompactSign(payload).setProtectedHeader({ alg: key.alg, typ, kid: key.kid }).sign(key.sign)
}

/** The named key signs no longer: it was taken out of `TOKEN_KEYS`. */
export class SigningKeyGone extends Error {
  override name = 'SigningKeyGone'
  constructor(kid: string | undefined) {
    super(`TOKEN_KEYS has no private key ${JSON.stringify(kid)}`)
  }
}

/**
 * The payload under a signature of one of `keys`, or why there is none. `malformed`: no compact JWS at
 * all. Everything else (unknown key, other `alg`, other `typ` or issuer, wrong signature) is one `invalid`,
 * so that the answer tells a forger nothing.
 */
export async function verifyJwt(
  typ: string,
  token: string,
  keys: KeySet<TokenKey>,
): Promise<Record<string, unknown> | 'malformed' | 'invalid'> {
  const header = headerOf(token)
  if (!header) return 'malformed'
  const key = keys.find((candidate) => candidate.kid === header.kid)
  if (!key) return 'invalid'
  try {
    const { payload } = await compactVerify(token, key.verify, { algorithms: [key.alg] })
    // The key is ours and so is what it signed; `typ` and `iss` keep its uses apart.
    const claims = JSON.parse(new TextDecoder().decode(payload))
    return header.typ === typ && claims.iss === ISSUER ? claims : 'invalid'
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return 'invalid'
    throw error
  }
}

/** RFC 7515 §7.1: three base64url parts, the first of which is a JSON object. */
function headerOf(token: string): Record<string, unknown> | undefined {
  const parts = token.split('.')
  if (
    parts.length !== 3 ||
    !parts[0] ||
    !parts.every((part) => /^[A-Za-z0-9_-]*$/.test(part) && part.length % 4 !== 1)
  ) {
    return undefined
  }
  try {
    const header: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(base64url.decode(parts[0])),
    )
    return typeof header === 'object' && header !== null && !Array.isArray(header)
      ? (header as Record<string, unknown>)
      : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}
