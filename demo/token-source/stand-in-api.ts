import { type Biuwer, RefusedByBiuwer } from '../../examples/biuwer-token-source/token-source.ts'
import { INVENTED_API, type InventedToken } from '../biuwer/api.ts'

export interface StandInAccess {
  /** The stand-in's origin. */
  biuwer: string
  /** The key of the stand-in's API. */
  apiKey: string
  /** The basic user of Biuwer that a user of the edge stands for. Several may stand for the same one. */
  storeOf: (user: string) => string | undefined
}

/** Calls the API that the stand-in has invented. */
export class StandInApi {
  readonly #access: StandInAccess

  constructor(access: StandInAccess) {
    this.#access = access
  }

  /** Makes a Biuwer token, or finds the one that was made under this reference, and returns it. */
  async create(user: string, from: string, to: string, reference: string): Promise<string> {
    const answer = await this.#call('create', { store: this.#store(user), from, to, reference })
    const { token } = (await answer.json()) as InventedToken
    return token
  }

  /** Deletes a Biuwer token. One that is gone already is no error. */
  async delete(user: string, token: string): Promise<void> {
    await this.#call('delete', { store: this.#store(user), token }, 404)
  }

  /** The Biuwer tokens of the user's basic user that have not ended. */
  async list(user: string): Promise<InventedToken[]> {
    const answer = await this.#call('list', { store: this.#store(user) })
    const { tokens } = (await answer.json()) as { tokens: InventedToken[] }
    return tokens
  }

  #store(user: string): string {
    const store = this.#access.storeOf(user)
    if (store === undefined) throw new RefusedByBiuwer('no basic user of Biuwer stands for this user')
    return store
  }

  async #call(what: string, body: object, alsoFine?: number): Promise<Response> {
    const answer = await fetch(`${this.#access.biuwer}${INVENTED_API}/${what}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.#access.apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(4000),
    })
    if (answer.ok || answer.status === alsoFine) return answer
    const ThisOne = answer.status === 404 ? RefusedByBiuwer : Error
    throw new ThisOne(`the stand-in answered ${answer.status}`)
  }
}

/** What `examples/biuwer-token-source/biuwer.ts` is to a customer, filled in for the stand-in. */
export function biuwerOf(api: StandInApi): Biuwer {
  return {
    async createBiuwerToken(user, from, to, reference) {
      return { token: await api.create(user, from, to, `${user} ${reference}`) }
    },
    deleteBiuwerToken: (user, token) => api.delete(user, token),
  }
}
