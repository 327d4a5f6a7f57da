import { compactVerify, decodeJwt, decodeProtectedHeader, errors, importJWK } from 'jose'
import type { IsolateMemory } from '../isolate-memory.ts'
import type { Signer, SignerKey } from '../policy/signer.ts'
import { decode } from './base64url.ts'

/**
 * Tokens that hosts sign, with whatever library: their headers have to be interpreted, so that the edge leaves them to a
 * library (docs/decisions/012). The algorithm is the one that the key was registered for; nothing in a header chooses it.
 */

/** What `iss` a token names, before anybody has verified it; undefined: none. */
export function namedIssuer(token: string): string | undefined {
  try {
    const { iss } = decodeJwt(token)
    return typeof iss === 'string' ? iss : undefined
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}

/** What a token says that one of the signer's keys has signed, and the key; undefined: none has. */
export async function verifySigned(
  token: string,
  signer: Signer,
  { importedKeys }: Pick<IsolateMemory, 'importedKeys'>,
): Promise<{ payload: Record<string, unknown>; key: SignerKey } | undefined> {
  // The library takes bits that a part's last character has beyond its content: a token would have several spellings.
  if (!token.split('.').every(decode)) return undefined
  try {
    const { alg, kid, crit } = decodeProtectedHeader(token)
    const key = signer.keys.find((candidate) => candidate.kid === kid && candidate.alg === alg)
    if (!key || crit !== undefined) return undefined
    const { payload } = await compactVerify(token, await imported(key, importedKeys), {
      algorithms: [key.alg],
    })
    const claims: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(payload),
    )
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? { payload: claims as Record<string, unknown>, key }
      : undefined
  } catch (error) {
    // What the platform throws of a key that is none, which a backup may have brought.
    const isBroken = error instanceof DOMException
    if (
      isBroken ||
      error instanceof errors.JOSEError ||
      error instanceof SyntaxError ||
      error instanceof TypeError
    )
      return undefined
    throw error
  }
}

/** A key, made ready once an isolate. */
async function imported(key: SignerKey, keys: IsolateMemory['importedKeys']): Promise<CryptoKey> {
  // By the key itself: an import may have brought any thumbprint with it.
  const entry = `${key.alg} ${JSON.stringify(key.jwk)}`
  const known = keys.get(entry)
  if (known) return known
  const made = await importJWK(key.jwk, key.alg)
  if (made instanceof Uint8Array) throw new Error('a signer has no shared secrets')
  keys.set(entry, made)
  return made
}
