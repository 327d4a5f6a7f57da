import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export interface Site {
  readonly origin: string
  stop(): Promise<void>
}

/** Listens on an address of this machine. To a browser each of 127.0.0.1, 127.0.0.2 and so on is another site. */
export async function serve(address: string, answer: RequestListener): Promise<Site> {
  const server = createServer(answer).listen(0, address)
  await once(server, 'listening')
  return {
    origin: `http://${address}:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** What the build made for the edge, by its path there. */
export function builtFile(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../dist/cdn${path}`, import.meta.url)), 'utf8')
}

/** Answers as the edge does: any site may take it. */
export function answer(response: ServerResponse, type: string, body: string, status = 200): void {
  response
    .writeHead(status, {
      'Access-Control-Allow-Origin': '*',
      'Content-Type': type,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    })
    .end(body)
}
