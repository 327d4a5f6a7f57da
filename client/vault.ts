import type { Reencrypted } from './api-types.ts'
import type { CallOptions, Transport } from './transport.ts'

/** Biuwer tokens at rest. */
export class Vault {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Encrypts every Biuwer token anew with the first key of `VAULT_KEYS`, some at a time: goes on for as long as it
   * is iterated, and gives what each step did. Sessions stay open. Once the last step's `remaining` is 0, the older
   * keys may be retired; `unopened` names the users whose Biuwer token no key opens.
   * @example
   * for await (const { remaining, unopened } of edge.vault.reencrypt()) console.log(remaining, unopened)
   */
  async *reencrypt(options?: CallOptions): AsyncGenerator<Reencrypted, void, undefined> {
    let cursor: string | undefined
    do {
      const body = cursor === undefined ? {} : { cursor }
      const path = ['v1', 'vault', 'reencrypt']
      const step = await this.#transport.change<Reencrypted>({ method: 'POST', path, body }, options)
      yield step
      cursor = step.next_cursor ?? undefined
    } while (cursor !== undefined)
  }
}
