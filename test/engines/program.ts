import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { within } from './within.ts'

/** A program that runs beside the tests, with a folder of its own. */
export interface Program {
  readonly folder: string
  /** What the program writes that matches `pattern`, first time; an error if that does not come. */
  said(pattern: RegExp): Promise<RegExpExecArray>
  /** Rejects when the program ends, with what it wrote last. */
  readonly failed: Promise<never>
  /** Ends the program and all that it started, and removes its folder. A browser has nothing to save: kill it. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/**
 * Starts the command in a process group, with a keeper in it. The keeper reads a pipe from this process. When this
 * process is gone, however it went, the pipe closes: the keeper then ends the group and removes the folder.
 */
const KEPT = `
{ cat <&3; trap '' TERM; kill -TERM 0; sleep 1; rm -rf "$0"; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
exec "$@"`

const START_LIMIT_MS = 60_000
const KEPT_LINES = 20

/** Starts a program. `command` gets the program's own folder, which is empty. */
export function startProgram(
  name: string,
  command: (folder: string) => string[],
  env: (folder: string) => Record<string, string> = () => ({}),
): Program {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-engine-'))
  const child = spawn('sh', ['-c', KEPT, folder, ...command(folder)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env(folder) },
  })
  const tail: string[] = []
  const heard = new Set<(line: string) => void>()
  for (const input of [child.stdout, child.stderr]) {
    if (!input) throw new Error('a program without output')
    createInterface({ input }).on('line', (line) => {
      tail.push(line)
      if (tail.length > KEPT_LINES) tail.shift()
      for (const hear of heard) hear(line)
    })
  }
  const ended = once(child, 'exit')
  const failed = ended.then(([code, signal]): never => {
    throw new Error(`${name} ended (${signal ?? code}):\n${tail.join('\n')}`)
  })
  // Nobody may be waiting when the program is stopped.
  failed.catch(() => {})

  return {
    folder,
    failed,
    async said(pattern) {
      const line = new Promise<RegExpExecArray>((resolve) => {
        const hear = (line: string) => {
          const found = pattern.exec(line)
          if (!found) return
          heard.delete(hear)
          resolve(found)
        }
        heard.add(hear)
        tail.forEach(hear)
      })
      return within(START_LIMIT_MS, `${name} to write ${pattern}`, Promise.race([line, failed]))
    },
    async stop(signal) {
      // The group lives as long as its keeper, even where the program has ended by itself.
      if (child.pid !== undefined) process.kill(-child.pid, signal)
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
