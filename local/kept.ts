import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { makeAdminKey, makeKey } from '../cli/key-set.ts'

/** What an edge on this machine keeps from one run to the next, beside what it stores. */
export interface Kept {
  rootKey: string
  digest: string
  tokenKeys: string
  vaultKeys: string
  /** The sample user's, at the stand-in. */
  biuwerToken: string
  /** A key with the role `issuer`; null: none was made yet. */
  key: string | null
}

/** Milliseconds for which a run waits for the one before, which may be ending. Wrangler is given as long to end. */
const LONGEST_WAIT = 10_000
const STEP = 100

/** The folder in `.wrangler` that holds it. */
export class KeptFiles {
  /** The state of KV and Durable Objects, where `wrangler dev` has it. */
  readonly state: string
  /** Settings and secrets, for wrangler. */
  readonly environment: string
  readonly #kept: string
  readonly #running: string

  constructor(folder: string) {
    const own = join(folder, '.wrangler', 'biuwer-embed')
    mkdirSync(own, { recursive: true })
    this.state = join(folder, '.wrangler', 'state')
    this.environment = join(own, 'edge.env')
    this.#kept = join(own, 'kept.json')
    this.#running = join(own, 'running')
  }

  /** What was kept, or what is from now on. */
  read(): Kept {
    if (existsSync(this.#kept)) return keptIn(this.#kept)
    const { admin_key: rootKey, digest } = makeAdminKey()
    const set = (alg: 'HS256' | 'A256GCM') => JSON.stringify({ keys: [makeKey(alg)] })
    const kept = {
      rootKey,
      digest,
      tokenKeys: set('HS256'),
      vaultKeys: set('A256GCM'),
      biuwerToken: randomUUID(),
      key: null,
    }
    this.keep(kept)
    return kept
  }

  keep(kept: Kept): void {
    replace(this.#kept, JSON.stringify(kept))
  }

  writeEnvironment(settings: Record<string, string>): void {
    replace(this.environment, Object.entries(settings).map(asDotenv).join(''))
  }

  /** Takes the folder for this process, once another one that has it has ended. Throws where that one goes on. */
  async take(say: (line: string) => void, signal: AbortSignal): Promise<void> {
    let other = this.#other()
    if (other > 0) say(`The edge of this folder runs in process ${other}: waiting for it to end …`)
    for (let waited = 0; other > 0 && waited < LONGEST_WAIT; waited += STEP) {
      await setTimeout(STEP, undefined, { signal })
      other = this.#other()
    }
    if (other > 0)
      throw new Error(
        `The edge of this folder runs already, in process ${other}. Should that be another program, delete ${this.#running}.`,
      )
    replace(this.#running, `${process.pid}`)
  }

  /** Another process that has the folder; 0: none. */
  #other(): number {
    const pid = existsSync(this.#running) ? Number(readFileSync(this.#running, 'utf8')) : 0
    // A process that was killed leaves its number. In a container, each run may have that same number.
    return pid > 0 && pid !== process.pid && isRunning(pid) ? pid : 0
  }

  release(): void {
    rmSync(this.#running, { force: true })
  }
}

function keptIn(file: string): Kept {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(`${file} can't be read. Delete the folder .wrangler to begin anew.`)
  }
}

/** Replaces a file in one step, readable by its owner alone. */
function replace(file: string, text: string): void {
  const next = `${file}.${process.pid}`
  writeFileSync(next, text, { mode: 0o600 })
  renameSync(next, file)
}

/** A line of a dotenv file, in quotes that are not in the value. */
function asDotenv([name, value]: [string, string]): string {
  const quote = ["'", '"', '`'].find((mark) => !value.includes(mark))
  if (quote === undefined) throw new Error(`${name} of .dev.vars has all three kinds of quotes`)
  return `${name}=${quote}${value}${quote}\n`
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
