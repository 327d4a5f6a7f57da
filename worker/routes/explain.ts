import type { Context, Hono } from 'hono'
import { clock } from '../clock.ts'
import { READERS } from '../policy/caller.ts'
import {
  explain,
  explainSigned,
  explainUnreadable,
  type OpeningCheck,
  type UnreadableToken,
} from '../policy/explanation.ts'
import { type Claims, spendOf } from '../policy/issue.ts'
import { reach } from '../storage/reach.ts'
import { registryOf } from '../storage/registry.ts'
import { isSpent } from '../storage/spent-tokens.ts'
import { NO_STORE } from './answer-fields.ts'
import { readJson } from './body.ts'
import type { AppEnv } from './context.ts'
import { allow, endpoint } from './endpoint.ts'
import { instant } from './request-fields.ts'
import { ExplainRequest, ExplainTokenRequest } from './requests.ts'
import { idParam, unknownToken } from './token-address.ts'
import { inspect, inspectToken, type Verified } from './verify-token.ts'

/** Why an opening is, was or will be let in or refused: every check in order. Spends nothing. */
export function explanations(app: Hono<AppEnv>): void {
  endpoint(app, '/v1/tokens/:id/explain', { access: 'key', POST: allow(READERS, explainRecord) })
  endpoint(app, '/v1/explain', { access: 'key', POST: allow(READERS, explainToken) })
}

/** Explains what a record opens, with one of its tokens or without. */
async function explainRecord(c: Context<AppEnv>): Promise<Response> {
  const id = idParam(c)
  const { body } = await readJson(c, ExplainRequest)
  const found = await reach('TOKEN_REGISTRY', async () =>
    registryOf(c.env).inspect(id, c.get('caller').users),
  )
  if (!found) throw unknownToken()
  const verified =
    body.token === undefined ? undefined : await known(c, id, await inspectToken(c, body.token))
  const claims = verified && 'claims' in verified ? verified.claims : verified
  const spent = verified && 'claims' in verified ? await isRedeemed(c, verified.claims) : undefined
  return answered(c, explain({ ...found, ...question(c, body), claims, spent }))
}

/** Explains what a token opens, whoever has signed it. */
async function explainToken(c: Context<AppEnv>): Promise<Response> {
  const { body } = await readJson(c, ExplainTokenRequest)
  const verified = await inspectToken(c, body.token)
  if ('code' in verified) return answered(c, explainUnreadable(verified))
  const { claims } = verified
  const found = await inspect(c, verified)
  if (!found) return answered(c, explainUnreadable({ code: 'token_invalid' }))
  const asked = { ...question(c, body), ...found, claims, spent: await isRedeemed(c, claims) }
  return answered(c, 'record' in asked ? explain(asked) : explainSigned(asked))
}

/** A verified token, as far as the key is for whom it stands for: one of another record may be of anybody. */
async function known(
  c: Context<AppEnv>,
  id: string,
  verified: Verified | UnreadableToken,
): Promise<Verified | UnreadableToken> {
  if ('code' in verified || verified.claims.sub === id) return verified
  return (await inspect(c, verified)) ? verified : { code: 'token_invalid' }
}

/** Whether a page view has redeemed the token; undefined: it is not single-use. */
async function isRedeemed(c: Context<AppEnv>, claims: Claims): Promise<boolean | undefined> {
  const spend = spendOf(claims)
  return spend && (await isSpent(c.env.SPENT_TOKENS, spend))
}

interface Asked {
  resource?: string | undefined
  origin?: string | undefined
  at?: string | undefined
}

function question(c: Context<AppEnv>, { resource, origin, at }: Asked) {
  const { allowedOrigins, tokenSource } = c.get('settings')
  const moment = at === undefined ? clock() : instant(at)
  const hasTokenSource = tokenSource !== null
  return { resource, origin, at: moment, allowedOrigins, edgeOrigin: c.get('edge'), hasTokenSource }
}

function answered(c: Context<AppEnv>, checks: OpeningCheck[]): Response {
  return c.json({ allowed: checks.every(({ ok }) => ok), checks }, 200, NO_STORE)
}
