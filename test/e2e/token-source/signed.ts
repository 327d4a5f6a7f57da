import { createHmac, randomBytes, randomUUID } from 'node:crypto'

/** A secret as the edge and a token source share it. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** The signature of Standard Webhooks, by the text of their specification. */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

export interface Signing {
  secret: string
  id?: string
  /** Seconds by which the request seems to have been signed later than now. */
  later?: number
}

/** The headers and the body of a request that an edge signs. */
export function signed(ask: object, { secret, id = `msg_${randomUUID()}`, later = 0 }: Signing) {
  const body = JSON.stringify(ask)
  const timestamp = Math.floor(Date.now() / 1000) + later
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': `${timestamp}`,
    'webhook-signature': signatureOf(secret, id, timestamp, body),
  }
  return { method: 'POST', headers, body }
}
