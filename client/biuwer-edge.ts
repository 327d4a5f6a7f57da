import type {
  Deployment,
  ExplainTokenRequest,
  Explanation,
  Health,
  Introspection,
  SignedOut,
  Statistics,
} from './api-types.ts'
import { Audit } from './audit.ts'
import { Backup } from './backup.ts'
import { checkHealth } from './health.ts'
import { Keys } from './keys.ts'
import { type EdgeAddress, originOf } from './origin.ts'
import { Refusals } from './refusals.ts'
import { Signers } from './signers.ts'
import { Tokens } from './tokens.ts'
import { type CallOptions, type ChangeOptions, Transport } from './transport.ts'
import { Users } from './users.ts'
import { Vault } from './vault.ts'

export interface BiuwerEdgeOptions extends EdgeAddress {
  /**
   * A key of the management API (`bwk_…`), or a root key, whose digest the edge lists in `ADMIN_KEYS`. For servers alone:
   * never in a page.
   */
  adminKey: string | undefined
}

/** Which openings are counted. */
export interface StatisticsChoice {
  /** Of so many days, today (UTC) included: 1 to 400, of one user 90 at most. Default: 30. */
  days?: number
  /** In days or in hours; of one user, in days. Default: days. */
  by?: 'day' | 'hour'
  /** Of this user's tokens alone. */
  user?: string
}

/**
 * The management API of a biuwer-embed edge, for a host's backend.
 *
 * A call is tried up to three times where the edge could not be reached or answered 429 or 503; a change has the same
 * `Idempotency-Key` at each try, and is made once. A call that fails for good rejects with an `EdgeError`.
 *
 * Options are looked at when a call is made, which rejects with a `TypeError` where one is missing or wrong: a client may be made
 * where a module is loaded, in a build that has no secrets.
 * @example
 * const edge = new BiuwerEdge({ edge: 'https://embed.example.com', adminKey: process.env.BIUWER_EDGE_KEY })
 * const { id, token } = await edge.tokens.create({ user: 'store-1', refresh: 'daily' })
 */
export class BiuwerEdge {
  readonly users: Users
  readonly tokens: Tokens
  readonly keys: Keys
  readonly signers: Signers
  readonly audit: Audit
  readonly refusals: Refusals
  readonly backup: Backup
  readonly vault: Vault
  readonly #address: EdgeAddress
  readonly #transport: Transport

  constructor({ adminKey, ...address }: BiuwerEdgeOptions) {
    this.#address = address
    const transport = new Transport(() => ({ edge: originOf(address), adminKey: checkedKey(adminKey) }))
    this.#transport = transport
    this.users = new Users(transport)
    this.tokens = new Tokens(transport)
    this.keys = new Keys(transport)
    this.signers = new Signers(transport)
    this.audit = new Audit(transport)
    this.refusals = new Refusals(transport)
    this.backup = new Backup(transport)
    this.vault = new Vault(transport)
  }

  /** Whether the edge runs and has all its settings: `misconfigured` names what it lacks. */
  health(options?: CallOptions): Promise<Health> {
    const { edge, httpOnPrivateNetwork = false } = this.#address
    return checkHealth(edge, { ...options, httpOnPrivateNetwork })
  }

  /** The edge's settings that are no secret; `unauthorized` where the edge does not take the key. */
  deployment(options?: CallOptions): Promise<Deployment> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'deployment'] }, options)
  }

  /**
   * Users and tokens as they stand; actions and openings of some days.
   * @example
   * const { openings } = await edge.statistics({ days: 7, by: 'hour' })
   */
  statistics(choice: StatisticsChoice = {}, options?: CallOptions): Promise<Statistics> {
    const { days, by, user } = choice
    return this.#transport.call(
      { method: 'GET', path: ['v1', 'statistics'], query: { days, by, user } },
      options,
    )
  }

  /** Ends every session and every token given out so far, of everybody. Records stay, and give out new tokens. */
  signOut(options?: ChangeOptions): Promise<SignedOut> {
    return this.#transport.change({ method: 'POST', path: ['v1', 'sign-out'] }, options)
  }

  /** Why an opening with a token is, was or will be let in or refused, whoever has signed the token. Consumes nothing. */
  explain(question: ExplainTokenRequest, options?: CallOptions): Promise<Explanation> {
    return this.#transport.call({ method: 'POST', path: ['v1', 'explain'], body: question }, options)
  }

  /** What a token stands for (RFC 7662). Consumes nothing; a token that opens nothing is not `active`. */
  introspect(token: string, options?: CallOptions): Promise<Introspection> {
    const body = new URLSearchParams({ token })
    return this.#transport.call({ method: 'POST', path: ['oauth', 'introspect'], body }, options)
  }

  /**
   * Revokes the record behind a token (RFC 7009). One that is none of the edge's, or has ended, changes nothing; one that a
   * host has signed is refused.
   */
  revoke(token: string, options?: CallOptions): Promise<void> {
    const body = new URLSearchParams({ token })
    return this.#transport.call(
      { method: 'POST', path: ['oauth', 'revoke'], body, answer: 'nothing' },
      options,
    )
  }
}

/** The key, which no message quotes. */
function checkedKey(adminKey: string | undefined): string {
  if (adminKey === undefined || adminKey === '')
    throw new TypeError('adminKey is not set: pass a key of the edge')
  // A header takes no other characters, and its refusal would quote the key.
  if (typeof adminKey !== 'string' || !/^[\x21-\x7e]+$/.test(adminKey))
    throw new TypeError('adminKey has to be visible ASCII characters')
  return adminKey
}
