import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SignerAlgorithm } from '../../worker/policy/signer.ts'
import type { OwnEdge } from '../e2e/own-edge.ts'
import type { Sample } from './samples.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const GUIDE = readFileSync(join(ROOT, 'docs/host-signed.md'), 'utf8')
/** Where Debian keeps the sources of Go's libraries. */
const GO_SOURCES = process.env.GO_SOURCES ?? '/usr/share/gocode/src'

const run = promisify(execFile)

/** What tells the guide's commands from each other that make a key pair. */
const KEY_KINDS = {
  ES256: 'algorithm EC ',
  EdDSA: 'algorithm ED25519',
  PS256: 'algorithm RSA',
  RS256: 'algorithm RSA',
} as const

/** The command line, as `edge`. */
const COMMAND_LINE = `edge() { '${process.execPath}' '${join(ROOT, 'cli/main.ts')}' "$@" --json; }`

/** The shell commands of the one block of the guide that has this text. */
export function commands(having: string): string {
  const blocks = [...GUIDE.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block)
  const [found, another] = blocks.filter((block) => block.includes(having))
  if (found === undefined || another !== undefined)
    throw new Error(`not one block of the guide has "${having}"`)
  return found
}

/** A host's backend that does what the guide says, in a folder of its own, with keys of one kind. */
export class Backend {
  readonly #alg: SignerAlgorithm
  readonly #folder: string
  readonly #edge: OwnEdge

  constructor(within: string, alg: SignerAlgorithm, edge: OwnEdge) {
    this.#alg = alg
    this.#folder = join(within, alg)
    this.#edge = edge
    const modules = join(this.#folder, 'node_modules')
    mkdirSync(modules, { recursive: true })
    for (const name of ['jose', 'jsonwebtoken'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
    symlinkSync(join(ROOT, 'dist/package'), join(modules, 'biuwer-embed'))
    const library = 'github.com/golang-jwt/jwt'
    writeFileSync(
      join(this.#folder, 'go.mod'),
      `module backend\n\ngo 1.18\n\nrequire ${library}/v4 v4.0.0\n\nreplace ${library}/v4 => ${GO_SOURCES}/${library}\n`,
    )
  }

  /** Makes `private.pem` and `public.pem`. */
  async makeKeys(): Promise<void> {
    await this.shell(commands(KEY_KINDS[this.#alg]))
  }

  /** Puts the private key aside, and returns its new name. */
  keepKey(name: string): string {
    renameSync(join(this.#folder, 'private.pem'), join(this.#folder, name))
    return name
  }

  /** Registers `public.pem` by the command line. Returns the signer's id. */
  async register(): Promise<string> {
    const command = commands('edge signers create').trim()
    const { id } = await this.edge(this.#alg === 'PS256' ? `${command} --alg PS256` : command)
    return id
  }

  /** Registers `public.pem` with curl. Returns the signer's id. */
  async registerWithCurl(): Promise<string> {
    const { id } = JSON.parse(await this.shell(this.#adapted(commands('> signer.json'))))
    return id
  }

  /** Registers `public.pem` with the client. Returns the signer's id. */
  async registerWithClient(): Promise<string> {
    this.#adapt('register.mjs')
    return this.#run([process.execPath, 'register.mjs'], {})
  }

  /** Runs a command of the guide with the command line, and returns its answer. */
  async edge(command: string, env: Record<string, string> = {}) {
    return JSON.parse(await this.shell(`${COMMAND_LINE}\n${command}`, env))
  }

  /** Asks with curl, and by the command line, why a token is refused. */
  async explanations(token: string): Promise<unknown[]> {
    writeFileSync(join(this.#folder, 'token.txt'), `${token}\n`)
    const [key = ''] = commands('> signer.json').match(/^key\(\).*$/m) ?? []
    const withCurl = await this.shell(`${key}\n${commands('> question.json')}`)
    // The exit code says that an opening would be refused, and the output why.
    const refused = `${commands('edge explain').trim()} || test $? -eq 4`
    return [JSON.parse(withCurl), await this.edge(refused)]
  }

  /** Runs commands of the guide, and returns what they printed. */
  async shell(text: string, env: Record<string, string> = {}): Promise<string> {
    return this.#run(['sh', '-ec', text], env)
  }

  /** What a sample prints for a user: a token. The sample has no key of the API. */
  async token({ file, command }: Sample, signer: string, env: Record<string, string> = {}): Promise<string> {
    this.#adapt(file)
    return this.#run([...command, file, 'store-1'], {
      ADMIN_KEY: '',
      BIUWER_ADMIN_KEY: '',
      SIGNER_ID: signer,
      SIGNER_KEY_ID: '2026-03',
      SIGNER_KEY_FILE: 'private.pem',
      ...env,
    })
  }

  /** Puts the algorithm of the keys where the guide has ES256. */
  #adapted(text: string): string {
    return text.replaceAll('ES256', this.#alg)
  }

  #adapt(file: string): void {
    const text = readFileSync(join(ROOT, 'docs/host-signed', file), 'utf8')
    writeFileSync(join(this.#folder, file), this.#adapted(text))
  }

  async #run([program = '', ...args]: string[], env: Record<string, string>): Promise<string> {
    const { stdout } = await run(program, args, {
      cwd: this.#folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        GOPROXY: 'off',
        GOFLAGS: '-mod=mod',
        EDGE: this.#edge.origin,
        ADMIN_KEY: this.#edge.adminKey,
        BIUWER_EDGE: this.#edge.origin,
        BIUWER_ADMIN_KEY: this.#edge.adminKey,
        ...env,
      },
    })
    return stdout.trim()
  }
}
