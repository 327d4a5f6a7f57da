import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { inject, onTestFinished } from 'vitest'

/** A request of a browser, with the edge's answer once there is one. */
export interface Exchange {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: string
  answer?: string
  status?: number | undefined
}

/**
 * Stands between browsers and the edge until the test has ended, and keeps all that they say to each other. `portFor` may
 * give the port of another edge for a request.
 */
export async function overhear(
  portFor = (_path: string, _sofar: Exchange[]): number => inject('core').edgePorts.edge,
): Promise<Exchange[]> {
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    void pass(request, response, exchanges, portFor(request.url ?? '', exchanges))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  await fetch(inject('core').control, { method: 'PUT', body: JSON.stringify({ edge: port }) })
  return exchanges
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  exchanges: Exchange[],
  port: number,
): Promise<void> {
  const { method = '', url: path = '', headers } = request
  const exchange: Exchange = { method, path, headers, body: await text(request) }
  exchanges.push(exchange)
  // What the edge would compress could not be read here.
  const { 'accept-encoding': _, ...passed } = headers
  send({ host: '127.0.0.1', port, method, path, headers: passed }, async (answer) => {
    exchange.answer = await text(answer)
    exchange.status = answer.statusCode
    const { 'transfer-encoding': __, ...given } = answer.headers
    response.writeHead(answer.statusCode ?? 502, given).end(exchange.answer)
  })
    .on('error', () => response.destroy())
    .end(exchange.body)
}

/** What a session that was opened is told and told of, none of which the host page may learn but its own token and key. */
export interface Opening {
  token: string
  session_key: string
  session_token: string
}

export function openings(exchanges: Exchange[]): Opening[] {
  return exchanges.flatMap(({ method, path, body, answer }) => {
    if (method !== 'POST' || path !== '/v1/sessions' || !answer) return []
    const { token, session_key } = JSON.parse(body)
    const { session_token } = JSON.parse(answer)
    return session_token ? [{ token, session_key, session_token }] : []
  })
}
