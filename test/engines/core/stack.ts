import { once } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestProject } from 'vitest/node'
import { startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'
import { serve } from '../sites.ts'
import { Door } from './door.ts'

/** What stands behind the browser for all core tests of a run, in whichever engine. */
export interface CoreStack {
  /** The ports at which browsers ask, on each of the addresses. */
  ports: Record<DoorName, number>
  /** `PUT` of `{name: port}` sets the servers behind doors; null shuts a door. */
  control: string
  /** The edges themselves, which no shut door keeps a test from. */
  edgePorts: Record<EdgeName, number>
  adminKey: string
  /** Of the user `store-1`. */
  biuwerToken: string
  /** Of the user `store-2`. */
  otherBiuwerToken: string
  /** Every line that the edges have written. */
  edgeLog: string
}

/** `unguarded` allows exposed frames. */
export type EdgeName = 'edge' | 'unguarded'
export type DoorName = EdgeName | 'host' | 'biuwer'

declare module 'vitest' {
  interface ProvidedContext {
    core: CoreStack
  }
}

/** Three sites: addresses have no registrable domain, so ports of one address are of one site. */
export const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const

/** Seconds: the shortest for which a running session can be seen to go on and to end. */
export const LEASE = 2
export const CHECK = 2

/** Starts the stack at the first project that needs it. The projects of the other engines share it. */
export default async function setup({ vitest }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if ('core' in vitest.getProvidedContext()) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  const edgeLog = join(folder, 'edge.log')
  writeFileSync(edgeLog, '')
  const doors: Record<DoorName, Door> = {
    host: await Door.open(ADDRESSES),
    edge: await Door.open(ADDRESSES),
    unguarded: await Door.open(ADDRESSES),
    biuwer: await Door.open(ADDRESSES),
  }
  const { edge: settings, host: known } = makeSecrets()
  const envFile = join(folder, 'edge.env')
  writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })
  const start = async (door: EdgeName, exposedFrames: 'refuse' | 'allow') => {
    const port = await unusedPort()
    const edge = await startEdge({
      port,
      persistTo: join(folder, door),
      envFile,
      vars: {
        BIUWER_INSTANCE: `http://${ADDRESSES[0]}:${doors.biuwer.port}`,
        // Pages of the third address are strangers to the edge.
        ALLOWED_ORIGINS: `http://${ADDRESSES[0]}:${doors.host.port} http://${ADDRESSES[1]}:${doors.host.port}`,
        EXPOSED_FRAMES: exposedFrames,
        REVOCATION_LEASE: `${LEASE}`,
        SESSION_CHECK: `${CHECK}`,
      },
      onLog: (line) => appendFileSync(edgeLog, `${line}\n`),
    })
    doors[door].leadTo(port)
    return { ...edge, port }
  }
  const [edge, unguarded] = await Promise.all([start('edge', 'refuse'), start('unguarded', 'allow')])
  const control = await serve('127.0.0.1', async (request, response) => {
    const behind: Partial<Record<DoorName, number | null>> = JSON.parse(await text(request))
    for (const [name, port] of Object.entries(behind)) doors[name as DoorName].leadTo(port ?? undefined)
    response.end()
  })
  vitest.provide('core', {
    ports: {
      host: doors.host.port,
      edge: doors.edge.port,
      unguarded: doors.unguarded.port,
      biuwer: doors.biuwer.port,
    },
    control: control.origin,
    edgePorts: { edge: edge.port, unguarded: unguarded.port },
    adminKey: known.DEMO_ADMIN_KEY,
    biuwerToken: known.DEMO_BIUWER_TOKEN_STORE_1,
    otherBiuwerToken: known.DEMO_BIUWER_TOKEN_STORE_2,
    edgeLog,
  })
  return async () => {
    await control.stop()
    await Promise.all(Object.values(doors).map((door) => door.close()))
    await Promise.all([edge.stop(), unguarded.stop()])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A port that the system just gave out, and so gives nobody else at once. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
