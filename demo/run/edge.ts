import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

export interface EdgeOptions {
  port: number
  /** The folder in which KV and the Durable Objects keep their state. */
  persistTo: string
  /** A dotenv file with the edge's settings. */
  envFile: string
  /** The address at which it listens; by default 127.0.0.1. */
  host?: string
  /** Settings that override those of the file. */
  vars: Record<string, string>
  /** The folder with `wrangler.toml`; by default this repository. */
  root?: string
  /** The path of wrangler's program; by default this repository's. */
  wrangler?: string
  onLog?: (line: string) => void
  /** Called if the edge ends by itself after it answered. */
  onExit?: (reason: string) => void
  /** Aborts the start. */
  signal?: AbortSignal
}

export interface RunningEdge {
  origin: string
  stop(): Promise<void>
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Ends wrangler where this process is killed. It is built beside this file's bundle, too. */
const GUARD = fileURLToPath(new URL(`./guard${extname(import.meta.url)}`, import.meta.url))
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 10_000
const KEPT_LINES = 40

/** Runs the worker in `wrangler dev` and waits until it answers. */
export async function startEdge(options: EdgeOptions): Promise<RunningEdge> {
  options.signal?.throwIfAborted()
  const origin = `http://localhost:${options.port}`
  const child = spawn(process.execPath, [GUARD, process.execPath, ...wranglerArguments(options)], {
    cwd: options.root ?? ROOT,
    // A process group of its own: one signal reaches wrangler, its child and workerd, and Ctrl-C in a terminal
    // reaches them only through `stop`.
    detached: true,
    // The first one closes with this process, however that ends, and by it the guard knows.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      NO_COLOR: '1',
    },
  })
  const tail: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (coloured) => {
      // Wrangler colours its errors whatever NO_COLOR says.
      const line = stripVTControlCharacters(coloured)
      tail.push(line)
      if (tail.length > KEPT_LINES) tail.shift()
      options.onLog?.(line)
    })
  }
  const ended = once(child, 'exit').then(([code, signal]) => `wrangler dev ended (${signal ?? code})`)
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= endGroup(child)
    return stopping
  }

  // Ends the questions where wrangler ended before it answered: they would keep the process for a minute.
  const asking = new AbortController()
  try {
    const asked = AbortSignal.any([asking.signal, ...(options.signal ? [options.signal] : [])])
    const answer = await Promise.race([answering(origin, asked), ended])
    if (typeof answer === 'string') throw new Error(`${answer}.\n${tail.join('\n')}`)
    if (!answer.ok) throw new Error(await refusedSettings(answer))
    await answer.body?.cancel()
  } catch (error) {
    await stop()
    throw error
  } finally {
    asking.abort()
  }
  ended.then((reason) => {
    if (!stopping) options.onExit?.(`${reason}.\n${tail.join('\n')}`)
  })
  return { origin, stop }
}

function wranglerArguments({ port, host, persistTo, envFile, vars, wrangler }: EdgeOptions): string[] {
  return [
    wrangler ?? `${ROOT}node_modules/wrangler/bin/wrangler.js`,
    'dev',
    ...['--ip', host ?? '127.0.0.1', '--port', `${port}`, '--inspector-port', '0'],
    // The edge serves plain http to this machine alone; who asks from another one is to be taken for it.
    ...(host === undefined ? [] : ['--local-upstream', `localhost:${port}`]),
    ...['--show-interactive-dev-session=false', '--persist-to', persistTo, '--env-file', envFile],
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ]
}

/** Waits until `/healthz` answers 200, or 503: that the settings are wrong, which no waiting mends. A text says why it did neither in time. */
async function answering(origin: string, signal: AbortSignal): Promise<Response | string> {
  const deadline = Date.now() + START_LIMIT_MS
  let last = 'nothing answered'
  while (Date.now() < deadline) {
    signal.throwIfAborted()
    try {
      const limits = AbortSignal.any([AbortSignal.timeout(5000), signal])
      const answer = await fetch(`${origin}/healthz`, { signal: limits })
      if (answer.ok || answer.status === 503) return answer
      last = `${answer.status} ${await answer.text()}`
    } catch (error) {
      last = `${error}`
    }
    await delay(150, undefined, { signal })
  }
  return `the edge did not become healthy at ${origin}/healthz (${last})`
}

/** What is wrong with the settings, one a line, as `/healthz` says it. */
async function refusedSettings(answer: Response): Promise<string> {
  const { errors = [] } = (await answer.json()) as { errors?: { path: string; message: string }[] }
  const wrong = errors.map(({ path, message }) => `${path}: ${message}`)
  return ['The edge refuses its settings.', ...wrong].join('\n')
}

async function endGroup(child: ChildProcess): Promise<void> {
  const group = child.pid
  if (group === undefined) return
  const deadline = Date.now() + STOP_LIMIT_MS
  let signal: NodeJS.Signals | 0 = 'SIGTERM'
  while (signalled(group, signal) && Date.now() < deadline + STOP_LIMIT_MS) {
    signal = Date.now() < deadline ? 0 : 'SIGKILL'
    await delay(50)
  }
}

/** Sends the signal to a process group; false if no process of it is left. */
function signalled(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}
