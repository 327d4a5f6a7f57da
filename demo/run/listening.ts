import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'

export interface Listening {
  /** The port at the first of the addresses. */
  port: number
  stop(): Promise<void>
}

/**
 * Serves `fetch` on one port of each address until stopped. If one address fails, none listens. Port 0 is one that is free,
 * another at each address.
 */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  port: number,
  addresses: readonly string[],
): Promise<Listening> {
  const servers: Server[] = []
  const stop = async () => {
    await Promise.all(servers.map(close))
  }
  for (const address of addresses) {
    const server = createAdaptorServer({ fetch }) as Server
    try {
      server.listen(port, address)
      await once(server, 'listening')
    } catch (error) {
      await stop()
      throw error
    }
    servers.push(server)
  }
  const bound = servers[0]?.address()
  return { port: typeof bound === 'object' && bound ? bound.port : port, stop }
}

/** Closes a server, its open connections too. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // `close` waits for keep-alive connections, which a browser keeps for as long as its page is open.
  server.closeAllConnections()
  await closed
}
