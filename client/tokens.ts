import type {
  ChangedToken,
  ExplainRequest,
  Explanation,
  IssuedToken,
  PreviewValue,
  RefreshedToken,
  TokenRecord,
  TokenRequest,
  UpdateRequest,
} from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface CreateOptions extends CallOptions {
  /**
   * The same key and the same request are the same record for 24 hours, so that a repetition is safe. Without
   * one, the client makes a key for its own repetitions; give one to be safe across restarts too.
   */
  idempotencyKey?: string
}

export interface TokenFilter {
  /** Only records of this user. */
  user?: string
  /** Only records of this status. */
  status?: TokenRecord['status']
  /** Only records with this in their user or label, or, from `tok_` on, in the beginning of their id. */
  text?: string
}

export interface ChangeOptions extends CallOptions {
  /** The record's `version` that the change was decided on: `precondition_failed` where it has changed since. */
  ifVersion?: number
}

/** Token records and the values that they give out. */
export class Tokens {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Makes a record. `token` of the answer is the value for the tag; it works at once. */
  async create(
    request: TokenRequest,
    { idempotencyKey = crypto.randomUUID(), ...options }: CreateOptions = {},
  ): Promise<IssuedToken> {
    if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
      throw new TypeError('idempotencyKey has to be 1 to 255 visible ASCII characters, such as a UUID')
    const headers = { 'Idempotency-Key': idempotencyKey }
    return this.#transport.call({ method: 'POST', path: ['v1', 'tokens'], headers, body: request }, options)
  }

  /** Every record, newest first: `for await (const record of edge.tokens.list())`. */
  list(filter: TokenFilter = {}, options?: CallOptions): AsyncGenerator<TokenRecord, void, undefined> {
    const { user, status, text } = filter
    return pages(this.#transport, ['v1', 'tokens'], { user, status, text }, options)
  }

  /** One page of the same. */
  page(filter: TokenFilter & PageChoice = {}, options?: CallOptions): Promise<Page<TokenRecord>> {
    const { user, status, text, limit, cursor } = filter
    const query = { user, status, text, limit, cursor }
    return this.#transport.call({ method: 'GET', path: ['v1', 'tokens'], query }, options)
  }

  get(id: string, options?: CallOptions): Promise<TokenRecord> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'tokens', id] }, options)
  }

  /** Today's value by the record's policy: the same within a period, a new one each time for `single-use`. */
  refresh(id: string, options?: CallOptions): Promise<IssuedToken> {
    return this.#transport.call({ method: 'POST', path: ['v1', 'tokens', id, 'refresh'] }, options)
  }

  /**
   * Starts a new generation: older values end after the record's `overlap`. Never repeated by itself once it
   * may have happened: where the answer was lost, `get` tells by `generation`.
   */
  rotate(id: string, { ifVersion, ...options }: ChangeOptions = {}): Promise<RefreshedToken> {
    return this.#transport.call(
      {
        method: 'POST',
        path: ['v1', 'tokens', id, 'refresh'],
        headers: ifMatch(ifVersion),
        body: { rotate: true },
        repetition: 'refused-only',
      },
      options,
    )
  }

  /** Changes what is named and leaves the rest; `metadata` is merged, null takes a key out. */
  update(
    id: string,
    changes: UpdateRequest,
    { ifVersion, ...options }: ChangeOptions = {},
  ): Promise<ChangedToken> {
    const headers = ifMatch(ifVersion)
    // Once more under the same version would find its own change, and call it somebody else's.
    const repetition = ifVersion === undefined ? 'safe' : 'refused-only'
    return this.#transport.call(
      { method: 'PATCH', path: ['v1', 'tokens', id], headers, body: changes, repetition },
      options,
    )
  }

  /** Ends the record and its values. Again: the same answer. */
  revoke(id: string, options?: CallOptions): Promise<ChangedToken> {
    return this.#transport.call({ method: 'DELETE', path: ['v1', 'tokens', id] }, options)
  }

  /**
   * A value to try the record with: it opens the resource on the edge's own pages alone, for five minutes, and
   * spends nothing.
   */
  preview(id: string, resource: string, options?: CallOptions): Promise<PreviewValue> {
    const path = ['v1', 'tokens', id, 'preview']
    return this.#transport.call({ method: 'POST', path, body: { resource } }, options)
  }

  /** Why an opening is, was or will be let in or refused. Consumes nothing. */
  explain(id: string, question: ExplainRequest = {}, options?: CallOptions): Promise<Explanation> {
    const path = ['v1', 'tokens', id, 'explain']
    return this.#transport.call({ method: 'POST', path, body: question }, options)
  }
}

function ifMatch(version: number | undefined): Record<string, string> {
  return version === undefined ? {} : { 'If-Match': `"${version}"` }
}
