import type { Context, MiddlewareHandler } from 'hono'
import { clock } from '../clock.ts'
import { failureOf, type RefusedOpening } from '../policy/explanation.ts'
import { CHECKS, isRefusalCode, type Refusal, type RefusalCode, reportedOrigin } from '../policy/refusal.ts'
import { opensResource } from '../policy/scope.ts'
import type { Instant } from '../policy/time.ts'
import { refusalOf } from '../refused-request.ts'
import { recordOpening } from '../storage/data-points.ts'
import { OPENED, PREVIEW } from '../storage/opening-counts.ts'
import type { AppEnv } from './context.ts'
import { addressOf } from './limit-refusals.ts'
import type { Verified } from './verify-token.ts'

/** What a request for a session asks with a token whose signature holds. */
export interface VerifiedAsk {
  /** The id of the token's record, or of the signer. */
  subject: string
  /** null: the token names nobody who could be a user. */
  user: string | null
  /** The record's refresh policy, `signed` or `preview`. */
  policy: string
  resource: string
  origin: string
  /** The token, as far as the opening got with it; null: it does not say what its signer has to say. */
  judged: Pick<RefusedOpening, 'claims' | 'signer' | 'standing'> | null
}

/** What a verified token asks to open. */
export function verifiedAsk(
  { claims, signer }: Verified,
  { resource, origin }: Pick<VerifiedAsk, 'resource' | 'origin'>,
): VerifiedAsk {
  const { sub, user, refresh, preview } = claims
  const judged = { claims, signer: signer?.signer ?? null, standing: undefined }
  return { subject: sub, user: user ?? null, policy: preview ? PREVIEW : refresh, resource, origin, judged }
}

/**
 * Notes what came of an opening: each is counted, and each refusal is remembered. A token whose signature does not hold leaves
 * nothing, so that strangers write nothing. Nothing of this is waited for.
 */
export const noteOpenings: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.req.method !== 'POST') return
  const refusal = c.error && refusalOf(c.error)
  const ask = c.get('verifiedAsk')
  if (c.env.EVENTS) recordOpening(c.env.EVENTS, refusal?.code, ask)
  if (!ask) return
  const { openings } = c.get('memory')
  const at = clock()
  const code = refusal?.code ?? OPENED
  const { subject, user, policy } = ask
  // A resource that the token does not open may be any text that somebody made up.
  const resource = opens(ask) ? ask.resource : null
  openings.count({ at, code, policy, resource, subject, user: user ?? '' })
  if (isRefusalCode(code)) openings.keep(remembered(c, ask, code, at, refusal?.options.detail), addressOf(c))
  openings.writeBehind(c.env, (work) => c.executionCtx.waitUntil(work), at)
}

/** Whether a token opens the resource that it came with, as far as the opening got with it, whatever else stands against it. */
function opens({ resource, judged }: VerifiedAsk): boolean {
  if (!judged) return false
  const { claims, signer, standing } = judged
  return [claims, signer, standing].every((scope) => !scope || opensResource(scope, resource))
}

function remembered(
  c: Context<AppEnv>,
  { subject, user, resource, origin: reported, judged }: VerifiedAsk,
  code: RefusalCode,
  at: Instant,
  answered: string | undefined,
): Refusal {
  const check = judged ? CHECKS[code] : 'signature'
  const origin = reportedOrigin(reported)
  const { allowedOrigins, tokenSource } = c.get('settings')
  const rules = { allowedOrigins, edgeOrigin: c.get('edge'), hasTokenSource: tokenSource !== null }
  const detail =
    judged && origin !== null
      ? failureOf(check, { ...judged, ...rules, user, resource, origin, at })
      : undefined
  return {
    requestId: c.get('requestId'),
    at,
    code,
    check,
    detail: detail ?? answered ?? null,
    subject,
    user,
    resource,
    origin,
  }
}
