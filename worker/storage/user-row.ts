import type { Instant } from '../policy/time.ts'

/** A user as the registry knows it. */
export interface User {
  user: string
  linkedAt: Instant
  /** When the Biuwer tokens were last set. */
  updatedAt: Instant
}

/** A user as the registry's table holds it. */
export interface UserRow extends Record<string, SqlStorageValue> {
  user: string
  linked_at: Instant
  updated_at: Instant
}

export function toUser({ user, linked_at, updated_at }: UserRow): User {
  return { user, linkedAt: linked_at, updatedAt: updated_at }
}
