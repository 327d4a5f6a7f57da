import { base64url, calculateJwkThumbprint, importJWK } from 'jose'
import { RSA_BITS, SIGNER_KEY_ID } from '../policy/bounds.ts'
import { PRIVATE_MEMBERS, type PublicJwk, type SignerAlgorithm, type SignerKey } from '../policy/signer.ts'

/** Public keys that customers register: which are taken, and why another is not. No message quotes a key. */

/**
 * Points of small order on edwards25519 (RFC 8032 §5.1), in hex and without the bit of their sign. As a key, each lets anybody
 * sign: a text of zeros is one of them.
 */
const WEAK_POINTS = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

/** Why a key is not taken, and at which member of it the fault lies. */
export interface RefusedKey {
  member: string
  message: string
}

/** The key that a JWK gives, or why it is refused. */
export async function signerKey(jwk: Record<string, unknown>): Promise<SignerKey | RefusedKey> {
  const secret = PRIVATE_MEMBERS.find((member) => Object.hasOwn(jwk, member))
  if (secret !== undefined)
    return refused(
      secret,
      jwk.kty === 'oct'
        ? 'This is a shared secret. Make a key pair, and pass its public key alone.'
        : 'This is a private key. It was not kept, but it has left your hands: make a new key pair, and pass its public key alone.',
    )
  const { kid, use, key_ops } = jwk
  if (typeof kid !== 'string' || !SIGNER_KEY_ID.test(kid))
    return refused(
      'kid',
      'Give the key a "kid" of 1 to 128 visible ASCII characters, which each token names.',
    )
  if (use !== undefined && use !== 'sig') return refused('use', 'The key is for something else than signing.')
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify')))
    return refused('key_ops', 'A key that verifies has "verify" among its operations.')
  const kind = kindOf(jwk)
  if ('message' in kind) return kind
  const { alg, members } = kind
  const bare = Object.fromEntries(members.map((member) => [member, jwk[member]])) as PublicJwk
  try {
    const key = await importJWK(bare, alg)
    if (key instanceof Uint8Array) throw new TypeError('a shared secret')
    const bits = (key.algorithm as Partial<RsaHashedKeyAlgorithm>).modulusLength
    if (bits !== undefined && (bits < RSA_BITS.least || bits > RSA_BITS.most))
      return refused('n', `The key has ${bits} bits; an RSA key has ${RSA_BITS.least} to ${RSA_BITS.most}.`)
  } catch {
    // Whatever the platform says of a broken key, it may quote it.
    return refused('', `This is no public key for ${alg}.`)
  }
  if (alg === 'EdDSA' && isWeakPoint(bare.x ?? ''))
    return refused('x', 'Anybody could sign for this key. Make a new key pair, and pass its public key.')
  return { kid, alg, jwk: bare, thumbprint: await calculateJwkThumbprint(bare) }
}

function isWeakPoint(x: string): boolean {
  const bytes = base64url.decode(x)
  bytes[31] = (bytes[31] ?? 0) & 0x7f
  // The command line checks keys too, in Node 20 and later, which have no `Uint8Array.prototype.toHex`.
  return WEAK_POINTS.includes(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''))
}

interface RsaHashedKeyAlgorithm {
  modulusLength: number
}

/** The algorithm of a key, and the members that make it. RSA keys alone have to say theirs: two fit. */
function kindOf({
  kty,
  crv,
  alg,
}: Record<string, unknown>): { alg: SignerAlgorithm; members: string[] } | RefusedKey {
  const others = (only: string) => refused('alg', `A key of this kind signs with ${only}.`)
  if (kty === 'RSA')
    return alg === 'RS256' || alg === 'PS256'
      ? { alg, members: ['kty', 'n', 'e'] }
      : refused('alg', 'Say what the RSA key signs with: "RS256" or "PS256".')
  if (kty === 'EC' && crv === 'P-256')
    return alg === undefined || alg === 'ES256'
      ? { alg: 'ES256', members: ['kty', 'crv', 'x', 'y'] }
      : others('"ES256"')
  if (kty === 'OKP' && crv === 'Ed25519')
    return alg === undefined || alg === 'EdDSA'
      ? { alg: 'EdDSA', members: ['kty', 'crv', 'x'] }
      : others('"EdDSA"')
  return refused('kty', 'Pass a key for RS256, PS256, ES256 (P-256) or EdDSA (Ed25519).')
}

function refused(member: string, message: string): RefusedKey {
  return { member, message }
}
