import { RefusedRequest } from '../refused-request.ts'

/** The refusal of a user who is not linked, or whom the key is not for: which of the two is not told. */
export function unknownUser(user: string): RefusedRequest {
  return new RefusedRequest('not_found', {
    detail: `User ${user} is not linked. Link it with PUT /v1/users/${user}.`,
  })
}
