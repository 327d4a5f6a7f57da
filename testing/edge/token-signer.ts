import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { makeKey } from '../../cli/key-set.ts'
import type { BiuwerEdge } from '../../client/biuwer-edge.ts'
import type { TestSigner, TokenToSign } from './options.ts'

/** Seconds: as long as a page takes to hand a token to the tag. */
const TTL = 60
/** The longest that an edge lets a token of a signer live, in seconds. */
const LONGEST_TTL = 86_400

/** Signs tokens with a key that the edge has the public half of. */
export class TokenSigner {
  readonly id: string
  readonly key: TestSigner['key']
  readonly #audience: string
  readonly #privateKey: KeyObject

  static async register({ signers }: BiuwerEdge, edge: string): Promise<TokenSigner> {
    const key = { ...makeKey('EdDSA'), alg: 'EdDSA' }
    const { d, ...publicKey } = key as typeof key & { d: string }
    const { id } = await signers.create({
      name: "A host's backend",
      keys: { keys: [publicKey] },
      max_ttl: LONGEST_TTL,
    })
    return new TokenSigner(id, key, edge)
  }

  private constructor(id: string, key: TestSigner['key'], audience: string) {
    this.id = id
    this.key = key
    this.#audience = audience
    this.#privateKey = createPrivateKey({ key, format: 'jwk' })
  }

  /** A token that begins `now`, in seconds since 1970. */
  async sign({ user, resources, origins, ttl = TTL }: TokenToSign, now: number): Promise<string> {
    const header = { alg: this.key.alg, kid: this.key.kid }
    const claims = {
      iss: this.id,
      aud: this.#audience,
      sub: user,
      iat: now,
      exp: now + ttl,
      jti: randomUUID(),
      resources,
      origins,
    }
    const signed = [header, claims].map(encoded).join('.')
    return `${signed}.${sign(null, Buffer.from(signed), this.#privateKey).toString('base64url')}`
  }
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
