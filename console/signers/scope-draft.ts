import type { Mistake, Signer } from '../../client/api-types.ts'
import { SIGNED_SECONDS, USER_PATTERN } from '../../worker/policy/bounds.ts'
import { linesOf } from '../field-values.ts'
import { listed } from '../formats.ts'
import { isolated } from '../given-text.ts'
import type { Words } from '../messages/words.ts'
import type { SignerScope } from './scope-in-words.ts'

/** A signer's scope as the fields of a form have it. Empty: all, or any. */
export interface ScopeDraft {
  /** As the field has them: one a line. */
  users: string
  resources: string[]
  origins: string[]
  /** Seconds, as the field has them; empty: the edge's default. */
  maxTtl: string
  singleUse: boolean
}

export const NEW_SCOPE: ScopeDraft = { users: '', resources: [], origins: [], maxTtl: '', singleUse: true }

export function draftOf({ users, resources, origins, max_ttl, single_use }: Signer): ScopeDraft {
  return {
    users: users?.join('\n') ?? '',
    resources: resources ?? [],
    origins: origins ?? [],
    maxTtl: String(max_ttl),
    singleUse: single_use,
  }
}

export function scopeOf({ users, resources, origins, maxTtl, singleUse }: ScopeDraft): SignerScope {
  const lines = linesOf(users)
  return {
    users: lines.length > 0 ? lines : null,
    resources: resources.length > 0 ? resources : null,
    origins: origins.length > 0 ? origins : null,
    max_ttl: maxTtl === '' ? SIGNED_SECONDS.default : Number(maxTtl),
    single_use: singleUse,
  }
}

/**
 * What the edge would refuse, in the person's language.
 * @param ownUsers the users that the person's own key is for; null: all
 */
export function mistakesInScope(
  { keys, signers }: Words,
  { users, max_ttl }: SignerScope,
  ownUsers: readonly string[] | null,
): Mistake[] {
  const wrong = users?.filter((user) => !USER_PATTERN.test(user)) ?? []
  const isSeconds =
    Number.isInteger(max_ttl) && max_ttl >= SIGNED_SECONDS.least && max_ttl <= SIGNED_SECONDS.most
  return [
    ...(wrong.length > 0
      ? [{ path: 'users', message: keys.form.usersWrong(listed(wrong.map(isolated))) }]
      : []),
    ...(users === null && ownUsers !== null ? [{ path: 'users', message: signers.form.usersMissing }] : []),
    ...(isSeconds ? [] : [{ path: 'max_ttl', message: signers.form.maxTtlWrong }]),
  ]
}
