import type { BiuwerRefresh } from '../policy/biuwer-refresh.ts'
import { BIUWER_TOKEN_PREFIX } from '../policy/biuwer-token.ts'
import type { Instant } from '../policy/time.ts'
import { random } from '../tokens/random.ts'

/** A user as the registry knows it. */
export interface User {
  user: string
  linkedAt: Instant
  /** When the Biuwer tokens were last set. */
  updatedAt: Instant
  biuwerRefresh: BiuwerRefresh
  /**
   * The id that stands for what the token source gives at openings (`session`); null: it is not asked then. A new one ends the
   * sessions that show such Biuwer tokens.
   */
  atOpening: string | null
}

/** A user as the registry's table holds it. */
export interface UserRow extends Record<string, SqlStorageValue> {
  user: string
  linked_at: Instant
  updated_at: Instant
  biuwer_refresh: BiuwerRefresh
  at_opening: string | null
}

export function toUser({ user, linked_at, updated_at, biuwer_refresh, at_opening }: UserRow): User {
  return {
    user,
    linkedAt: linked_at,
    updatedAt: updated_at,
    biuwerRefresh: biuwer_refresh,
    atOpening: at_opening,
  }
}

/** A new id for what the token source gives at openings; null: it is not asked then. */
export function atOpeningId(refresh: BiuwerRefresh): string | null {
  return refresh === 'session' ? `${BIUWER_TOKEN_PREFIX}${random()}` : null
}
