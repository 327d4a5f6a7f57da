import type {
  BiuwerToken,
  BiuwerTokenRequest,
  DeletedBiuwerToken,
  LinkedUser,
  LinkRequest,
  RelinkedUser,
  RevokedTokens,
  SignedOutUser,
  UnlinkedUser,
  UpdatedUser,
  User,
  UserUpdateRequest,
} from './api-types.ts'
import { type Page, type PageChoice, pages } from './pages.ts'
import type { CallOptions, ChangeOptions, Transport } from './transport.ts'

export interface UserFilter {
  /** Only users that begin so. */
  prefix?: string
  /**
   * Only users whose last Biuwer token ends within seven days, or whose Biuwer tokens have all ended, and nothing replaces
   * them by itself; or for whom the token source fails to.
   */
  biuwerToken?: 'ending' | 'expired' | 'failing'
}

/** The Biuwer users that tokens stand for. */
export class Users {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Puts the user's Biuwer authentication token into the edge's vault, where it is never given back; or says how the
   * customer's token source makes the user's Biuwer tokens.
   * @throws {EdgeError} `conflict`: the edge has no token source
   * @returns the user; with `effective_by` where another token was linked before
   */
  link(
    user: string,
    request: LinkRequest,
    options?: ChangeOptions,
  ): Promise<User & Partial<Pick<RelinkedUser, 'effective_by'>>> {
    return this.#transport.change({ method: 'PUT', path: ['v1', 'users', user], body: request }, options)
  }

  /**
   * Sets how the user's Biuwer authentication tokens are replaced. Those in the vault stay.
   * @throws {EdgeError} `not_found`: the user is not linked; `conflict`: the edge has no token source
   */
  update(user: string, request: UserUpdateRequest, options?: ChangeOptions): Promise<UpdatedUser> {
    return this.#transport.change({ method: 'PATCH', path: ['v1', 'users', user], body: request }, options)
  }

  /** Every linked user, by name. */
  list(filter: UserFilter = {}, options?: CallOptions): AsyncGenerator<LinkedUser, void, undefined> {
    return pages(this.#transport, ['v1', 'users'], queryOf(filter), options)
  }

  /** One page of linked users, by name; `next_cursor` leads to the next. */
  page(filter: UserFilter & PageChoice = {}, options?: CallOptions): Promise<Page<LinkedUser>> {
    const { limit, cursor } = filter
    return this.#transport.call(
      { method: 'GET', path: ['v1', 'users'], query: { ...queryOf(filter), limit, cursor }, answer: 'page' },
      options,
    )
  }

  /** One linked user; `not_found` where the user is not linked. */
  get(user: string, options?: CallOptions): Promise<LinkedUser> {
    return this.#transport.call({ method: 'GET', path: ['v1', 'users', user] }, options)
  }

  /** The user's Biuwer authentication tokens, without themselves, in the order in which they came. */
  async biuwerTokens(user: string, options?: CallOptions): Promise<BiuwerToken[]> {
    const path = ['v1', 'users', user, 'biuwer-tokens']
    const request = { method: 'GET', path, answer: 'page' } as const
    const { items } = await this.#transport.call<{ items: BiuwerToken[] }>(request, options)
    return items
  }

  /** Adds a Biuwer authentication token ahead of the end of another. It ends no session. */
  addBiuwerToken(user: string, request: BiuwerTokenRequest, options?: ChangeOptions): Promise<BiuwerToken> {
    const path = ['v1', 'users', user, 'biuwer-tokens']
    return this.#transport.change({ method: 'POST', path, body: request }, options)
  }

  /** Forgets a Biuwer authentication token: the sessions that show it end by `effective_by`. */
  deleteBiuwerToken(user: string, id: string, options?: ChangeOptions): Promise<DeletedBiuwerToken> {
    return this.#transport.change(
      { method: 'DELETE', path: ['v1', 'users', user, 'biuwer-tokens', id] },
      options,
    )
  }

  /**
   * Forgets the user's Biuwer authentication tokens and revokes every token of the user. `not_found`: the user is not
   * linked.
   */
  unlink(user: string, options?: ChangeOptions): Promise<UnlinkedUser> {
    return this.#transport.change({ method: 'DELETE', path: ['v1', 'users', user] }, options)
  }

  /** Revokes every token of the user, who stays linked. */
  revokeTokens(user: string, options?: ChangeOptions): Promise<RevokedTokens> {
    return this.#transport.change({ method: 'DELETE', path: ['v1', 'users', user, 'tokens'] }, options)
  }

  /**
   * Ends every session of the user and every token given out for the user so far. Records stay, and `refresh` gives out
   * tokens that open at once.
   */
  signOut(user: string, options?: ChangeOptions): Promise<SignedOutUser> {
    return this.#transport.change({ method: 'POST', path: ['v1', 'users', user, 'sign-out'] }, options)
  }
}

function queryOf({ prefix, biuwerToken }: UserFilter) {
  return { prefix, biuwer_token: biuwerToken }
}
