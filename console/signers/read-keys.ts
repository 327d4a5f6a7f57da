import { calculateJwkThumbprint } from 'jose'
import { MOST_SIGNER_KEYS, RSA_BITS, SIGNER_KEY_ID } from '../../worker/policy/bounds.ts'
import { PRIVATE_MEMBERS, type PublicJwk, type SignerAlgorithm } from '../../worker/policy/signer.ts'

/** Reads the public keys that a person pastes. It happens in the browser, and private keys go no further. */

/** A public key as it was read. */
export interface ReadKey {
  /** The key as a JWK (RFC 7517), with nothing but what makes the key. */
  jwk: PublicJwk
  /** What it signs with; undefined: an RSA key that does not say which of the two. */
  alg: SignerAlgorithm | undefined
  /** What its tokens name it by: its own name, else the beginning of its thumbprint. */
  kid: string
  /** RFC 7638. */
  thumbprint: string
}

/** What a text holds that is not for others to see. */
export type Secret = 'privateKey' | 'sharedSecret'

/** Why a text gives no public key. */
export type Unfit = 'certificate' | 'ssh' | 'pkcs1' | 'tooMany' | 'rsaBits' | 'otherKind' | 'unreadable'

export type KeyText = { keys: ReadKey[] } | { unfit: Unfit }

/** Marks of private keys: PEM (RFC 7468), also without its end, OpenPGP, and PuTTY's own form. */
const PRIVATE_MARK = /BEGIN [A-Z0-9 ]*PRIVATE KEY|PuTTY-User-Key-File|Private-Lines:/i
/** A private member in a text that may be cut off, or that a program wrote, and so is no JSON. */
const PRIVATE_MEMBER = new RegExp(`(?<!\\w)["']?(?:${PRIVATE_MEMBERS.join('|')})["']?\\s*:`)

/** Whether a text holds a secret. It is told at once, so that the text can leave the page before anything else happens. */
export function secretIn(text: string): Secret | undefined {
  if (PRIVATE_MARK.test(text)) return 'privateKey'
  if (!PRIVATE_MEMBER.test(text)) return undefined
  return /["']oct["']/.test(text) ? 'sharedSecret' : 'privateKey'
}

/** The public keys in a text without secrets: PEM, a JWK or a JWK Set. */
export async function readKeys(text: string): Promise<KeyText> {
  const unfit = otherForm(text)
  if (unfit) return { unfit }
  const blocks = [...text.matchAll(/-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----/g)]
  const given = blocks.length > 0 ? blocks.map(([, content = '']) => spkiOf(content)) : jwksOf(text)
  if (given.length === 0) return { unfit: 'unreadable' }
  if (given.length > MOST_SIGNER_KEYS) return { unfit: 'tooMany' }
  const keys: ReadKey[] = []
  for (const one of given) {
    const key = one instanceof Uint8Array ? await ofSpki(one) : one && (await ofJwk(one))
    if (key === undefined) return { unfit: 'unreadable' }
    if (typeof key === 'string') return { unfit: key }
    keys.push(key)
  }
  return { keys }
}

/** Public keys in forms that need a command first. */
function otherForm(text: string): Unfit | undefined {
  if (/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE/.test(text)) return 'certificate'
  if (/^\s*(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)/.test(text) || /BEGIN SSH2 PUBLIC KEY/.test(text))
    return 'ssh'
  if (/-----BEGIN RSA PUBLIC KEY-----/.test(text)) return 'pkcs1'
  return undefined
}

/** The bytes of a PEM block; undefined: it is no base64. */
function spkiOf(content: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(content.replace(/\s/g, '')), (character) => character.charCodeAt(0))
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}

type Loose = Record<string, unknown>

function jwksOf(text: string): (Loose | undefined)[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
  if (!isObject(value)) return []
  return Array.isArray(value.keys) ? value.keys.map((key) => (isObject(key) ? key : undefined)) : [value]
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const EC = { name: 'ECDSA', namedCurve: 'P-256' }
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** How a key for Ed25519 begins (RFC 8410 §4). Not every browser knows the curve, and there is nothing else to read. */
const ED25519 = '302a300506032b6570032100'

async function ofSpki(bytes: Uint8Array<ArrayBuffer>): Promise<ReadKey | Unfit> {
  const beginning = [...bytes.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (beginning === ED25519 && bytes.length === 44)
    return ofJwk({ kty: 'OKP', crv: 'Ed25519', x: base64url(bytes.subarray(12)) })
  for (const algorithm of [EC, RSA]) {
    const key = await imported(crypto.subtle.importKey('spki', bytes, algorithm, true, ['verify']))
    if (key) {
      const { alg, key_ops, ext, ...jwk } = await crypto.subtle.exportKey('jwk', key)
      return ofJwk(jwk)
    }
  }
  return 'otherKind'
}

async function ofJwk(given: object): Promise<ReadKey | Unfit> {
  const { kty, crv, alg, kid, use, ...rest }: Loose = { ...given }
  if (use !== undefined && use !== 'sig') return 'otherKind'
  const kind = kindOf(kty, crv, alg)
  if (!kind) return 'otherKind'
  const values = kind.members.map((member) => [member, rest[member]] as const)
  if (!values.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return 'unreadable'
  const jwk: PublicJwk = { ...kind.named, ...Object.fromEntries(values) }
  if (kind.algorithm) {
    const key = await imported(crypto.subtle.importKey('jwk', jwk, kind.algorithm, true, ['verify']))
    if (!key) return 'unreadable'
    const { modulusLength: bits } = key.algorithm as Partial<RsaHashedKeyAlgorithm>
    if (bits !== undefined && (bits < RSA_BITS.least || bits > RSA_BITS.most)) return 'rsaBits'
  } else if (!/^[A-Za-z0-9_-]{43}$/.test(jwk.x ?? '')) return 'unreadable'
  const thumbprint = await calculateJwkThumbprint(jwk)
  const named = typeof kid === 'string' && SIGNER_KEY_ID.test(kid) ? kid : thumbprint.slice(0, 16)
  return { jwk, alg: kind.alg, kid: named, thumbprint }
}

interface Kind {
  alg: SignerAlgorithm | undefined
  named: PublicJwk
  /** The members that make the key, beside those that name its kind. */
  members: string[]
  /** How the browser reads it; undefined: it need not. */
  algorithm: typeof EC | typeof RSA | undefined
}

/** What kind of key a JWK is; undefined: none that signers have. */
function kindOf(kty: unknown, crv: unknown, alg: unknown): Kind | undefined {
  if (kty === 'RSA' && (alg === undefined || alg === 'RS256' || alg === 'PS256'))
    return { alg, named: { kty }, members: ['n', 'e'], algorithm: RSA }
  if (kty === 'EC' && crv === 'P-256' && (alg === undefined || alg === 'ES256'))
    return { alg: 'ES256', named: { kty, crv }, members: ['x', 'y'], algorithm: EC }
  if (kty === 'OKP' && crv === 'Ed25519' && (alg === undefined || alg === 'EdDSA'))
    return { alg: 'EdDSA', named: { kty, crv }, members: ['x'], algorithm: undefined }
  return undefined
}

/** The key that the browser imports; undefined: it is no key of this kind. */
async function imported(reading: Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return undefined
    throw error
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
