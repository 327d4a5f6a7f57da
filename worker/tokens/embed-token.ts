import type { Claims } from '../policy/issue.ts'
import { signJwt, verifyJwt } from './jws.ts'
import type { KeySet, TokenKey } from './keys.ts'

const TYP = 'biuwer-embed+jwt'

/** @param kid the key to sign with; default: the first. Throws SigningKeyGone where it isn't there. */
export function signEmbedToken(claims: Claims, keys: KeySet<TokenKey>, kid?: string): Promise<string> {
  return signJwt(TYP, claims, keys, kid)
}

export async function verifyEmbedToken(
  token: string,
  keys: KeySet<TokenKey>,
): Promise<{ claims: Claims } | { code: 'token_malformed' | 'token_invalid' }> {
  const claims = await verifyJwt(TYP, token, keys)
  if (typeof claims === 'string') return { code: `token_${claims}` }
  return { claims: claims as unknown as Claims }
}
