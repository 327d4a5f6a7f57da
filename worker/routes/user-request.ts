import * as v from 'valibot'
import { limit, nameCursor } from './query.ts'

/** Body of `PUT /v1/users/{user}`. */
export const LinkRequest = v.strictObject({
  biuwer_token: v.pipe(
    v.string(),
    v.regex(
      /^[A-Za-z0-9_-]{1,512}$/,
      'Pass the Biuwer authentication token: 1 to 512 letters, digits, "_" or "-".',
    ),
  ),
})

/** Query of `GET /v1/users`. */
export const UserListQuery = v.strictObject({
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[A-Za-z0-9_.@+-]{1,128}$/,
        'Pass how the user begins: letters, digits, "_", ".", "@", "+" or "-".',
      ),
    ),
  ),
  limit,
  cursor: nameCursor,
})
