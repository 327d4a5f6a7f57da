import type { SessionClaims } from '../policy/session.ts'
import { signJwt, verifyJwt } from './jws.ts'
import type { KeySet, TokenKey } from './keys.ts'

const TYP = 'biuwer-session+jwt'

export function signSessionToken(claims: SessionClaims, keys: KeySet<TokenKey>): Promise<string> {
  return signJwt(TYP, claims, keys)
}

export async function verifySessionToken(
  token: string,
  keys: KeySet<TokenKey>,
): Promise<SessionClaims | undefined> {
  const claims = await verifyJwt(TYP, token, keys)
  // The signature vouches for the shape; a session that an earlier version opened may lack `at`.
  return typeof claims === 'string' ? undefined : (claims as unknown as SessionClaims)
}
