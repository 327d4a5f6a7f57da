import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { RefusedRequest } from './refused-request.ts'
import type { Code, Problem } from './wire.ts'

interface ProblemText {
  status: ContentfulStatusCode
  title: string
  detail: string
}

/** What each code is answered with. `detail` is the code's own text, for refusals that have none of their own. */
export const PROBLEMS: Record<Code, ProblemText> = {
  token_malformed: {
    status: 401,
    title: 'Malformed token',
    detail: 'The token is no compact JWS. Pass it exactly as the edge issued it.',
  },
  token_invalid: {
    status: 401,
    title: 'Invalid token',
    detail: 'This edge did not issue the token. Issue one with POST /v1/tokens on the same edge.',
  },
  token_not_yet_valid: { status: 401, title: 'Token not yet valid', detail: 'The token is not valid yet.' },
  token_expired: {
    status: 401,
    title: 'Expired token',
    detail:
      'The token has expired. Fetch a fresh one with POST /v1/tokens/{id}/refresh; a host that signs tokens signs another.',
  },
  token_revoked: {
    status: 401,
    title: 'Revoked token',
    detail: 'The token was revoked. Issue a new one if the user may still see the resource.',
  },
  token_spent: {
    status: 409,
    title: 'Spent token',
    detail: 'The single-use token was redeemed elsewhere. Fetch a fresh one for each page view.',
  },
  resource_not_allowed: {
    status: 403,
    title: 'Resource not allowed',
    detail: 'The token does not open this resource.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'The token may not be used on this origin.',
  },
  frame_exposed: {
    status: 403,
    title: 'Exposed frame',
    detail:
      'This browser gives scripts of the page a way into the frame, where the page and the edge are of different sites. Serve the edge on the site of the page.',
  },
  frame_withdrawn: {
    status: 409,
    title: 'Withdrawn frame',
    detail:
      'The edge has withdrawn this version of the frame document, and the browser gave it again after a reload.',
  },
  user_not_linked: {
    status: 409,
    title: 'User not linked',
    detail: 'The user has no Biuwer authentication token here. Link it with PUT /v1/users/{user}.',
  },
  biuwer_token_not_yet_valid: {
    status: 409,
    title: 'Biuwer token not yet valid',
    detail: "The user's Biuwer authentication token is not valid yet.",
  },
  biuwer_token_expired: {
    status: 409,
    title: 'Expired Biuwer token',
    detail:
      "The user's Biuwer authentication token has ended. Add the next one with POST /v1/users/{user}/biuwer-tokens.",
  },
  biuwer_unavailable: {
    status: 503,
    title: 'Biuwer unavailable',
    detail:
      'The token source gave no Biuwer token for the session. Nothing was spent: send the same request again.',
  },
  session_expired: {
    status: 401,
    title: 'Expired session',
    detail: 'The session has ended. Open a new one with a fresh token.',
  },
  session_revoked: {
    status: 401,
    title: 'Revoked session',
    detail: 'The session was ended by a revocation.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    detail: 'Send a valid key: Authorization: Bearer <key>.',
  },
  forbidden: { status: 403, title: 'Forbidden', detail: 'This may not be done here.' },
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    detail: 'The request has mistakes; "errors" lists them.',
  },
  not_found: { status: 404, title: 'Not found', detail: 'There is nothing at this address.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This address takes other methods; see Allow.',
  },
  conflict: { status: 409, title: 'Conflict', detail: 'The state of the resource does not allow this.' },
  precondition_failed: {
    status: 412,
    title: 'Precondition failed',
    detail: 'The record was changed since the version that If-Match names. Read it again, and decide anew.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    detail: 'The body is larger than this address takes.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send the body as application/json.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'Idempotency mismatch',
    detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
  },
  rate_limited: {
    status: 429,
    title: 'Rate limited',
    detail: 'Too many refused requests from this address. Try again later.',
  },
  misconfigured: {
    status: 503,
    title: 'Misconfigured',
    detail: 'The edge lacks a valid setting; "errors" names it.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'Storage did not answer. Nothing was lost: send the same request again.',
  },
  internal: { status: 500, title: 'Internal error', detail: 'The edge failed. Report the request id.' },
}

/** Seconds after which trying again makes sense. */
export const RETRY_AFTER: Partial<Record<Code, number>> = {
  rate_limited: 60,
  unavailable: 5,
  biuwer_unavailable: 5,
}

/** A refusal as problem details (RFC 9457). `type` leads to the code's entry in the edge's own documentation. */
export function problemResponse(
  { code, options }: RefusedRequest,
  requestId: string,
  edge: string,
): Response {
  const { status, title, detail } = PROBLEMS[code]
  const problem: Problem = {
    type: `${edge}/docs#${code}`,
    title,
    status,
    code,
    detail: options.detail ?? detail,
    request_id: requestId,
    ...(options.errors && { errors: options.errors }),
    ...(options.validFrom && { valid_from: options.validFrom }),
  }
  const retryAfter = RETRY_AFTER[code]
  return Response.json(problem, {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(retryAfter && { 'Retry-After': String(retryAfter) }),
      ...options.headers,
    },
  })
}
