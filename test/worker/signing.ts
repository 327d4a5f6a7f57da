import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { SignerAlgorithm } from '../../worker/policy/signer.ts'
import { admin, BIUWER_TOKEN, EDGE } from './api.ts'

/** A host that signs tokens itself, with a library of its own. */

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

export interface KeyPair {
  privateKey: CryptoKey
  /** As it is registered. */
  jwk: JWK & { kid: string }
}

export async function keyPair(alg: SignerAlgorithm = 'ES256', kid = 'one'): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), alg, kid } }
}

/** Registers public keys. */
export async function newSigner(keys: KeyPair[], request: object = {}): Promise<Loose> {
  const { status, body } = await admin('POST', '/v1/signers', {
    name: 'Backend of the tests',
    keys: { keys: keys.map(({ jwk }) => jwk) },
    ...request,
  })
  if (status !== 201) throw new Error(JSON.stringify(body))
  return body
}

/** A host with a registered key, and its user linked. */
export async function host(
  request: object = {},
  alg: SignerAlgorithm = 'ES256',
): Promise<{ signer: Loose; pair: KeyPair; token: (claims?: Claims, header?: Header) => Promise<string> }> {
  await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
  const pair = await keyPair(alg)
  const signer = await newSigner([pair], request)
  return { signer, pair, token: (claims, header) => signed(pair, { iss: signer.id, ...claims }, header) }
}

export type Claims = Record<string, unknown>
export type Header = Partial<JWTHeaderParameters>

let drawn = 0

/** A token of store-1 for one page view, signed now. A claim that is undefined is left out. */
export function signed({ privateKey, jwk }: KeyPair, claims: Claims, header: Header = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  drawn++
  const payload = { aud: EDGE, sub: 'store-1', iat: now, exp: now + 60, jti: `view-${drawn}`, ...claims }
  return new SignJWT(JSON.parse(JSON.stringify(payload)))
    .setProtectedHeader({ alg: jwk.alg ?? 'ES256', kid: jwk.kid, ...header })
    .sign(privateKey)
}
