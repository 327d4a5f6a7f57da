import type { Context } from 'hono'
import * as v from 'valibot'
import { isFor } from '../policy/caller.ts'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { invalid } from './mistakes.ts'
import { userId } from './request-fields.ts'

/** What the endpoints under `/v1/users/:user` share. */

/** The user of the address. To a key that is for others there is no such user. */
export function userParam(c: Context<AppEnv>): string {
  const user = c.req.param('user') ?? ''
  const parsed = v.safeParse(userId, user)
  if (!parsed.success) throw invalid('user', parsed.issues[0].message)
  if (!isFor(parsed.output, c.get('caller').users)) throw unknownUser(user)
  return parsed.output
}

/** The refusal of a user who is not linked, or whom the key is not for: which of the two is not told. */
export function unknownUser(user: string): RefusedRequest {
  return new RefusedRequest('not_found', {
    detail: `User ${user} is not linked. Link it with PUT /v1/users/${user}.`,
  })
}
