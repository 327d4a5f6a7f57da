import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { close } from '../../demo/run/listening.ts'

/** A token source that gives any user a Biuwer token, but those whose names begin with `refused`. */
export interface SimpleSource {
  origin: string
  stop(): Promise<void>
}

export async function startSimpleSource(): Promise<SimpleSource> {
  const server = createServer((request, response) => {
    void json(request).then((asked) => {
      const { type, user } = asked as { type: string; user: string }
      const isRefused = user.startsWith('refused')
      response.statusCode = isRefused ? 404 : 200
      response.setHeader('Content-Type', 'application/json')
      response.end(
        JSON.stringify(type === 'biuwer_token.create' && !isRefused ? { biuwer_token: randomUUID() } : {}),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: () => close(server),
  }
}
