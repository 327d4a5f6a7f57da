import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { HOST } from '../host.ts'

const { edge } = inject('stack')

/** Tries to open a resource, as the frame does, and gives the id of the request, which has to be refused. */
export async function refuse(token: string, resource = 'other_page', origin = HOST): Promise<string> {
  const answer = await fetch(`${edge}/v1/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: edge },
    body: JSON.stringify({ token, resource, origin, session_key: randomBytes(16).toString('base64url') }),
  })
  const { request_id } = (await answer.json()) as { request_id?: string }
  if (answer.ok || request_id === undefined) throw new Error(`not refused: ${answer.status}`)
  return request_id
}
