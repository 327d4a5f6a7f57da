import { createHash, randomUUID } from 'node:crypto'

/** When a Biuwer token is good, in milliseconds since 1970: `from` ≤ t < `to`, without end where `to` is null. */
export interface Interval {
  from: number
  to: number | null
}

export interface StandInToken extends Interval {
  token: string
  /** The store that the token stands for. */
  store: string
  /** Whatever who asked for the token wanted to know it by; null: nothing. */
  reference: string | null
}

/** The Biuwer tokens of the stand-in's users: several for each, and each with its interval. */
export class StandInTokens {
  /** By the digest of the token, so that how long a search takes says nothing of a token. */
  readonly #tokens = new Map<string, StandInToken>()

  add(token: StandInToken): void {
    this.#tokens.set(digest(token.token), token)
  }

  /** Makes a token. A reference of the same store that was used before gets the token that was made then. */
  create(store: string, interval: Interval, reference: string | null): StandInToken {
    const made = this.live(store).find((token) => reference !== null && token.reference === reference)
    if (made) return made
    const token = { token: randomUUID(), store, reference, ...interval }
    this.add(token)
    return token
  }

  /** Whether the store had this token. */
  delete(store: string, token: string): boolean {
    const key = digest(token)
    return this.#tokens.get(key)?.store === store && this.#tokens.delete(key)
  }

  /** The tokens of a store that have not ended, in the order in which they were made. */
  live(store: string, now = Date.now()): StandInToken[] {
    return [...this.#tokens.values()].filter((token) => token.store === store && !hasEnded(token, now))
  }

  /** The store that this token stands for now; undefined if the token is unknown, has ended or has not begun. */
  storeOf(token: string, now = Date.now()): string | undefined {
    const found = this.#tokens.get(digest(token))
    return found && found.from <= now && !hasEnded(found, now) ? found.store : undefined
  }
}

function hasEnded({ to }: Interval, now: number): boolean {
  return to !== null && to <= now
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
