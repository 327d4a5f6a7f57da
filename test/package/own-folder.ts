import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pack } from '../hosts/packed.ts'

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** The Nodes of this machine: the one that runs the tests, and those of the system. */
export const NODES = [
  ...new Set(
    [process.execPath, ...execFileSync('which', ['-a', 'node'], { encoding: 'utf8' }).trim().split('\n')].map(
      (path) => realpathSync(path),
    ),
  ),
].map((path) => ({ path, version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim() }))

/** What `init` is told where nothing else matters. */
export const ANSWERS = ['--instance', 'acme', '--origins', 'https://app.example.com', '--no-domain']

export interface Ran {
  exit: number
  stdout: string
  stderr: string
}

/** A folder with a space in its path, into which npm has installed the packed package, without a network. */
export class OwnFolder {
  readonly path: string
  readonly #temporary: string

  static async make(): Promise<OwnFolder> {
    const folder = new OwnFolder(mkdtempSync(join(tmpdir(), 'biuwer-embed-')))
    await mkdir(folder.path)
    await folder.install()
    return folder
  }

  private constructor(temporary: string) {
    this.#temporary = temporary
    this.path = join(temporary, 'a folder')
  }

  /** Installs the package, with what it depends on taken from this repository. */
  async install(): Promise<void> {
    const names = ['@lit/reactive-element', '@lit-labs/ssr-dom-shim']
    const overrides = Object.fromEntries(names.map((name) => [name, `file:${MODULES}/${name}`]))
    await writeFile(join(this.path, 'package.json'), JSON.stringify({ private: true, overrides }))
    const npm = ['install', '--offline', '--no-audit', '--no-fund', pack(this.#temporary)]
    await promisify(execFile)('npm', npm, { cwd: this.path })
  }

  /** Puts a package of this repository into the folder as an installation would. */
  async link(name: string): Promise<void> {
    const place = join(this.path, 'node_modules', name)
    await mkdir(dirname(place), { recursive: true })
    await symlink(join(MODULES, name), place)
  }

  /** Makes the folder of an edge in this one, with what is installed here. Gives its path. */
  async init(name: string, ...options: string[]): Promise<string> {
    const answers = options.length > 0 ? options : ANSWERS
    const { exit, stderr } = await this.run(['init', name, ...answers])
    if (exit !== 0) throw new Error(stderr)
    const folder = join(this.path, name)
    await symlink('../node_modules', join(folder, 'node_modules'))
    return folder
  }

  /** Runs the command as `npx biuwer-embed` does, in a Node. */
  run(args: readonly string[], { node, env = {}, cwd = this.path }: RunOptions = {}): Promise<Ran> {
    const command = join(this.path, 'node_modules', '.bin', 'biuwer-embed')
    return ended(node ?? process.execPath, [command, ...args], cwd, env)
  }

  async remove(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true })
  }
}

export interface RunOptions {
  /** The path of a Node. */
  node?: string
  /** Default: the folder. */
  cwd?: string
  env?: Record<string, string>
}

/** Runs a program to its end. Nothing of the environment reaches it but the path. */
export async function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env
  // A session of its own: nobody is there to ask, though somebody may run the tests at a terminal.
  const child = spawn(program, args, { cwd, env: { PATH, HOME, ...env }, detached: true })
  child.stdin.on('error', () => {})
  child.stdin.end()
  const [stdout, stderr, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exit: exit ?? 1, stdout, stderr }
}
