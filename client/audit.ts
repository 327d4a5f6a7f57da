import type { AuditEntry } from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, Transport } from './transport.ts'

export interface AuditFilter {
  /** Only what was done to this user or record. */
  target?: string
}

/** What was done to users, records and the vault, and by whom. */
export class Audit {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Every management action of a year, newest first. */
  list(filter: AuditFilter = {}, options?: CallOptions): AsyncGenerator<AuditEntry, void, undefined> {
    return pages(this.#transport, ['v1', 'audit'], { target: filter.target }, options)
  }

  /** One page of the management actions; `next_cursor` leads to the next. */
  page(filter: AuditFilter & PageChoice = {}, options?: CallOptions): Promise<Page<AuditEntry>> {
    const { target, limit, cursor } = filter
    return this.#transport.call(
      { method: 'GET', path: ['v1', 'audit'], query: { target, limit, cursor }, answer: 'page' },
      options,
    )
  }
}
