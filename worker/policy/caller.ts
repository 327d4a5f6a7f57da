import type { Instant } from './time.ts'

/** Who calls the management API, and what their key allows. */

/** What a key may do, the most powerful first. Each address says which roles may call it. */
export const ROLES = ['admin', 'manager', 'issuer', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** Who may change what concerns everybody, keys included. */
export const ADMINS: readonly Role[] = ['admin']
/** Who may change users and token records. */
export const MANAGERS: readonly Role[] = ['admin', 'manager']
/** Who may have token records made, and their tokens given out: a host's backend. */
export const ISSUERS: readonly Role[] = ['admin', 'manager', 'issuer']
/** Who may read. */
export const READERS: readonly Role[] = ['admin', 'manager', 'viewer']
/** Who may read keys: whoever reads everything, and who makes them. */
export const KEY_READERS: readonly Role[] = ['admin', 'viewer']

/** Users that a key is for: names, and beginnings that end in `*`. null: all users. */
export type UserPatterns = readonly string[] | null

/** A key of the management API, as the registry keeps it: its digest stands for what was shown once. */
export interface BearerKey {
  /** `key_…` */
  id: string
  name: string
  role: Role
  users: UserPatterns
  createdAt: Instant
  expiresAt: Instant | null
  lastUsedAt: Instant | null
  revokedAt: Instant | null
}

export type BearerKeyStatus = 'active' | 'expired' | 'revoked'

/** A key's status at a moment. Validity is half-open: a key that ends at a moment is over at that moment. */
export function keyStatus(
  { revokedAt, expiresAt }: Pick<BearerKey, 'revokedAt' | 'expiresAt'>,
  now: Instant,
): BearerKeyStatus {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && now >= expiresAt ? 'expired' : 'active'
}

/** Who makes a call. */
export interface Caller {
  /** Tells callers apart: the key's id, or a root key's digest. */
  id: string
  /** As the audit names them: the key's id and name, or the first digits of a root key's digest. */
  actor: string
  role: Role
  users: UserPatterns
  /** The key; null: a root key, of `ADMIN_KEYS`. */
  key: Pick<BearerKey, 'id' | 'expiresAt'> | null
}

/** Whether a key is for this user. */
export function isFor(user: string, users: UserPatterns): boolean {
  return (
    users === null ||
    users.some((pattern) =>
      pattern.endsWith('*') ? user.startsWith(pattern.slice(0, -1)) : user === pattern,
    )
  )
}
