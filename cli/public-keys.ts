import { createPublicKey } from 'node:crypto'
import { PRIVATE_MEMBERS, type SignerKey } from '../worker/policy/signer.ts'
import { signerKey } from '../worker/tokens/signer-keys.ts'
import { wrongUsage } from './failures.ts'
import { readInput } from './files.ts'

/** What the command line says of keys that do not say it themselves. */
export interface KeyNaming {
  /** What tokens name the key by; by default the beginning of its thumbprint (RFC 7638). */
  kid?: string | undefined
  /** What an RSA key signs with. */
  alg?: 'RS256' | 'PS256' | undefined
}

/** A public key as a signer's request takes it. */
export type RequestKey = SignerKey['jwk'] & Pick<SignerKey, 'kid' | 'alg'>

/** A PEM block (RFC 7468): its label, and all of it. */
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g
const PUBLIC_LABELS = ['PUBLIC KEY', 'RSA PUBLIC KEY']

/**
 * The public keys of files: PEM, a JWK or a JWK Set, `-` for stdin. They are checked as the edge does, so that a private key
 * is refused before anything is sent; no message quotes a key.
 */
export async function readPublicKeys(files: readonly string[], naming: KeyNaming): Promise<RequestKey[]> {
  const keys: RequestKey[] = []
  for (const file of files) {
    // What is no file may be a bearer key in the wrong place.
    const text = await readInput(file, 'The file of --key')
    for (const jwk of jwksOf(file, text)) keys.push(await requestKey(file, jwk, naming))
  }
  if (naming.kid !== undefined && keys.length > 1)
    throw wrongUsage(`--kid names one key, and there are ${keys.length}.`)
  return keys
}

async function requestKey(
  file: string,
  given: Record<string, unknown>,
  naming: KeyNaming,
): Promise<RequestKey> {
  if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(given, member))) throw privateKey(file)
  if (naming.alg !== undefined && given.alg !== undefined && given.alg !== naming.alg)
    throw wrongUsage(`${file} says another algorithm than --alg ${naming.alg}.`)
  const named = naming.kid ?? given.kid
  const alg = given.alg ?? naming.alg ?? (given.kty === 'RSA' ? 'RS256' : undefined)
  const key = await signerKey({ ...given, alg, kid: named ?? 'unnamed' })
  if ('message' in key) throw wrongUsage(`${file} is not fit for a signer: ${key.message}`)
  return { ...key.jwk, kid: named === undefined ? key.thumbprint.slice(0, 16) : key.kid, alg: key.alg }
}

/** The keys in a file's text, as JWKs (RFC 7517) that nobody has checked yet. */
function jwksOf(file: string, text: string): Record<string, unknown>[] {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) throw privateKey(file)
  const blocks = [...text.matchAll(PEM)]
  const jwks = blocks.length > 0 ? blocks.map(([block, label]) => jwkOfPem(block, label)) : jwksOfJson(text)
  if (!jwks?.every((jwk) => jwk !== undefined) || jwks.length === 0)
    throw wrongUsage(`${file} holds no public key: pass a PEM "PUBLIC KEY", a JWK or a JWK Set.`)
  return jwks
}

function jwkOfPem(block: string, label = ''): Record<string, unknown> | undefined {
  if (!PUBLIC_LABELS.includes(label)) return undefined
  try {
    return { ...createPublicKey(block).export({ format: 'jwk' }) }
  } catch {
    // The reader's message tells nothing of use, and there are keys that no JWK can hold.
    return undefined
  }
}

function jwksOfJson(text: string): (Record<string, unknown> | undefined)[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's message quotes the text.
    return undefined
  }
  if (!isObject(value)) return undefined
  return 'keys' in value && Array.isArray(value.keys)
    ? value.keys.map((key) => (isObject(key) ? key : undefined))
    : [value]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function privateKey(file: string) {
  return wrongUsage(
    `${file} holds a private key, which stays with whoever signs: nothing was sent. Pass its public half: openssl pkey -in private.pem -pubout`,
  )
}
