import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RESOURCES } from '../../../demo/biuwer/resources.ts'
import { startBiuwer } from '../../../demo/biuwer/serve.ts'
import { startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'
import { type Site, serve } from '../sites.ts'

/** A real edge, Biuwer's stand-in and a host page, of one site or of three, by the addresses they are asked at. */
export interface Arrangement {
  host: Site
  /** The edge at the address of the host, so of its site, and at another one. */
  edge: { sameSite: string; otherSite: string }
  resource: string
  otherResource: string
  biuwerToken: string
  /** A token of a new record for the store's user, single-use unless told. */
  issue(request?: Record<string, unknown>): Promise<string>
  stop(): Promise<void>
}

/** `page` gives the host's page by its path; `exposedFrames` is the setting of the edge. */
export async function arrange(
  page: (path: string) => string,
  exposedFrames: 'refuse' | 'allow' = 'refuse',
): Promise<Arrangement> {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  const host = await serve('127.0.0.1', ({ url = '' }, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page(url))
  })
  const { edge: settings, host: known } = makeSecrets()
  const envFile = join(folder, 'edge.env')
  writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })
  const biuwer = await startBiuwer({
    port: await unusedPort(),
    hostname: '127.0.0.3',
    users: [{ store: 'Store 1', token: known.DEMO_BIUWER_TOKEN_STORE_1 }],
  })
  const port = await unusedPort()
  const edge = await startEdge({
    port,
    persistTo: join(folder, 'state'),
    envFile,
    vars: { BIUWER_INSTANCE: biuwer.origin, ALLOWED_ORIGINS: host.origin, EXPOSED_FRAMES: exposedFrames },
  })
  const forwarding = await forward('127.0.0.2', port)
  const management = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${edge.origin}${path}`, {
      method,
      headers: { Authorization: `Bearer ${known.DEMO_ADMIN_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return answer.json() as Promise<{ token: string }>
  }
  await management('PUT', '/v1/users/store-1', { biuwer_token: known.DEMO_BIUWER_TOKEN_STORE_1 })
  return {
    host,
    edge: { sameSite: `http://127.0.0.1:${port}`, otherSite: `http://127.0.0.2:${port}` },
    resource: RESOURCES.rentals,
    otherResource: RESOURCES.revenue,
    biuwerToken: known.DEMO_BIUWER_TOKEN_STORE_1,
    issue: async (request) =>
      (await management('POST', '/v1/tokens', { user: 'store-1', refresh: 'single-use', ...request })).token,
    async stop() {
      await forwarding.stop()
      await edge.stop()
      await biuwer.stop()
      await host.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A port that the system just gave out, and so gives nobody else at once: several engines' tests run side by side. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Lets the edge be asked at another address of this machine too, under its own port. */
async function forward(address: string, port: number): Promise<{ stop(): Promise<void> }> {
  const open = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(socket)
      // A browser that goes away resets its connections; the other end then goes too.
      socket.on('error', () => other.destroy()).on('close', () => open.delete(socket))
      socket.pipe(other)
    }
  }).listen(port, address)
  await once(server, 'listening')
  return {
    async stop() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
