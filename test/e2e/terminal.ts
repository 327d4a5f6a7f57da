import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface AtTerminal {
  /** A line for `sh`. */
  command: string
  /** What is typed once each of these is shown, in this order. */
  typed?: readonly (readonly [shown: string | RegExp, keys: string])[]
  env?: Record<string, string>
  cwd?: string
}

/** What Ctrl-C, Ctrl-D and Enter send. */
export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'
export const ENTER = '\r'

/** Runs a line of the shell at a terminal of its own, and types. Gives how it ended, and all that the terminal showed. */
export async function atTerminal({
  command,
  typed = [],
  env = {},
  cwd,
}: AtTerminal): Promise<{ exit: number; shown: string }> {
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env,
    cwd,
    // A session of its own, so that the terminal of whoever runs the tests is not its terminal.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    // What waits for an answer that no test gives does not wait for ever.
    timeout: 50_000,
  })
  // A command that ended meanwhile takes no keys.
  child.stdin.on('error', () => {})
  const left = [...typed]
  let [shown, from] = ['', 0]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (;;) {
      const [next] = left
      if (!next) return
      const [wanted, keys] = next
      const at = typeof wanted === 'string' ? shown.indexOf(wanted, from) : indexOf(shown, wanted, from)
      if (at < 0) return
      from = shown.length
      left.shift()
      child.stdin.write(keys)
    }
  })
  const [exit] = await once(child, 'close')
  return { exit, shown }
}

function indexOf(text: string, wanted: RegExp, from: number): number {
  const at = text.slice(from).search(wanted)
  return at < 0 ? at : at + from
}

/** A word as `sh` takes it whole. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
