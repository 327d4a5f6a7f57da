import type { Refusal } from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface RefusalFilter {
  /** Only the refusal of this request. */
  request_id?: string
  /** Only refusals of this record's tokens, or of tokens of this signer. */
  token?: string
  /** Only refusals of tokens of this user. */
  user?: string
  /** Only refusals with this code. */
  code?: Refusal['code']
}

/** Openings that were refused, though the signature of their token held. */
export class Refusals {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Every refusal of 7 days that the edge remembers, newest first.
   * @example
   * for await (const { at, code, detail } of edge.refusals.list({ user: 'store-1' })) console.log(at, code, detail)
   */
  list(filter: RefusalFilter = {}, options?: CallOptions): AsyncGenerator<Refusal, void, undefined> {
    const { request_id, token, user, code } = filter
    return pages(this.#transport, ['v1', 'refusals'], { request_id, token, user, code }, options)
  }

  /** One page of refusals, newest first; `next_cursor` leads to the next. */
  page(filter: RefusalFilter & PageChoice = {}, options?: CallOptions): Promise<Page<Refusal>> {
    const { request_id, token, user, code, limit, cursor } = filter
    const query = { request_id, token, user, code, limit, cursor }
    const path = ['v1', 'refusals']
    return this.#transport.call({ method: 'GET', path, query, answer: 'page' }, options)
  }
}
