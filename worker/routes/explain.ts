import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { READERS } from '../policy/caller.ts'
import { explain } from '../policy/explanation.ts'
import { spendOf } from '../policy/issue.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { isSpent } from '../storage/spent-tokens.ts'
import { verifyEmbedToken } from '../tokens/embed-token.ts'
import { NO_STORE } from './answer-fields.ts'
import { readJson } from './body.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { instant } from './request-fields.ts'
import { ExplainRequest } from './requests.ts'
import { idParam, unknownToken } from './token-address.ts'

export function explanations(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/tokens/:id/explain', { access: 'key', POST: allow(READERS, explainOpening) })
}

/** Tells why an opening is, was or will be let in or refused: every check in order. Spends nothing. */
async function explainOpening(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const { allowedOrigins, tokenKeys } = c.get('settings')
  const { body } = await readJson(c, ExplainRequest)
  const found = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).inspect(id, c.get('caller').users),
  )
  if (!found) throw unknownToken()
  const verified =
    body.token === undefined ? undefined : await verifyEmbedToken(body.token, tokenKeys, c.get('memory'))
  const claims = verified && ('code' in verified ? verified.code : verified.claims)
  const spend = typeof claims === 'object' ? spendOf(claims) : undefined
  const checks = explain({
    ...found,
    claims,
    resource: body.resource,
    origin: body.origin,
    at: body.at === undefined ? clock() : instant(body.at),
    allowedOrigins,
    edgeOrigin: c.get('edge'),
    spent: spend && (await isSpent(c.env.SPENT_TOKENS, spend)),
  })
  return c.json({ allowed: checks.every(({ ok }) => ok), checks }, 200, NO_STORE)
}
