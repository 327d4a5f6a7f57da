import * as v from 'valibot'
import { BIUWER_TOKEN, USER_PREFIX } from '../policy/bounds.ts'
import { limit, nameCursor } from './query.ts'

/** Body of `PUT /v1/users/{user}`. */
export const LinkRequest = v.strictObject({
  biuwer_token: v.pipe(
    v.string(),
    v.regex(BIUWER_TOKEN, 'Pass the Biuwer authentication token: 1 to 512 letters, digits, "_" or "-".'),
  ),
})

/** Query of `GET /v1/users`. */
export const UserListQuery = v.strictObject({
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(USER_PREFIX, 'Pass how the user begins: letters, digits, "_", ".", "@", "+" or "-".'),
    ),
  ),
  limit,
  cursor: nameCursor,
})
