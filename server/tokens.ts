import type {
  ChangedToken,
  ExplainRequest,
  Explanation,
  IssuedToken,
  RefreshedToken,
  TokenRecord,
  TokenRequest,
  UpdateRequest,
} from './api-types.ts'
import { pages } from './pages.ts'
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
    const { user, status } = filter
    return pages(this.#transport, ['v1', 'tokens'], { user, status }, options)
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
  rotate(id: string, options?: CallOptions): Promise<RefreshedToken> {
    return this.#transport.call(
      {
        method: 'POST',
        path: ['v1', 'tokens', id, 'refresh'],
        body: { rotate: true },
        repetition: 'refused-only',
      },
      options,
    )
  }

  /** Changes what is named and leaves the rest; `metadata` is merged, null takes a key out. */
  update(id: string, changes: UpdateRequest, options?: CallOptions): Promise<ChangedToken> {
    return this.#transport.call({ method: 'PATCH', path: ['v1', 'tokens', id], body: changes }, options)
  }

  /** Ends the record and its values. Again: the same answer. */
  revoke(id: string, options?: CallOptions): Promise<ChangedToken> {
    return this.#transport.call({ method: 'DELETE', path: ['v1', 'tokens', id] }, options)
  }

  /** Why an opening is, was or will be let in or refused. Consumes nothing. */
  explain(id: string, question: ExplainRequest = {}, options?: CallOptions): Promise<Explanation> {
    const path = ['v1', 'tokens', id, 'explain']
    return this.#transport.call({ method: 'POST', path, body: question }, options)
  }
}
