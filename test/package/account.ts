import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What the stand-in for wrangler keeps of a Cloudflare account. */
export interface AccountState {
  isLoggedIn: boolean
  /** Whether the Worker has been deployed, or given a secret. */
  hasWorker: boolean
  secrets: Record<string, string>
  /** The commands so far, each with its arguments. */
  calls: string[]
  /** The command that fails once. */
  fails: string | null
  /** Where what is deployed answers. */
  address: string
}

/**
 * A Cloudflare account that this machine does not have: a program in the place of wrangler's, for commands that need one. What
 * reads `wrangler.toml` is wrangler's own.
 */
export class Account {
  readonly #file: string

  /** @param modules the `node_modules` of a folder */
  static async at(modules: string): Promise<Account> {
    const folder = join(modules, 'wrangler')
    await mkdir(join(folder, 'bin'), { recursive: true })
    const own = createRequire(import.meta.url).resolve('wrangler')
    const file = join(folder, 'account.json')
    await Promise.all([
      writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'wrangler', main: 'index.cjs' })),
      writeFile(join(folder, 'index.cjs'), `module.exports = require(${JSON.stringify(own)})`),
      writeFile(join(folder, 'bin', 'package.json'), '{"type":"module"}'),
      writeFile(join(folder, 'bin', 'wrangler.js'), PROGRAM.replaceAll('ACCOUNT_FILE', JSON.stringify(file))),
    ])
    return new Account(file)
  }

  private constructor(file: string) {
    this.#file = file
  }

  async set(state: Partial<AccountState>): Promise<void> {
    const before = existsSync(this.#file) ? await this.state() : EMPTY
    await writeFile(this.#file, JSON.stringify({ ...before, ...state }))
  }

  clear(address: string): Promise<void> {
    return this.set({ ...EMPTY, address })
  }

  async state(): Promise<AccountState> {
    return JSON.parse(await readFile(this.#file, 'utf8'))
  }

  /** The commands since the last time. */
  async calls(): Promise<string[]> {
    const { calls } = JSON.parse(readFileSync(this.#file, 'utf8'))
    await this.set({ calls: [] })
    return calls
  }
}

const EMPTY: AccountState = {
  isLoggedIn: true,
  hasWorker: false,
  secrets: {},
  calls: [],
  fails: null,
  address: '',
}

const PROGRAM = `
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
const account = JSON.parse(readFileSync(ACCOUNT_FILE, 'utf8'))
const args = process.argv.slice(2)
const [command, deed, name] = args
account.calls.push(args.join(' '))
const fails = account.fails !== null && args.join(' ').startsWith(account.fails)
if (fails) account.fails = null
const keep = () => writeFileSync(ACCOUNT_FILE, JSON.stringify(account))
const fail = (text) => { keep(); console.error(text); process.exit(1) }
if (fails) fail('\\u001b[31mcut short\\u001b[0m')
if (command === 'whoami' && !account.isLoggedIn) fail('{"loggedIn":false}')
if (command === 'secret' && deed === 'list') {
  if (!account.hasWorker) fail('✘ [ERROR] Worker "my-edge" not found.')
  console.log(JSON.stringify(Object.keys(account.secrets).map((name) => ({ name, type: 'secret_text' }))))
}
if (command === 'secret' && deed === 'put') {
  account.hasWorker = true
  account.secrets[name] = readFileSync(0, 'utf8').trim()
}
if (command === 'deploy') {
  account.hasWorker = true
  const line = { type: 'deploy', version: 1, targets: [account.address] }
  appendFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, JSON.stringify({ type: 'wrangler-session' }) + '\\n' + JSON.stringify(line) + '\\n')
}
keep()
`
