import type { Context } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'

/** What the endpoints under `/v1/tokens/:id` share. */

export function idParam(c: Context<AppEnv>): string {
  return c.req.param('id') ?? ''
}

export function unknownToken(): RefusedRequest {
  return new RefusedRequest('not_found', { detail: 'There is no token record with this id.' })
}

export function ended(): RefusedRequest {
  return new RefusedRequest('conflict', {
    detail: 'The token record is revoked or expired. Create a new one with POST /v1/tokens.',
  })
}
