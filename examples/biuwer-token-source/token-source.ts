import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/** What `biuwer.ts` does by Biuwer's API. */
export interface Biuwer {
  createBiuwerToken(user: string, from: string, to: string, reference: string): Promise<CreatedBiuwerToken>
  deleteBiuwerToken(user: string, token: string): Promise<void>
}

/** A token that Biuwer has made. Without `from` or `to` it has those that were asked for. */
export interface CreatedBiuwerToken {
  token: string
  /** RFC 3339, as `2026-03-01T00:00:00Z`. */
  from?: string
  /** null: Biuwer gave it no end. The edge has it deleted when its own interval ends. */
  to?: string | null
}

/** Thrown by what is not filled in yet. */
export class NotFilledIn extends Error {}

/** Thrown where Biuwer answers that it will not do this for this user: others may have better luck. */
export class RefusedByBiuwer extends Error {}

/** What the edge asks. Its signature vouches for the form. */
type Ask =
  | { type: 'biuwer_token.create'; user: string; from: string; to: string }
  | { type: 'biuwer_token.delete'; user: string; biuwer_token: string }

type Headers = Record<string, string | string[] | undefined>

export interface Answer {
  status: number
  json?: object
}

/**
 * Answers what the edge asks, which has signed it as Standard Webhooks do, within the last five minutes.
 * @param secret `BIUWER_TOKEN_SOURCE_SECRET`, which the edge has too
 */
export function tokenSource(
  secret: string | undefined,
  biuwer: Biuwer,
): (headers: Headers, body: string) => Promise<Answer> {
  if (!secret?.startsWith('whsec_'))
    throw new Error('BIUWER_TOKEN_SOURCE_SECRET has to be as at the edge: whsec_ and base64')
  const webhook = new Webhook(secret)

  return async (headers, body) => {
    const header = (name: string) => String(headers[name] ?? '')
    const id = header('webhook-id')
    let ask: Ask
    try {
      ask = webhook.verify(body, {
        'webhook-id': id,
        'webhook-timestamp': header('webhook-timestamp'),
        'webhook-signature': header('webhook-signature'),
      }) as Ask
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error
      return { status: 401, json: { error: error.message } }
    }

    try {
      switch (ask.type) {
        case 'biuwer_token.create': {
          const { token, from, to } = await biuwer.createBiuwerToken(ask.user, ask.from, ask.to, id)
          return { status: 200, json: { biuwer_token: token, from, to } }
        }
        case 'biuwer_token.delete':
          await biuwer.deleteBiuwerToken(ask.user, ask.biuwer_token)
          return { status: 204 }
        default:
          return { status: 400, json: { error: 'this token source does not know the type' } }
      }
    } catch (error) {
      console.error(`${ask.type}, ${id}: ${error}`)
      if (error instanceof NotFilledIn) return { status: 501, json: { error: error.message } }
      return {
        status: error instanceof RefusedByBiuwer ? 422 : 502,
        json: { error: 'Biuwer did not do it; the log of the token source says why' },
      }
    }
  }
}
