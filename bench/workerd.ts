import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { build } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))

type V4Options = Parameters<typeof convertV4MiniflareOptions>[0]
type WorkerOptions = Omit<Extract<V4Options, { workers: unknown }>['workers'][number], 'script' | 'modules'>

export interface Workerd<Name extends string> {
  /** The origin of each worker: a direct socket, with nothing between it and the load generator. */
  origins: Record<Name, string>
  /** The resident memory of the process, in bytes. */
  memory(): number
  /** What KV or the Durable Objects keep, in bytes. */
  stored(part: 'kv' | 'do'): number
  stop(): Promise<void>
}

/** Runs workers of `workers/`. Their storage is in memory, so that the disk of this machine is not measured. */
export async function startWorkers<Name extends string>(
  workers: Record<Name, WorkerOptions>,
): Promise<Workerd<Name>> {
  const folder = mkdtempSync('/dev/shm/biuwer-embed-bench-')
  const names = Object.keys(workers) as Name[]
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      // Lines of the log are read and dropped: printed, they would bury the results.
      handleStructuredLogs: () => {},
      workers: await Promise.all(
        names.map(async (name) => ({
          name,
          modules: true,
          script: await bundle(name),
          compatibilityDate: '2026-10-20',
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
          ...workers[name],
        })),
      ),
    }),
    resourcePersistencePath: folder,
  })
  await miniflare.ready
  const direct = async (name: Name) =>
    (await miniflare.unsafeGetDirectURL(name)).origin.replace('localhost', '127.0.0.1')
  const origins = await Promise.all(names.map(async (name) => [name, await direct(name)]))
  return {
    origins: Object.fromEntries(origins),
    memory: residentMemory,
    stored: (part) => sizeOf(join(folder, part)),
    stop: async () => {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function bundle(name: string): Promise<string> {
  const built = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'warn',
    resolve: { conditions: ['workerd', 'worker', 'import', 'module'] },
    build: {
      write: false,
      target: 'es2023',
      minify: false,
      lib: { entry: `${root}bench/workers/${name}.ts`, formats: ['es'] },
      rolldownOptions: { external: ['cloudflare:workers'] },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  const [chunk] = output && 'output' in output ? output.output : []
  if (chunk?.type !== 'chunk') throw new Error(`${name} gave no module`)
  return chunk.code
}

/** The resident memory of the one workerd that this process runs, in bytes. */
function residentMemory(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
  const workerd = children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('workerd'))
  const pages = workerd && readFileSync(`/proc/${workerd}/statm`, 'utf8').split(' ')[1]
  if (!pages) throw new Error('workerd is not running')
  return Number(pages) * 4096
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) =>
        sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
}
