import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import type { BiuwerEdge, SignerUpdateRequest } from '../../client/index.ts'

/** Seconds that a token lives: as long as a page takes to hand it to the tag. */
const LIFE = 60

export interface SignerTerms {
  /** The edge's origin, which tokens are for. */
  edgeOrigin: string
  /** A private JWK with a `kid` and an `alg`. The edge gets its public half. */
  signingKey: JWK
  users: string[]
  resources: string[]
}

/** Signs tokens with a key that the edge knows the public half of, and does not call the edge for them. */
export class TokenSigner {
  /** The id that the edge has for whoever signs. */
  readonly id: string
  readonly #terms: SignerTerms

  /**
   * Registers the key where it is new to the edge, and finds its signer again after a restart. A signer that somebody has
   * deleted stays so: whoever did it wants nobody to open dashboards with this key.
   */
  static async register({ signers }: BiuwerEdge, terms: SignerTerms): Promise<TokenSigner> {
    const { kid = '', alg, kty, crv, x } = terms.signingKey
    const scope: SignerUpdateRequest = { users: terms.users, resources: terms.resources, max_ttl: LIFE }
    for await (const { id, keys, status } of signers.list()) {
      if (!keys.keys.some((key) => key.x === x)) continue
      if (status === 'active') await signers.update(id, scope)
      return new TokenSigner(id, terms)
    }
    const keys = { keys: [{ kid, alg, kty, crv, x }] }
    const { id } = await signers.create({ name: 'Back office', keys, ...scope })
    return new TokenSigner(id, terms)
  }

  private constructor(id: string, terms: SignerTerms) {
    this.id = id
    this.#terms = terms
  }

  /** A token for one page view of a user, on one origin. */
  async sign(user: string, origin: string): Promise<string> {
    const { signingKey, edgeOrigin } = this.#terms
    const { alg = '', kid = '' } = signingKey
    return new SignJWT({ origins: [origin] })
      .setProtectedHeader({ alg, kid })
      .setIssuer(this.id)
      .setAudience(edgeOrigin)
      .setSubject(user)
      .setIssuedAt()
      .setExpirationTime(`${LIFE}s`)
      .setJti(randomUUID())
      .sign(await importJWK(signingKey))
  }
}
