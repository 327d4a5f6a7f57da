import type { EmbedCode, EmbedError } from '../failures.ts'
import { type Findings, originOf } from './findings.ts'
import { FINE, UNKNOWN, type Verdict } from './report.ts'
import type { Subject } from './subject.ts'
import { timestamp } from './timestamp.ts'

const FRESH = 'take a fresh token from POST /v1/tokens/{id}/refresh'

/** What to do about refusals of the token, or of the token record and the user behind it. */
const REFUSED: Partial<Record<EmbedCode, string>> = {
  token_malformed: `It is no embed token: ${FRESH}.`,
  token_invalid: `This edge did not sign it, or no longer has the key: ${FRESH}.`,
  token_not_yet_valid: 'Its record has not begun.',
  token_expired: `It has ended: ${FRESH}.`,
  token_revoked: `Its record was revoked or rotated: ${FRESH}, or make a record.`,
  token_spent: 'Another page view used it: fetch one for each.',
  resource_not_allowed: 'Add this resource to its record.',
  user_not_linked: 'Link its user: PUT /v1/users/{user}.',
  biuwer_token_expired: 'Biuwer’s own token of its user ended: POST /v1/users/{user}/biuwer-tokens.',
  biuwer_token_not_yet_valid: 'Biuwer’s own token of its user has not begun.',
  session_expired: 'The session ended: set token-url to have it renewed.',
  session_revoked: 'Its record, its user or the key behind it was revoked.',
  provider_failed: 'token-url must answer 200 with {"token": "…"}, tokenProvider resolve to it, within 30 s.',
  signed_out: 'The page’s backend knows no visitor: sign in there again.',
}

/** Judges the token, as far as its claims and the edge's last answer tell. */
export function token(subject: Subject, found: Findings): Verdict {
  const { instance, state, error, token } = subject
  const refused = error ? refusal(subject, error, found) : undefined
  if (instance !== null) return biuwerToken(token, found, refused)
  // A single-use token ends long before the session that it opened.
  if (state === 'ready') return refused ? [false, refused] : FINE
  const wrong = (token ? mistake(subject, found) : undefined) ?? refused
  if (wrong) return [false, wrong]
  if (!token) return UNKNOWN
  return [true, 'Its claims are in order: POST /v1/tokens/{id}/explain checks the rest.']
}

/** Says what to do about the refusal and, where the page gave no token, what came in its place. */
function refusal(subject: Subject, { code, message }: EmbedError, { page }: Findings): string | undefined {
  const advice = REFUSED[code]
  if (code !== 'provider_failed' && code !== 'signed_out') return advice
  const { source, tokenUrl, tokenCredentials } = subject
  const origin = source === 'token-url' && tokenUrl ? originOf(tokenUrl) : undefined
  let cookies = ''
  if (origin && origin !== page.origin)
    cookies =
      tokenCredentials === 'include'
        ? ` ${origin} must allow this origin with credentials by CORS, and its cookies this site.`
        : ` Cookies don’t go to ${origin}: set token-credentials="include".`
  return `${message}. ${advice}${cookies}`
}

/** Judges what manual integration takes for a token: Biuwer's own. */
function biuwerToken(token: string | undefined, { claims }: Findings, refused: string | undefined): Verdict {
  if (claims) return [false, 'An embed token needs an edge: take instance off.']
  if (token) return [null, 'Only Biuwer can check its own token.']
  return refused ? [false, refused] : UNKNOWN
}

/** Says what is wrong with the token's claims at this moment, by the edge's clock. */
function mistake({ resource, skew }: Subject, { claims }: Findings): string | undefined {
  if (!claims) return `It is no JWS. Biuwer’s own token belongs to the edge alone: ${FRESH}.`
  const { ours, nbf, exp, resources } = claims
  const now = Date.now() - (skew ?? 0)
  if (!ours) return `It is a JWS, but no embed token: ${FRESH}.`
  if (nbf !== undefined && now < nbf * 1000) return `It is valid from ${timestamp(nbf * 1000)}.`
  if (exp !== undefined && now >= exp * 1000) return `It ended at ${timestamp(exp * 1000)}: ${FRESH}.`
  return resources && !resources.includes(resource) ? REFUSED.resource_not_allowed : undefined
}
