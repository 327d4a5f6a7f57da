import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../../demo/run/ports.ts'

const SAMPLES = fileURLToPath(new URL('../../docs/frameworks', import.meta.url))
/** Outside of the repository, whose packages an application must not find. What is installed stays for the next run. */
const FOLDER = join(tmpdir(), 'biuwer-embed-frameworks')
const START_LIMIT_MS = 30_000

export interface RunningApp {
  origin: string
  stop(): Promise<void>
}

/** An application of `docs/frameworks`, in a folder of its own with its own packages. */
export class App {
  readonly folder: string
  readonly #env: NodeJS.ProcessEnv

  /** Installs what its lock file names and, from the tarball that is published, our package. */
  static async install(name: string, tarball: string, env: Record<string, string>): Promise<App> {
    const sample = `${SAMPLES}/${name}`
    const lock = await readFile(`${sample}/package-lock.json`)
    const folder = `${FOLDER}/${name}-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`
    await mkdir(folder, { recursive: true })
    for (const entry of await readdir(folder))
      if (entry !== 'node_modules') await rm(`${folder}/${entry}`, { recursive: true })
    await cp(sample, folder, { recursive: true })
    const app = new App(folder, env)
    await app.npm('install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', tarball)
    return app
  }

  private constructor(folder: string, env: Record<string, string>) {
    this.folder = folder
    this.#env = {
      ...process.env,
      // What the test runner has set makes other builds.
      NODE_ENV: undefined,
      NODE_OPTIONS: undefined,
      VITEST: undefined,
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      CI: '1',
      NEXT_TELEMETRY_DISABLED: '1',
      ASTRO_TELEMETRY_DISABLED: '1',
      NG_CLI_ANALYTICS: 'false',
      ...env,
    }
  }

  /** Runs npm in the folder; rejects with what it printed. */
  async npm(...args: string[]): Promise<void> {
    const ran = promisify(execFile)('npm', args, { cwd: this.folder, env: this.#env })
    await ran.catch(({ stdout, stderr }) => {
      throw new Error(`npm ${args.join(' ')}\n${stdout}\n${stderr}`)
    })
  }

  /** Starts the application's own server with its secrets, and waits until it answers. */
  async start(secrets: Record<string, string>): Promise<RunningApp> {
    const port = await freePort(21_000 + Math.floor(Math.random() * 5_000))
    const origin = `http://localhost:${port}`
    const child = spawn('npm', ['start'], {
      cwd: this.folder,
      // A process group of its own: one signal reaches npm and what it started.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...this.#env, ...secrets, PORT: `${port}`, HOST: '127.0.0.1', ORIGIN: origin },
    })
    const ended = once(child, 'exit')
    const stop = async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid)
      await ended
    }
    const deadline = Date.now() + START_LIMIT_MS
    while (!(await answers(origin))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await stop()
        throw new Error(`${this.folder} did not answer at ${origin}`)
      }
      await delay(100)
    }
    return { origin, stop }
  }
}

function answers(origin: string): Promise<boolean> {
  return fetch(origin).then(
    ({ ok }) => ok,
    () => false,
  )
}
