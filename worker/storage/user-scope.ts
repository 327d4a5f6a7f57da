import { USER_PATTERN } from '../policy/bounds.ts'
import type { UserPatterns } from '../policy/caller.ts'

/**
 * A condition of SQL: the users in this column that a key is for. It holds the users themselves, since a statement takes a
 * hundred parameters at most and a key has as many users.
 */
export function ofUsers(column: string, users: UserPatterns): string {
  if (users === null) return 'TRUE'
  const conditions = users.map((pattern) => {
    // Without this, a user could end the text that it stands in.
    if (!USER_PATTERN.test(pattern)) throw new Error('a key is for a user of no such name')
    if (!pattern.endsWith('*')) return `${column} = '${pattern}'`
    const prefix = pattern.slice(0, -1)
    // Users are ASCII, so that none with the prefix sorts behind the end of the range.
    return `(${column} >= '${prefix}' AND ${column} < '${prefix}\u{10ffff}')`
  })
  return anyOf(conditions)
}

/** Joins conditions by halves: the platform takes no expression that is nested a hundred deep, as a chain of as many is. */
function anyOf(conditions: string[]): string {
  const [first, ...others] = conditions
  if (first === undefined) return 'FALSE'
  if (others.length === 0) return first
  const half = Math.ceil(conditions.length / 2)
  return `(${anyOf(conditions.slice(0, half))} OR ${anyOf(conditions.slice(half))})`
}

/** A condition of SQL on the audit: what was done to users that a key is for, and to their records. */
export function ofAudit(users: UserPatterns): string {
  if (users === null) return 'TRUE'
  return `(action LIKE 'user.%' AND ${ofUsers('target', users)}
    OR action LIKE 'token.%' AND EXISTS (SELECT 1 FROM tokens WHERE id = target AND ${ofUsers('user', users)}))`
}
