import type {
  ChangedSigner,
  PreviewToken,
  Signer,
  SignerPreviewRequest,
  SignerRequest,
  SignerUpdateRequest,
} from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, ChangeOptions, Transport } from './transport.ts'
import { ifMatch, type VersionedChangeOptions } from './versions.ts'

/** Signers: public keys whose holder signs tokens without calling the edge. Only keys with the role `admin` change them. */
export class Signers {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Registers public keys. Tokens that their holder signs work at once. */
  create(request: SignerRequest, options?: ChangeOptions): Promise<Signer> {
    return this.#transport.change({ method: 'POST', path: ['v1', 'signers'], body: request }, options)
  }

  /** Every signer, newest first. */
  list(options?: CallOptions): AsyncGenerator<Signer, void, undefined> {
    return pages(this.#transport, ['v1', 'signers'], {}, options)
  }

  /** One page of signers, newest first; `next_cursor` leads to the next. */
  page({ limit, cursor }: PageChoice = {}, options?: CallOptions): Promise<Page<Signer>> {
    const path = ['v1', 'signers']
    return this.#transport.call({ method: 'GET', path, query: { limit, cursor }, answer: 'page' }, options)
  }

  /** One signer; `not_found` where there is none with this id. */
  get(id: string, options?: CallOptions): Promise<Signer> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'signers', id] }, options)
  }

  /** Changes a signer; `keys` replaces all of them. It holds everywhere from `effective_by` on. */
  update(
    id: string,
    changes: SignerUpdateRequest,
    { ifVersion, ...options }: VersionedChangeOptions = {},
  ): Promise<ChangedSigner> {
    const headers = ifMatch(ifVersion)
    return this.#transport.change(
      { method: 'PATCH', path: ['v1', 'signers', id], headers, body: changes },
      options,
    )
  }

  /** Deletes a signer for good: its tokens and the sessions that they opened end by `effective_by`. */
  delete(id: string, { ifVersion, ...options }: VersionedChangeOptions = {}): Promise<ChangedSigner> {
    const headers = ifMatch(ifVersion)
    return this.#transport.change({ method: 'DELETE', path: ['v1', 'signers', id], headers }, options)
  }

  /** A token that opens one resource for a user on the edge's own pages alone, for five minutes. */
  preview(id: string, request: SignerPreviewRequest, options?: CallOptions): Promise<PreviewToken> {
    return this.#transport.call(
      { method: 'POST', path: ['v1', 'signers', id, 'preview'], body: request },
      options,
    )
  }
}
