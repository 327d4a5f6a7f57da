import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { outside } from '../policy/admission.ts'
import { previewClaims } from '../policy/issue.ts'
import { status } from '../policy/record.ts'
import { Refused } from '../problems.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { signEmbedToken } from '../tokens/embed-token.ts'
import { random } from '../tokens/random.ts'
import { NO_STORE, timestamp } from './answers.ts'
import { type App, by, resource } from './app.ts'
import { readJson } from './body.ts'
import { PreviewRequest } from './preview-request.ts'
import { ended, idParam, unknownToken } from './tokens.ts'

export function previews(app: Hono<App>): void {
  resource(app, '/v1/tokens/:id/preview', { POST: preview })
}

/**
 * A value to try the record with on the edge's own pages, where no other value opens anything. It takes an admin
 * key, so that a host that shares the edge's origin by mistake still can't open a frame that it could read.
 */
async function preview(c: Context<App>): Promise<Response> {
  const id = idParam(c)
  const { body } = await readJson(c, PreviewRequest)
  const record = await reach('TOKEN_REGISTRY', async () => registryOf(c.env).previewToken(id, by(c)))
  if (!record) throw unknownToken()
  const now = clock()
  const standing = status(record, now)
  if (standing === 'revoked' || standing === 'expired') throw ended()
  if (outside(record, { resource: body.resource, origin: null })) throw new Refused('resource_not_allowed')
  const claims = previewClaims(record, body.resource, now, random())
  const token = await signEmbedToken(claims, c.get('settings').tokenKeys)
  return c.json({ token, token_expires_at: timestamp(claims.exp) }, 200, NO_STORE)
}
