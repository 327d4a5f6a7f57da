import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { MANAGERS } from '../policy/caller.ts'
import { previewClaims } from '../policy/issue.ts'
import { RefusedRequest } from '../refused-request.ts'
import { signEmbedToken } from '../tokens/embed-token.ts'
import { random } from '../tokens/random.ts'
import { NO_STORE, timestamp } from './answer-fields.ts'
import { readJson } from './body.ts'
import { change } from './change-request.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { PreviewRequest } from './requests.ts'
import { ended, idParam, unknownToken } from './token-address.ts'

export function previews(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/tokens/:id/preview', { access: 'key', POST: allow(MANAGERS, preview) })
}

/**
 * Gives a token to try the record with on the edge's own pages, where no other token opens anything. It takes an admin
 * key: a host page that is on the edge's origin by mistake could read the frame, and must not get one.
 */
async function preview(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const { body } = await readJson(c, PreviewRequest)
  const result = await change(c, null, async (registry, request) =>
    registry.preview(id, body.resource, request),
  )
  switch (result.outcome) {
    case 'unknown':
      throw unknownToken()
    case 'conflict':
      throw ended()
    case 'resource_not_allowed':
      throw new RefusedRequest('resource_not_allowed')
    case 'made': {
      const { record, tokensSince } = result
      const claims = previewClaims(record, body.resource, clock(), random(), tokensSince)
      const token = await signEmbedToken(claims, c.get('settings').tokenKeys)
      return c.json({ token, token_expires_at: timestamp(claims.exp) }, 200, NO_STORE)
    }
  }
}
