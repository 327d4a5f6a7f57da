import type { IsolateMemory } from '../isolate-memory.ts'
import type { Claims } from '../policy/issue.ts'
import { signJwt, verifyJwt } from './jws.ts'
import type { KeySet, TokenKey } from './keys.ts'

const TYP = 'biuwer-embed+jwt'

/**
 * Signs an embed token.
 * @param kid the key to sign with; default: the first. Throws SigningKeyGone where the set lacks it.
 */
export function signEmbedToken(claims: Claims, keys: KeySet<TokenKey>, kid?: string): Promise<string> {
  return signJwt(TYP, claims, keys, kid)
}

/** Verifies that this edge issued a token. Whether the token opens anything is not judged here. */
export async function verifyEmbedToken(
  token: string,
  keys: KeySet<TokenKey>,
  { verified }: Pick<IsolateMemory, 'verified'>,
): Promise<{ claims: Claims } | { code: 'token_malformed' | 'token_invalid' }> {
  const known = verified.get(token)
  if (known) return { claims: known }
  const payload = await verifyJwt(TYP, token, keys)
  if (typeof payload === 'string') return { code: `token_${payload}` }
  // The signature vouches for the shape: nothing but this edge writes payloads under its keys and this `typ`.
  const claims = Object.freeze(payload) as unknown as Claims
  if (!claims.spend) verified.set(token, claims)
  return { claims }
}
