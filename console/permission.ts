import type { CurrentKey } from '../client/api-types.ts'
import { ADMINS, ISSUERS, KEY_READERS, MANAGERS, READERS, type Role } from '../worker/policy/caller.ts'
import { listed } from './formats.ts'
import type { Words } from './messages/words.ts'

/** What the edge asks of a key that does something. */
export interface Need {
  roles: readonly Role[]
  /** Whether it concerns everybody, which no key for some users may touch. */
  concernsAll: boolean
}

/** What the deeds and pages of the console need, as the edge decides it. */
export const NEEDS = {
  read: { roles: READERS, concernsAll: false },
  issue: { roles: ISSUERS, concernsAll: false },
  manage: { roles: MANAGERS, concernsAll: false },
  manageAll: { roles: MANAGERS, concernsAll: true },
  readKeys: { roles: KEY_READERS, concernsAll: true },
  /** Signers of some users are for a key of these users, too. */
  readSigners: { roles: READERS, concernsAll: false },
  changeSigners: { roles: ADMINS, concernsAll: false },
  administer: { roles: ADMINS, concernsAll: true },
} as const satisfies Record<string, Need>

type Reach = Pick<CurrentKey, 'role' | 'users'>

export function isGranted({ roles, concernsAll }: Need, { role, users }: Reach): boolean {
  return roles.includes(role) && !(concernsAll && users !== null)
}

/** Which key would do where this one does not, and what this one is: the end of a sentence. */
export function betterKey(words: Words, { roles, concernsAll }: Need, { role, users }: Reach): string {
  const { needs } = words
  const would = listed(
    roles.map((name) => words.roles[name].name),
    'disjunction',
  )
  if (roles.includes(role)) return needs.allUsers
  const own = words.roles[role].name
  return concernsAll && users !== null ? needs.roleAndAllUsers(would, own) : needs.role(would, own)
}
