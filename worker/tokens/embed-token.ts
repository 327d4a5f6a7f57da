import { BoundedMap } from '../bounded-map.ts'
import type { Claims } from '../policy/issue.ts'
import { signJwt, verifyJwt } from './jws.ts'
import type { KeySet, TokenKey } from './keys.ts'

const TYP = 'biuwer-embed+jwt'

/** @param kid the key to sign with; default: the first. Throws SigningKeyGone where it isn't there. */
export function signEmbedToken(claims: Claims, keys: KeySet<TokenKey>, kid?: string): Promise<string> {
  return signJwt(TYP, claims, keys, kid)
}

/**
 * Values seen to bear a signature of these keys, which they bear for as long as the keys are in use: whether one
 * still opens anything is judged anew each time. A single-use value comes once, and isn't kept.
 */
const MOST_VERIFIED = 1_000
const verified = new WeakMap<KeySet<TokenKey>, BoundedMap<string, Claims>>()

export async function verifyEmbedToken(
  token: string,
  keys: KeySet<TokenKey>,
): Promise<{ claims: Claims } | { code: 'token_malformed' | 'token_invalid' }> {
  const known = verified.get(keys)?.get(token)
  if (known) return { claims: known }
  const payload = await verifyJwt(TYP, token, keys)
  if (typeof payload === 'string') return { code: `token_${payload}` }
  const claims = Object.freeze(payload) as unknown as Claims
  if (!claims.spend) {
    const seen = verified.get(keys) ?? new BoundedMap<string, Claims>(MOST_VERIFIED)
    verified.set(keys, seen)
    seen.set(token, claims)
  }
  return { claims }
}
