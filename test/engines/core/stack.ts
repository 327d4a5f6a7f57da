import { once } from 'node:events'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'
import { serve } from '../sites.ts'
import { type Behind, Door } from './door.ts'

/** What stands behind the browser for all core tests of a run, in whichever engine. */
export interface CoreStack {
  /** The ports at which browsers ask, on each of the addresses. */
  ports: Record<DoorName, number>
  /** `PUT` of `{name: behind}` sets what is behind doors. */
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

/** `unguarded` allows exposed frames, and refuses an address once a minute before it limits that. */
export type EdgeName = 'edge' | 'unguarded'
export type DoorName = EdgeName | 'host' | 'biuwer'

declare module 'vitest' {
  interface ProvidedContext {
    core: CoreStack
  }
}

/** Three sites: addresses have no registrable domain, so ports of one address are of one site. */
export const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3'] as const

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Seconds: as short as a busy machine allows, so that tests can wait until a session has ended. */
export const LEASE = 2
export const CHECK = 4

/** Starts the stack at the first project that needs it. The projects of the other engines share it. */
export default async function setup({ vitest }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if ('core' in vitest.getProvidedContext()) return undefined
  /** Undoes what was begun, last first. */
  const undo: (() => unknown)[] = []
  const end = async () => {
    for (const step of undo.reverse()) await step()
  }
  try {
    vitest.provide('core', await start(undo))
  } catch (error) {
    await end()
    throw error
  }
  return end
}

async function start(undo: (() => unknown)[]): Promise<CoreStack> {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  const { edge: settings, host: known } = makeSecrets()
  const envFile = join(folder, 'edge.env')
  writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })
  const edgeLog = join(folder, 'edge.log')
  writeFileSync(edgeLog, '')

  const openDoor = async () => {
    const door = await Door.open(ADDRESSES)
    undo.push(() => door.close())
    return door
  }
  const doors: Record<DoorName, Door> = {
    host: await openDoor(),
    edge: await openDoor(),
    unguarded: await openDoor(),
    biuwer: await openDoor(),
  }
  const limiting = folderOfLimitingEdge()
  undo.push(() => rmSync(limiting, { recursive: true, force: true }))
  const runEdge = async (name: EdgeName, exposedFrames: 'refuse' | 'allow', root = ROOT) => {
    const port = await unusedPort()
    const { stop } = await startEdge({
      root,
      port,
      persistTo: join(folder, name),
      envFile,
      vars: {
        BIUWER_INSTANCE: `http://${ADDRESSES[0]}:${doors.biuwer.port}`,
        // Pages of the third address are strangers to the edge.
        ALLOWED_ORIGINS: `http://${ADDRESSES[0]}:${doors.host.port} http://${ADDRESSES[1]}:${doors.host.port}`,
        EXPOSED_FRAMES: exposedFrames,
        REVOCATION_LEASE: `${LEASE}`,
        SESSION_CHECK: `${CHECK}`,
        // All that it could write is searched for secrets.
        LOG_SUCCESSES: '1',
      },
      onLog: (line) => appendFileSync(edgeLog, `${line}\n`),
    })
    undo.push(stop)
    doors[name].leadTo(port)
    return port
  }
  const started = await Promise.allSettled([
    runEdge('edge', 'refuse'),
    runEdge('unguarded', 'allow', limiting),
  ])
  const [edge, unguarded] = started.map((edge) => {
    if (edge.status === 'rejected') throw edge.reason
    return edge.value
  }) as [number, number]

  const control = await serve('127.0.0.1', async (request, response) => {
    const doorsTo: Partial<Record<DoorName, Behind>> = JSON.parse(await text(request))
    for (const [name, behind] of Object.entries(doorsTo)) doors[name as DoorName].leadTo(behind)
    response.end()
  })
  undo.push(() => control.stop())
  return {
    ports: {
      host: doors.host.port,
      edge: doors.edge.port,
      unguarded: doors.unguarded.port,
      biuwer: doors.biuwer.port,
    },
    control: control.origin,
    edgePorts: { edge, unguarded },
    adminKey: known.DEMO_ADMIN_KEY,
    biuwerToken: known.DEMO_BIUWER_TOKEN_STORE_1,
    otherBiuwerToken: known.DEMO_BIUWER_TOKEN_STORE_2,
    edgeLog,
  }
}

/** A folder in which the edge limits refusals after the first. Below the repository, whose node_modules the worker needs. */
function folderOfLimitingEdge(): string {
  const folder = mkdtempSync(join(ROOT, 'dist/limiting-edge-'))
  mkdirSync(join(folder, 'dist'))
  for (const path of ['worker', 'package.json', 'dist/cdn']) symlinkSync(join(ROOT, path), join(folder, path))
  const settings = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
  writeFileSync(join(folder, 'wrangler.toml'), settings.replace('limit = 1000', 'limit = 1'))
  return folder
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
