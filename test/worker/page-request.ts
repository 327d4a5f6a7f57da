import { EDGE, HOST, sessionKey } from './api.ts'

/** What the frame asks, as a request. */
export function asked(token: string, resource: string, headers: Record<string, string> = {}): Request {
  const body = JSON.stringify({ token, resource, origin: HOST, session_key: sessionKey('one') })
  return new Request(`${EDGE}/v1/sessions`, {
    method: 'POST',
    headers: { Origin: EDGE, 'Content-Type': 'application/json', ...headers },
    body,
  })
}
