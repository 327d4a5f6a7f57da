import type { EmbedCode } from '../failures.ts'
import type { Findings } from './findings.ts'
import { FINE, type Subject, UNKNOWN, type Verdict } from './report.ts'
import { timestamp } from './timestamp.ts'

const FRESH = 'take a fresh value from POST /v1/tokens/{id}/refresh'

/** Refusals that tell of the value, or of the record and the user behind it. */
const REFUSED: Partial<Record<EmbedCode, string>> = {
  token_malformed: `It is no embed token: ${FRESH}.`,
  token_invalid: `This edge did not sign it, or no longer has the key: ${FRESH}.`,
  token_not_yet_valid: 'Its record has not begun.',
  token_expired: `It has ended: ${FRESH}.`,
  token_revoked: `Its record was revoked or rotated: ${FRESH}, or make a record.`,
  token_spent: 'Another page view used it: fetch one for each, and cache none.',
  resource_not_allowed: 'Add this resource to its record.',
  user_not_linked: 'Link its user: PUT /v1/users/{user}.',
  session_expired: 'The session ended: set token-url to have it renewed.',
  session_revoked: 'Its record or its user was revoked, or the key behind it retired.',
  provider_failed:
    'None came: token-url must answer 200 with {"token": "…"}, tokenProvider resolve to it, within 30 s.',
}

/** The state of the value, as far as its claims and the edge's last word tell. */
export function token(subject: Subject, found: Findings): Verdict {
  const { instance, state, error, value } = subject
  const refused = error ? REFUSED[error.code] : undefined
  if (instance !== null) return manual(value, found, refused)
  // A single-use value ends long before what it opened.
  if (state === 'ready') return FINE
  const wrong = value ? mistake(subject, found) : undefined
  if (wrong ?? refused) return [false, `${wrong ?? refused}`]
  if (!value) return UNKNOWN
  return [true, 'Its claims are in order: POST /v1/tokens/{id}/explain checks the rest.']
}

function manual(value: string | undefined, { claims }: Findings, refused: string | undefined): Verdict {
  if (claims) return [false, 'An embed token needs an edge: take instance off.']
  if (value) return [null, 'Only Biuwer can check its own token.']
  return refused ? [false, refused] : UNKNOWN
}

/** What is wrong with it at this moment by the edge's clock. */
function mistake({ resource, skew }: Subject, { claims }: Findings): string | undefined {
  if (!claims)
    return `It is no JWS, so perhaps Biuwer’s own token, which belongs to the edge alone: ${FRESH}.`
  const { ours, nbf, exp, resources } = claims
  const now = Date.now() - (skew ?? 0)
  if (!ours) return `It is a JWS, but no embed token: ${FRESH}.`
  if (nbf !== undefined && now < nbf * 1000) return `It is valid from ${timestamp(nbf * 1000)}.`
  if (exp !== undefined && now >= exp * 1000) return `It ended at ${timestamp(exp * 1000)}: ${FRESH}.`
  return resources && !resources.includes(resource) ? REFUSED.resource_not_allowed : undefined
}
