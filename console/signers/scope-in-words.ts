import type { Signer } from '../../client/api-types.ts'
import { duration, listed } from '../formats.ts'
import { isolated } from '../given-text.ts'
import type { Words } from '../messages/words.ts'
import { someOf } from '../parts/key-in-words.ts'

export type SignerScope = Pick<Signer, 'users' | 'resources' | 'origins' | 'max_ttl' | 'single_use'>

/** What the holder of a signer's private keys may sign, sentence by sentence. */
export function scopeInWords(words: Words, scope: SignerScope): string[] {
  const { says } = words.signers
  const { resources, origins, max_ttl, single_use } = scope
  return [
    says.scope(
      usersInWords(words, scope),
      resources === null ? says.anyResource : says.resources(resources.length, some(words, resources)),
      origins === null ? says.anyOrigin : says.origins(some(words, origins)),
    ),
    (single_use ? says.singleUse : says.reusable)(duration(max_ttl)),
  ]
}

/** Whom a signer's tokens may stand for: users by name, and by how they begin. */
export function usersInWords(words: Words, { users }: Pick<Signer, 'users'>): string {
  const { says } = words.signers
  if (users === null) return says.everybody
  const names = users.filter((pattern) => !pattern.endsWith('*'))
  const beginnings = users.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  return listed([
    ...(names.length > 0 ? [says.users(names.length, some(words, names))] : []),
    ...(beginnings.length > 0 ? [says.beginnings(some(words, beginnings, 'disjunction'))] : []),
  ])
}

function some(words: Words, things: readonly string[], type?: 'disjunction'): string {
  return someOf(words, things.map(isolated), type)
}
