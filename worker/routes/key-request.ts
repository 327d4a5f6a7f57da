import * as v from 'valibot'
import { LONGEST_NAME, MOST_LISTED, USER_PATTERN } from '../policy/bounds.ts'
import { ROLES } from '../policy/caller.ts'
import { formatTimestamp, type Instant, parseTimestamp } from '../policy/time.ts'
import { isAfter, time } from './request-fields.ts'

const pattern = v.pipe(
  v.string(),
  v.regex(USER_PATTERN, 'Pass a user, or how users begin and then "*". Leave "users" out for all users.'),
)

/** Users that a key, or a signer, is for. */
export const userPatterns = v.pipe(
  v.array(pattern),
  v.minLength(1, 'The list may not be empty; leave the field out, or pass null, for all users.'),
  v.maxLength(MOST_LISTED, `The list may have at most ${MOST_LISTED} entries.`),
)

/** What a key, or a signer, is called. */
export const name = v.pipe(
  v.string(),
  v.check(
    isName,
    `Pass a name for the audit: 1 to ${LONGEST_NAME} characters, not all blank, none a control character.`,
  ),
)

/** Body of `POST /v1/keys`: each field by itself. */
export const KeyRequest = v.strictObject({
  name,
  role: v.picklist(ROLES),
  users: v.optional(v.nullable(userPatterns)),
  expires_at: v.optional(v.nullable(time)),
})

/**
 * Body of `POST /v1/keys`, with the rules of the clock and of the key that asks.
 * @param latest when the key that asks ends, which no key that it makes outlives; null: never
 */
export function keyRequest(now: Instant, latest: Instant | null) {
  const outlives = (end: Instant | undefined) => latest !== null && (end === undefined || end > latest)
  return v.pipe(
    KeyRequest,
    v.forward(
      v.partialCheck(
        [['expires_at']],
        ({ expires_at }) => !expires_at || isAfter(expires_at, now),
        'The end has to be in the future.',
      ),
      ['expires_at'],
    ),
    v.forward(
      v.partialCheck(
        [['expires_at']],
        ({ expires_at }) => !outlives(expires_at ? parseTimestamp(expires_at) : undefined),
        `The key that asks ends at ${latest === null ? '' : formatTimestamp(latest)}: a key that it makes ends by then.`,
      ),
      ['expires_at'],
    ),
  )
}

export function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= LONGEST_NAME && !/[\p{Cc}\p{Cs}]/u.test(name)
}
