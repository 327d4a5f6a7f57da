import type { Code } from '../wire.ts'

/** Error codes of RFC 6749 §5.2 for our own: OAuth clients do not read problem+json. */
const OAUTH_CODES: Partial<Record<Code, string>> = {
  unauthorized: 'invalid_client',
  forbidden: 'access_denied',
  invalid_request: 'invalid_request',
  unsupported_media_type: 'invalid_request',
  payload_too_large: 'invalid_request',
  method_not_allowed: 'invalid_request',
  not_found: 'invalid_request',
  unavailable: 'temporarily_unavailable',
  rate_limited: 'temporarily_unavailable',
}

export function oauthErrorOf(code: Code): string {
  return OAUTH_CODES[code] ?? 'server_error'
}

/** A refusal as OAuth clients read it (RFC 6749 §5.2), with the status and headers of the problem. */
export function asOAuthError(problem: Response, code: Code, detail: string): Response {
  const headers = new Headers(problem.headers)
  headers.set('Content-Type', 'application/json')
  return Response.json(
    { error: oauthErrorOf(code), error_description: detail },
    { status: problem.status, headers },
  )
}
