import type { Deployment, Introspection, Statistics } from './api-types.ts'
import { Audit } from './audit.ts'
import { Tokens } from './tokens.ts'
import { type CallOptions, Transport } from './transport.ts'
import { Users } from './users.ts'

export interface BiuwerEdgeOptions {
  /** The worker's origin: `https://embed.example.com`. http only on this machine. */
  edge: string | URL
  /** A key whose digest the edge lists in `ADMIN_KEYS`. For servers alone: never in a page. */
  adminKey: string
}

/**
 * The management API of a biuwer-embed edge, for a host's backend.
 *
 * Calls that may be repeated are, up to three times, where the edge could not be reached or says so (429,
 * 503 with `Retry-After`). What fails for good rejects with an `EdgeError`.
 */
export class BiuwerEdge {
  readonly users: Users
  readonly tokens: Tokens
  readonly audit: Audit
  readonly #transport: Transport

  constructor({ edge, adminKey }: BiuwerEdgeOptions) {
    // A header takes no other characters, and its refusal would quote the key.
    if (typeof adminKey !== 'string' || !/^[\x21-\x7e]+$/.test(adminKey))
      throw new TypeError('adminKey has to be visible ASCII characters; is it set?')
    const transport = new Transport(originOf(edge), adminKey)
    this.#transport = transport
    this.users = new Users(transport)
    this.tokens = new Tokens(transport)
    this.audit = new Audit(transport)
  }

  /** The edge's settings that are no secret; `unauthorized` where the key is no admin key. */
  deployment(options?: CallOptions): Promise<Deployment> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'deployment'] }, options)
  }

  /** Users and tokens as they stand; actions and openings of so many days (1 to 90, default 30). */
  statistics(days?: number, options?: CallOptions): Promise<Statistics> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'statistics'], query: { days } }, options)
  }

  /** What a value stands for (RFC 7662). Consumes nothing; a value that opens nothing is not `active`. */
  introspect(token: string, options?: CallOptions): Promise<Introspection> {
    const body = new URLSearchParams({ token })
    return this.#transport.call({ method: 'POST', path: ['oauth', 'introspect'], body }, options)
  }

  /** Revokes the record behind a value (RFC 7009). A value that is none of the edge's counts as revoked. */
  revoke(token: string, options?: CallOptions): Promise<void> {
    const body = new URLSearchParams({ token })
    return this.#transport.call({ method: 'POST', path: ['oauth', 'revoke'], body }, options)
  }
}

function originOf(edge: string | URL): URL {
  if (!URL.canParse(edge)) throw new TypeError('edge has to be an origin, such as https://embed.example.com')
  const url = new URL(edge)
  if (url.href !== `${url.origin}/`) throw new TypeError('edge has to be an origin: no path, no credentials')
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new TypeError('edge has to be https: the admin key travels there')
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
