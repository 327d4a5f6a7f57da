import type { Instant } from '../policy/time.ts'
import type { Sealed } from './vault.ts'

/** A user as the registry knows it. `link` changes whenever the Biuwer token does. */
export interface User {
  user: string
  link: string
  sealed: Sealed
  linkedAt: Instant
  updatedAt: Instant
}

/** A user as the registry's table holds it. */
export interface UserRow extends Record<string, SqlStorageValue> {
  user: string
  link: string
  kid: string
  iv: string
  data: string
  linked_at: Instant
  updated_at: Instant
}

export function toUser({ user, link, kid, iv, data, linked_at, updated_at }: UserRow): User {
  return { user, link, sealed: { kid, iv, data }, linkedAt: linked_at, updatedAt: updated_at }
}
