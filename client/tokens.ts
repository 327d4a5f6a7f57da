import type {
  ChangedToken,
  ExplainRequest,
  Explanation,
  IssuedToken,
  PreviewToken,
  RefreshedToken,
  TokenRecord,
  TokenRequest,
  UpdateRequest,
} from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, ChangeOptions, Transport } from './transport.ts'
import { ifMatch, type VersionedChangeOptions } from './versions.ts'

export interface TokenFilter {
  /** Only records of this user. */
  user?: string
  /** Only records of this status. */
  status?: TokenRecord['status']
  /** Only records with this in their user or label, or, from `tok_` on, in the beginning of their id. */
  text?: string
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
  create(request: TokenRequest, options?: ChangeOptions): Promise<IssuedToken> {
    return this.#transport.change({ method: 'POST', path: ['v1', 'tokens'], body: request }, options)
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
    const path = ['v1', 'tokens']
    return this.#transport.call({ method: 'GET', path, query, answer: 'page' }, options)
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

  /** Starts a new generation: older tokens of the record end after its `overlap`. */
  rotate(id: string, { ifVersion, ...options }: VersionedChangeOptions = {}): Promise<RefreshedToken> {
    const path = ['v1', 'tokens', id, 'refresh']
    const headers = ifMatch(ifVersion)
    return this.#transport.change({ method: 'POST', path, headers, body: { rotate: true } }, options)
  }

  /** Changes the fields that are given and leaves the rest; `metadata` is merged, null takes a key out. */
  update(
    id: string,
    changes: UpdateRequest,
    { ifVersion, ...options }: VersionedChangeOptions = {},
  ): Promise<ChangedToken> {
    const headers = ifMatch(ifVersion)
    return this.#transport.change(
      { method: 'PATCH', path: ['v1', 'tokens', id], headers, body: changes },
      options,
    )
  }

  /** Ends the record and its tokens, for good. */
  revoke(id: string, options?: ChangeOptions): Promise<ChangedToken> {
    return this.#transport.change({ method: 'DELETE', path: ['v1', 'tokens', id] }, options)
  }

  /**
   * A token to try the record with: it opens the resource on the edge's own pages alone, for five minutes, and
   * spends nothing.
   */
  preview(id: string, resource: string, options?: CallOptions): Promise<PreviewToken> {
    const path = ['v1', 'tokens', id, 'preview']
    return this.#transport.call({ method: 'POST', path, body: { resource } }, options)
  }

  /** Why an opening is, was or will be let in or refused. Consumes nothing. */
  explain(id: string, question: ExplainRequest = {}, options?: CallOptions): Promise<Explanation> {
    const path = ['v1', 'tokens', id, 'explain']
    return this.#transport.call({ method: 'POST', path, body: question }, options)
  }
}
