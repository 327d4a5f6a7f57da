import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installPacked } from './packed.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A host's folder, with files of its own and the package unpacked from what is published. */
export class Host {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** `files` is a folder of this repository. */
  static async with(files: string): Promise<Host> {
    // Under the repository, whose node_modules hold the tools.
    const host = new Host(await mkdtemp(`${root}dist/host-`))
    await cp(`${root}${files}`, host.folder, { recursive: true })
    await installPacked(host.folder)
    return host
  }

  /** Runs a tool of this repository's in the folder. */
  run(tool: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
    return this.runNode([`${root}node_modules/${tool}`, ...args], env)
  }

  /** Runs a script in the folder. Gives all that it printed, and whether it succeeded. */
  runNode(args: string[], env: Record<string, string> = {}): Promise<Ran> {
    const run = promisify(execFile)(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', VITEST: '', ...env },
    })
    return run.then(
      ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr }),
      ({ stdout, stderr }) => ({ ok: false, text: stdout + stderr }),
    )
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}

export interface Ran {
  readonly ok: boolean
  readonly text: string
}
