/**
 * Runs a program for another one that may be killed: `node guard.ts PROGRAM ARGUMENT…`, with a pipe as standard input that nobody
 * writes to. The system closes the pipe with whoever holds its other end, whatever ended that, and then the guard ends what it
 * runs. The guard leads a process group of its own, in which the program and its children are.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const END_LIMIT_MS = 10_000

const [program = '', ...args] = process.argv.slice(2)
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })
const ended = once(child, 'exit')

// A signal to the group reaches the program, too; the guard tells how that ended.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
// What the program says is for the one that is gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
process.stdin.on('error', endGroup).on('end', endGroup).resume()

const [code, signal] = await ended
process.stdin.destroy()
process.exitCode = code ?? (signal === null ? 1 : 128)

function endGroup(): void {
  process.kill(-process.pid, 'SIGTERM')
  setTimeout(() => process.kill(-process.pid, 'SIGKILL'), END_LIMIT_MS).unref()
}
