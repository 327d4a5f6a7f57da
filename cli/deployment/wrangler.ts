import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { stripVTControlCharacters } from 'node:util'
import { EXIT, Failure, told, wrongUsage } from '../failures.ts'
import type { OwnFolder, Wrangler as Paths } from './own-folder.ts'
import { wranglerOf } from './own-folder.ts'

/** Parts of a configuration as wrangler reads it. */
export interface Config {
  name?: string
  vars: Record<string, unknown>
  routes?: readonly (string | { pattern: string; custom_domain?: boolean })[]
  services?: readonly { binding: string }[]
  definedEnvironments?: readonly string[]
}

/** The folder's own wrangler, for one environment. */
export class Wrangler {
  readonly config: Config
  readonly #folder: OwnFolder
  readonly #paths: Paths
  readonly #environment: string | undefined

  /** @param environment undefined: the one at the top of `wrangler.toml` */
  constructor(folder: OwnFolder, environment: string | undefined) {
    this.#folder = folder
    this.#paths = wranglerOf(folder)
    this.#environment = environment
    this.config = this.#read(environment)
  }

  #read(environment: string | undefined): Config {
    const { unstable_readConfig: read } = createRequire(import.meta.url)(this.#paths.module)
    const config = `${this.#folder.path}/wrangler.toml`
    const { definedEnvironments = [] }: Config = this.#orUsage(() => read({ config }))
    if (environment === undefined) return this.#orUsage(() => read({ config }))
    if (!definedEnvironments.includes(environment))
      throw wrongUsage(`wrangler.toml has no such environment. It has: ${definedEnvironments.join(', ')}.`)
    return this.#orUsage(() => read({ config, env: environment }))
  }

  #orUsage(read: () => Config): Config {
    try {
      return read()
    } catch (error) {
      const said = error instanceof Error ? error.message : error
      throw new Failure(EXIT.usage, {
        title: 'Wrong settings',
        code: 'misconfigured',
        ...told(`wrangler.toml: ${said}`),
      })
    }
  }

  /** Runs a command of wrangler's whose output people see. Throws where it fails. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
    const exit = await this.#ended(args, 'inherit', env).exit
    if (exit !== 0) throw failed(args)
  }

  /** Runs a command that asks nothing, with a text for its stdin. */
  async quietly(
    args: readonly string[],
    input = '',
  ): Promise<{ exit: number; stdout: string; said: string }> {
    const { child, exit } = this.#ended(args, 'pipe')
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
    const [stdout, stderr] = await Promise.all(
      [child.stdout, child.stderr].map((out) => (out ? text(out) : '')),
    )
    // Wrangler colours its errors whoever reads them.
    const said = stripVTControlCharacters(`${stdout}${stderr}`)
    return { exit: await exit, stdout: stdout ?? '', said }
  }

  #ended(args: readonly string[], stdio: 'inherit' | 'pipe', env: Record<string, string> = {}) {
    // The environment at the top is named by an empty text: without it wrangler warns that there are others.
    const of = ['--env', this.#environment ?? '']
    const command = args[0] === 'whoami' || args[0] === 'login' ? args : [...args, ...of]
    const child = spawn(process.execPath, [this.#paths.program, ...command], {
      cwd: this.#folder.path,
      // What wrangler prints for people goes to stderr: stdout is this program's.
      stdio: stdio === 'pipe' ? 'pipe' : ['inherit', 2, 2],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', ...env },
    })
    const exit = new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
    return { child, exit }
  }
}

/** A command of wrangler's that did not succeed, without its arguments' values. */
export function failed(args: readonly string[], said = ''): Failure {
  const command = args.filter((arg) => /^[a-z]+$/.test(arg)).join(' ')
  const report = told(`wrangler ${command} failed.\n${said.trim()}`)
  return new Failure(EXIT.refused, { title: 'Not done', code: 'wrangler_failed', ...report })
}
