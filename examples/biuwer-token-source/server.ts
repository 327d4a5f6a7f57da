import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import * as filledIn from './biuwer.ts'
import { type Biuwer, tokenSource } from './token-source.ts'

/** Characters: many times what the edge sends. */
const LONGEST_BODY = 16_384

/** The token source as a server in Node. */
export function tokenSourceServer(secret: string | undefined, biuwer: Biuwer): Server {
  const answer = tokenSource(secret, biuwer)

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request)
    const { status, json } = body === undefined ? { status: 413 } : await answer(request.headers, body)
    response.statusCode = status
    if (body === undefined) response.setHeader('Connection', 'close')
    if (json) response.setHeader('Content-Type', 'application/json')
    response.end(json && JSON.stringify(json))
  }

  return createServer((request, response) => {
    respond(request, response).catch((error) => {
      console.error(`${error}`)
      response.destroy()
    })
  })
}

/** The request's body; undefined if it is too long. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  let text = ''
  request.setEncoding('utf8')
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    text += piece
    if (text.length > LONGEST_BODY) return undefined
  }
  return text
}

if (import.meta.main) {
  const port = Number(process.env.PORT ?? 8789)
  tokenSourceServer(process.env.BIUWER_TOKEN_SOURCE_SECRET, filledIn).listen(port, '127.0.0.1', () => {
    console.log(`The token source answers at http://127.0.0.1:${port}`)
  })
}
