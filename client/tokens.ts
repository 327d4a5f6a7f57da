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

/** Token records and the tokens that they give out. */
export class Tokens {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Makes a token record. The answer's `token` is what the tag takes; it works at once, anywhere.
   * @example
   * const { id, token } = await edge.tokens.create({ user: 'store-1', refresh: 'daily' })
   */
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

  /** One page of token records, newest first; `next_cursor` leads to the next. */
  page(filter: TokenFilter & PageChoice = {}, options?: CallOptions): Promise<Page<TokenRecord>> {
    const { user, status, text, limit, cursor } = filter
    const query = { user, status, text, limit, cursor }
    return this.#transport.call({ method: 'GET', path: ['v1', 'tokens'], query }, options)
  }

  /** One record; `not_found` where there is none. */
  get(id: string, options?: CallOptions): Promise<TokenRecord> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'tokens', id] }, options)
  }

  /**
   * The token that the record gives out now: the same within a day or month of its policy, a new one each time for
   * `single-use`.
   * @example
   * const { token } = await edge.tokens.refresh(id)
   */
  refresh(id: string, options?: CallOptions): Promise<IssuedToken> {
    return this.#transport.call({ method: 'POST', path: ['v1', 'tokens', id, 'refresh'] }, options)
  }

  /**
   * Starts a new generation: older tokens of the record end after its `overlap`. The client does not repeat a
   * rotation that may have happened: where the answer was lost, the record's `generation` tells (`get`).
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

  /** Changes the fields that are given and leaves the rest; `metadata` is merged, null takes a key out. */
  update(
    id: string,
    changes: UpdateRequest,
    { ifVersion, ...options }: ChangeOptions = {},
  ): Promise<ChangedToken> {
    const headers = ifMatch(ifVersion)
    // A repetition under the same version would meet its own change, and take it for somebody else's.
    const repetition = ifVersion === undefined ? 'safe' : 'refused-only'
    return this.#transport.call(
      { method: 'PATCH', path: ['v1', 'tokens', id], headers, body: changes, repetition },
      options,
    )
  }

  /** Ends the record and its tokens, for good. A repetition gets the same answer. */
  revoke(id: string, options?: CallOptions): Promise<ChangedToken> {
    return this.#transport.call({ method: 'DELETE', path: ['v1', 'tokens', id] }, options)
  }

  /**
   * A token to try the record with: it opens the resource on the edge's own pages alone, for five minutes, and
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
