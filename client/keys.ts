import type { CurrentKey, Key, KeyRequest, NewKey, RevokedKey } from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, ChangeOptions, Transport } from './transport.ts'

/** The keys of the management API. Only keys with the role `admin` make and revoke them. */
export class Keys {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Makes a key. `key` of the answer is the key itself: keep it now, it is never shown again. */
  create(request: KeyRequest, options?: ChangeOptions): Promise<NewKey> {
    return this.#transport.change({ method: 'POST', path: ['v1', 'keys'], body: request }, options)
  }

  /** Every key, newest first. Root keys are settings and not among them. */
  list(options?: CallOptions): AsyncGenerator<Key, void, undefined> {
    return pages(this.#transport, ['v1', 'keys'], {}, options)
  }

  /** One page of keys, newest first; `next_cursor` leads to the next. */
  page({ limit, cursor }: PageChoice = {}, options?: CallOptions): Promise<Page<Key>> {
    const path = ['v1', 'keys']
    return this.#transport.call({ method: 'GET', path, query: { limit, cursor }, answer: 'page' }, options)
  }

  /** One key; `not_found` where there is none with this id. */
  get(id: string, options?: CallOptions): Promise<Key> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'keys', id] }, options)
  }

  /** The key that this client calls with, and so what it may do. */
  current(options?: CallOptions): Promise<CurrentKey> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'keys', 'current'] }, options)
  }

  /** Revokes a key. From `effective_by.calls` on nobody is answered who calls with it. */
  revoke(id: string, options?: ChangeOptions): Promise<RevokedKey> {
    return this.#transport.change({ method: 'DELETE', path: ['v1', 'keys', id] }, options)
  }
}
