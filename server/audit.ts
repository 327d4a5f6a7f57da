import type { AuditEntry } from './api-types.ts'
import { pages } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export class Audit {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Every management action of a year, newest first. */
  list(options?: CallOptions): AsyncGenerator<AuditEntry, void, undefined> {
    return pages(this.#transport, ['v1', 'audit'], {}, options)
  }
}
