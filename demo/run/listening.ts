import { once } from 'node:events'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'

export interface Listening {
  stop(): Promise<void>
}

/** Serves `fetch` on one port of each address until stopped. If one address fails, none listens. */
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
  return { stop }
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // `close` waits for keep-alive connections, which a browser keeps for as long as its page is open.
  server.closeAllConnections()
  await closed
}
