/** Runs the edge of a deployment's folder on this machine: `wrangler dev`, a stand-in for Biuwer, a user and keys. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type {
  LocalEdge,
  LocalEdgeAddresses,
  LocalEdgeOptions,
  StartLocalEdge,
} from '../cli/deployment/local-edge.ts'
import { BiuwerEdge } from '../client/biuwer-edge.ts'
import { EdgeError } from '../client/edge-error.ts'
import { RESOURCES } from '../demo/biuwer/resources.ts'
import { fireCronOf } from '../demo/run/cron.ts'
import { startEdge } from '../demo/run/edge.ts'
import { freePort, loopbackAddresses } from '../demo/run/ports.ts'
import { type Kept, KeptFiles } from './kept.ts'
import { startStandIn } from './stand-in.ts'

const USER = 'store-1'
/** What the stand-in calls the user. */
const STORE = 'Store 1'

export const startLocalEdge: StartLocalEdge = async (options, signal) => {
  const files = new KeptFiles(options.folder)
  await files.take(options.say, signal)
  const parts: { stop(): Promise<void> }[] = [{ stop: async () => files.release() }]
  const stop = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop()
  }
  const ended = Promise.withResolvers<string>()
  try {
    const told = await start(options, files, parts, ended.resolve, signal)
    return { told, ended: ended.promise, stop } satisfies LocalEdge
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  { folder, wrangler, host, port: wanted, isFixed, origins, say }: LocalEdgeOptions,
  files: KeptFiles,
  parts: { stop(): Promise<void> }[],
  onExit: (reason: string) => void,
  signal: AbortSignal,
): Promise<LocalEdgeAddresses> {
  const kept = files.read()
  const own = ownSettings(folder)
  const port = await freePort(
    wanted,
    [],
    host === null ? loopbackAddresses() : [...loopbackAddresses(), host],
  )
  if (port !== wanted && isFixed) throw new Error(`Port ${wanted} is taken.`)
  if (port !== wanted) say(`The edge is at port ${port}: ${wanted} is taken.`)

  const settings = settingsFor(own, kept, origins)
  if (settings.BIUWER_INSTANCE === undefined) {
    const biuwerPort = await freePort(port + 1)
    const { stop } = await startStandIn(biuwerPort, STORE, kept.biuwerToken)
    parts.push({ stop })
    settings.BIUWER_INSTANCE = `http://127.0.0.1:${biuwerPort}`
  }
  files.writeEnvironment(settings)

  say('Starting the edge …')
  const { origin, stop } = await startEdge({
    root: folder,
    wrangler,
    port,
    ...(host !== null && { host }),
    persistTo: files.state,
    envFile: files.environment,
    vars: {},
    onLog: (line) => {
      if (/\berror\b|✘/i.test(line)) say(`edge: ${line}`)
    },
    onExit,
    signal,
  })
  parts.push({ stop })
  parts.push(fireCronOf(origin, (reason) => say(`the edge's cron trigger: ${reason}`)))

  const edge = new BiuwerEdge({ edge: origin, adminKey: kept.rootKey })
  const hasStandIn = own.BIUWER_INSTANCE === undefined
  if (hasStandIn) await edge.users.link(USER, { biuwer_token: kept.biuwerToken })
  const { page, card, collection } = {
    page: RESOURCES.rentals,
    card: RESOURCES.revenue,
    collection: RESOURCES.reports,
  }
  return {
    edge: origin,
    console: `${origin}/console`,
    root_key: kept.rootKey,
    key: await issuerKey(edge, origin, files, kept),
    origins: settings.ALLOWED_ORIGINS ?? '*',
    biuwer: settings.BIUWER_INSTANCE,
    ...(hasStandIn && { user: USER, resources: { page, card, collection } }),
  }
}

/** Settings for this machine alone. */
function ownSettings(folder: string): Record<string, string | undefined> {
  const file = join(folder, '.dev.vars')
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
}

/** The settings above those of `wrangler.toml`. */
function settingsFor(
  own: Record<string, string | undefined>,
  kept: Kept,
  origins: readonly string[] | null,
): Record<string, string> {
  const given = Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return {
    ALLOWED_ORIGINS: '*',
    TOKEN_KEYS: kept.tokenKeys,
    VAULT_KEYS: kept.vaultKeys,
    ...given,
    ...(origins && { ALLOWED_ORIGINS: origins.join(' ') }),
    ADMIN_KEYS: [own.ADMIN_KEYS, kept.digest].filter(Boolean).join(' '),
  }
}

/** The key of the run before, or a new one where what the edge stores has been deleted. */
async function issuerKey(edge: BiuwerEdge, origin: string, files: KeptFiles, kept: Kept): Promise<string> {
  if (kept.key !== null && (await isTaken(origin, kept.key))) return kept.key
  const { key } = await edge.keys.create({ name: 'Backend on this machine', role: 'issuer' })
  files.keep({ ...kept, key })
  return key
}

async function isTaken(edge: string, adminKey: string): Promise<boolean> {
  try {
    await new BiuwerEdge({ edge, adminKey }).keys.current()
    return true
  } catch (error) {
    if (error instanceof EdgeError && error.status === 401) return false
    throw error
  }
}
