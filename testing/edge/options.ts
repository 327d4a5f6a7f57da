/** What `startEdge` takes and gives. */

export interface EdgeOptions {
  /** Users that the edge knows, each linked to a Biuwer token of its own that the stand-in for Biuwer takes. */
  users: readonly string[]
  /** The origins that your pages have in the tests, as in `ALLOWED_ORIGINS`. Default: every http and https origin. */
  origins?: readonly string[]
  /** Resource ids that the stand-in for Biuwer has; the others are "Content not found". Default: it has every one. */
  resources?: readonly string[]
  /** Settings of the edge that a test wants otherwise. */
  settings?: EdgeSettings
  /** The edge's port on 127.0.0.1. Default: one that is free. */
  port?: number
}

/** Durations are whole seconds. What is left out is as in a deployment. */
export interface EdgeSettings {
  SESSION_TTL?: number
  SESSION_CHECK?: number
  REVOCATION_LEASE?: number
  EXPOSED_FRAMES?: 'refuse' | 'allow'
}

/** What a token stands for. Times are the edge's clock. */
export interface TokenToSign {
  user: string
  /** Resource ids that the token opens. Default: any. */
  resources?: readonly string[]
  /** Origins of host pages that the token may be used on. Default: any that the edge allows. */
  origins?: readonly string[]
  /** Seconds until the token ends, at most 86,400. Default: 60. */
  ttl?: number
}

/** A private key that the edge has the public half of, for a backend that signs tokens itself. */
export interface TestSigner {
  /** `sig_…`: the `iss` of a token. */
  id: string
  /** The private key as a JWK, EdDSA, with its `kid`. */
  key: { kid: string; alg: string; [member: string]: unknown }
}

/** What the process of the edge tells once it runs. */
export interface StartedEdge {
  origin: string
  biuwer: string
  key: string
  rootKey: string
  signer: TestSigner
}

/** The options, where they are of the kind that `startEdge` takes; the edge itself checks what is in them. */
export function checked(options: EdgeOptions): EdgeOptions {
  const { users, origins = [], resources = [] } = options ?? {}
  for (const [name, list] of Object.entries({ users, origins, resources }))
    if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string'))
      throw new TypeError(`startEdge takes ${name} as a list of strings`)
  return options
}
