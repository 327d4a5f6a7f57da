import * as v from 'valibot'

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
