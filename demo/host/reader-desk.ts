import { randomUUID } from 'node:crypto'
import type { BiuwerEdge, BiuwerToken, SignedOutUser } from '../../client/index.ts'
import type { StandInApi } from '../token-source/stand-in-api.ts'
import { READERS, type Reader, userOf } from './readers.ts'

/** Seconds for which a Biuwer token is good that is to end before its reader's eyes. */
const BRIEF_LIFE = 90

/** What an administrator does about the Biuwer tokens of the stores' further readers, at Biuwer and at the edge. */
export class ReaderDesk {
  readonly #edge: BiuwerEdge
  readonly #biuwer: StandInApi
  readonly #briefLife: number
  readonly #signedOut = new Set<string>()

  /** @param briefLife seconds */
  constructor(edge: BiuwerEdge, biuwer: StandInApi, briefLife = BRIEF_LIFE) {
    this.#edge = edge
    this.#biuwer = biuwer
    this.#briefLife = briefLife
  }

  /** Signs a reader in, with the Biuwer tokens that this reader begins with. */
  async signIn(store: string, reader: Reader): Promise<void> {
    const user = userOf(store, reader)
    if (reader === 'session') await this.#edge.users.link(user, { biuwer_refresh: 'session' })
    else await this.#linkBriefly(user)
    this.#signedOut.delete(user)
  }

  /** Signs a reader out, here and at the edge. */
  async signOut(store: string, reader: Reader): Promise<SignedOutUser> {
    const user = userOf(store, reader)
    this.#signedOut.add(user)
    return this.#edge.users.signOut(user)
  }

  isSignedOut(store: string, reader: Reader): boolean {
    return this.#signedOut.has(userOf(store, reader))
  }

  /** Has the edge replace the reader's Biuwer tokens from now on, by its token source. */
  async replaceDaily(store: string, reader: Reader): Promise<void> {
    await this.#edge.users.update(userOf(store, reader), { biuwer_refresh: 'daily' })
  }

  /** What the edge tells of the reader's Biuwer tokens. */
  biuwerTokens(store: string, reader: Reader): Promise<BiuwerToken[]> {
    return this.#edge.users.biuwerTokens(userOf(store, reader))
  }

  /**
   * The reader's newest Biuwer token, which developer tools would show: for the show, the stand-in's API is asked. Undefined
   * if there is none.
   */
  async copied(store: string, reader: Reader): Promise<string | undefined> {
    const user = userOf(store, reader)
    const live = await this.#biuwer.list(user)
    return live.findLast(({ reference }) => reference?.startsWith(`${user} `))?.token
  }

  /** Links the reader with a Biuwer token that ends soon, as somebody made it in Biuwer by hand. */
  async #linkBriefly(user: string): Promise<void> {
    const now = Date.now()
    const from = timestamp(now)
    const to = timestamp(now + this.#briefLife * 1000)
    const biuwer_token = await this.#biuwer.create(user, from, to, `${user} ${randomUUID()}`)
    await this.#edge.users.link(user, { biuwer_token, from, to })
  }
}

/** The users of the edge that a store's further readers are. */
export function readersOf(store: string): string[] {
  return READERS.map((reader) => userOf(store, reader))
}

/** RFC 3339, UTC, whole seconds, as the APIs take it. */
function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z')
}
