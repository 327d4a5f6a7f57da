import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { atTerminal, ENTER, quoted } from '../terminal.ts'

const { edge, adminKey } = inject('stack')
const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url))
/** Node compiles the command line once for all runs. */
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/cli', import.meta.url))

export interface Ran {
  exit: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  /** What is piped in. */
  input?: string
}

/** Runs the command line as an operator of the test's edge does. */
export function run(args: string[], { env = {}, input = '' }: RunOptions = {}): Promise<Ran> {
  return ended([process.execPath, MAIN, ...args], env, input)
}

/** The same at a terminal, where `keys` are typed once there is a question. What the terminal shows is stdout. */
export async function runAtTerminal(args: string[], keys: string, env = {}): Promise<Ran> {
  const { exit, shown } = await atTerminal({
    command: commandLine(args),
    typed: [[/: |\] /, `${keys}${ENTER}`]],
    env: environment(env),
  })
  return { exit, stdout: shown, stderr: '' }
}

/** A command as a line of the shell. */
export function commandLine(args: readonly string[]): string {
  return [process.execPath, MAIN, ...args].map(quoted).join(' ')
}

/** What a command's environment holds: the test's edge, and the key that it takes. */
export function environment(more: Record<string, string> = {}): Record<string, string> {
  const { PATH = '' } = process.env
  return { PATH, NODE_COMPILE_CACHE: COMPILED, BIUWER_EDGE: edge, BIUWER_ADMIN_KEY: adminKey, ...more }
}

async function ended(command: string[], env: Record<string, string>, input: string): Promise<Ran> {
  const child = start(command, env)
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, [exit]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { exit, stdout, stderr }
}

function start([program = '', ...args]: string[], env: Record<string, string>) {
  return spawn(program, args, {
    env: environment(env),
    // A session of its own: nobody is there to ask, though somebody may run the tests at a terminal.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

/** Options that say that a token record has no limit. */
export const NO_LIMIT = ['--any-resource', '--any-origin', '--to', 'never']

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

/** What a successful command printed as JSON, one value a line, and nothing else. */
export async function lines(args: string[], options?: RunOptions): Promise<Loose[]> {
  const { exit, stdout, stderr } = await run([...args, '--json'], options)
  if (exit !== 0 || stderr !== '') throw new Error(`${args.join(' ')}: exit ${exit}, ${stderr}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

export async function object(args: string[], options?: RunOptions): Promise<Loose> {
  const [only, ...others] = await lines(args, options)
  if (others.length > 0) throw new Error(`${args.join(' ')}: ${others.length + 1} lines`)
  return only
}
