import { Webhook } from 'standardwebhooks'

/**
 * A token source for the worker's tests, called by its service binding. How a user's name begins says what befalls the
 * question: `html-ana` is answered in HTML. Anybody else gets a Biuwer token. `GET /USER` tells what was asked for a user.
 */

export const SOURCE_SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='

/** A request as it came. */
export interface Asked {
  type: string
  id: string
  /** Whether it was signed as Standard Webhooks are. */
  isSigned: boolean
  from?: string
  to?: string
  biuwer_token?: string
}

const asked = new Map<string, Asked[]>()
/** Answers by the id of the question: one that is repeated gets the same. */
const answers = new Map<string, string>()
const webhook = new Webhook(SOURCE_SECRET)

export async function tokenSource(request: Request): Promise<Response> {
  if (request.method === 'GET')
    return Response.json(asked.get(decodeURIComponent(new URL(request.url).pathname.slice(1))) ?? [])
  const text = await request.text()
  const { type, user, ...rest } = JSON.parse(text)
  const [id = '', timestamp = '', signature = ''] = ['id', 'timestamp', 'signature'].map(
    (name) => request.headers.get(`webhook-${name}`) ?? '',
  )
  const isSigned = signature === webhook.sign(id, new Date(Number(timestamp) * 1000), text)
  const ofUser = asked.get(user) ?? []
  asked.set(user, [...ofUser, { type, id, isSigned, ...rest }])
  return answer(type, user, id, rest, ofUser.filter((former) => former.type === type).length)
}

async function answer(
  type: string,
  user: string,
  id: string,
  { from, to }: { from: string; to: string },
  times: number,
): Promise<Response> {
  const kind = user.split('-')[0]
  if (type === 'biuwer_token.delete') {
    if (kind === 'undeletable' && times === 0) return new Response('', { status: 500 })
    return new Response(null, { status: 204 })
  }
  const biuwer_token = answers.get(id) ?? `made-${answers.size + 1}`
  answers.set(id, biuwer_token)
  switch (kind) {
    case 'html':
      return new Response('<p>made-0</p>', { headers: { 'Content-Type': 'text/html' } })
    case 'redirect':
      return Response.redirect('https://elsewhere.example/', 307)
    case 'refusing':
      return Response.json({ error: 'no such user' }, { status: 404 })
    case 'down':
      return new Response('', { status: 503 })
    case 'flaky':
      return times < 2 ? new Response('', { status: 500 }) : Response.json({ biuwer_token })
    case 'type':
      return Response.json({ biuwer_token: 7 })
    case 'list':
      return Response.json([{ biuwer_token }])
    case 'spaced':
      return Response.json({ biuwer_token: `${biuwer_token} ` })
    case 'more':
      return Response.json({ biuwer_token, secret_note: 'made-0' })
    case 'another':
      return Response.json({ biuwer_token, user: 'somebody-else' })
    case 'named':
      return Response.json({ biuwer_token, user })
    case 'past':
      return Response.json({ biuwer_token, from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' })
    case 'backward':
      return Response.json({ biuwer_token, from: to, to: from })
    case 'later':
      return Response.json({ biuwer_token, from: new Date(Date.parse(from) + 3_600_000).toISOString(), to })
    case 'short':
      return Response.json({ biuwer_token, to: new Date(Date.parse(from) + 100_000).toISOString() })
    case 'lasting':
      return Response.json({ biuwer_token, to: null })
    case 'same':
      return Response.json({ biuwer_token: `made-for-${user}`, to: null })
    case 'large':
      return new Response(`{"biuwer_token":"${'x'.repeat(10_000_000)}"}`, {
        headers: { 'Content-Type': 'application/json' },
      })
    case 'torn':
      return new Response('{"biuwer_token":"made-', { headers: { 'Content-Type': 'application/json' } })
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      return Response.json({ biuwer_token })
    case 'trickling':
      return new Response(trickle(JSON.stringify({ biuwer_token })), {
        headers: { 'Content-Type': 'application/json' },
      })
    default:
      return Response.json({ biuwer_token })
  }
}

/** An answer that begins at once, and ends after six seconds. */
function trickle(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(' '))
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
}
