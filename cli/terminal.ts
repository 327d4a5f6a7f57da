/** The one way to the terminal: nothing else of the command line reads from it or writes to it. */
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { isatty, ReadStream, WriteStream } from 'node:tty'
import { styleText } from 'node:util'
import { visible, visibleLines } from '../worker/policy/visible-text.ts'
import { cancelled, EXIT } from './failures.ts'

export type Style = Parameters<typeof styleText>[0]
/** A piece of what is printed, in a style of this program's or plain. */
export type Piece = string | { text: string; style: Style }

/**
 * Prints lines to stdout. Texts of others steer nothing: their control and format characters are written as code points.
 * Styles show where stdout is a terminal and NO_COLOR (https://no-color.org) does not forbid them.
 */
export function print(...pieces: readonly Piece[]): void {
  process.stdout.write(`${pieces.map(shown).join('')}\n`)
}

/** Prints lines to stderr, with the control and format characters of others' texts written as code points. */
export function printError(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`)
}

function shown(piece: Piece): string {
  if (typeof piece === 'string') return visibleLines(piece)
  const { text, style } = piece
  return process.env.NO_COLOR
    ? visibleLines(text)
    : styleText(style, visibleLines(text), { stream: process.stdout })
}

/** Whether what is printed stays on a terminal's screen. */
export function isShown(): boolean {
  return process.stdout.isTTY === true
}

/** Ends the process well where the reader of stdout left early, as `… | head` does. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(EXIT.ok)
  })
}

/** The terminal that the program was started from, wherever stdin, stdout and stderr lead. */
const TERMINAL = '/dev/tty'

/** Whether somebody can be asked. */
export function canAsk(): boolean {
  const fd = openTerminal()
  if (fd !== undefined) closeSync(fd)
  return fd !== undefined || isAtStandardStreams()
}

/** Tells the person at the terminal something before a question. */
export function tell(text: string): void {
  const { output, close } = dialogue()
  output.write(`${visibleLines(text)}\n`)
  close()
}

/** One line from the terminal, shown while typed. */
export async function ask(question: string): Promise<string> {
  const { input, output, close } = dialogue()
  try {
    return await line(visible(question), input, output)
  } finally {
    close()
  }
}

/** One line from the terminal without echo. */
export async function askSecret(question: string): Promise<string> {
  const { input, output, close } = dialogue()
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = line('', input, nowhere)
  // Only now, when the terminal has stopped to echo: a paste may follow the question at once.
  output.write(visible(question))
  try {
    return (await answer).trim()
  } finally {
    output.write('\n')
    close()
  }
}

/** Whether something is piped in, or a file is: no person types it, whom the terminal would show it. */
export function isPipedIn(): boolean {
  return !isatty(0)
}

/** Everything that is piped in. Called where the command line asks for it alone: what called this program may read on in stdin. */
export async function readStdin(): Promise<string> {
  return (await text(process.stdin)).trim()
}

interface Dialogue {
  input: NodeJS.ReadStream
  output: NodeJS.WriteStream
  close(): void
}

/** Where a person is asked and answers. stdin is left alone: it may be what a loop of the shell reads. */
function dialogue(): Dialogue {
  const [read, write] = [openTerminal(), openTerminal()]
  if (read === undefined || write === undefined)
    return { input: process.stdin, output: process.stderr, close() {} }
  const [input, output] = [new ReadStream(read), new WriteStream(write)]
  return {
    input,
    output,
    close() {
      input.destroy()
      output.destroy()
    },
  }
}

/** undefined: the program has no terminal, or the system has no such file for it. */
function openTerminal(): number | undefined {
  try {
    return openSync(TERMINAL, 'r+')
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return undefined
    throw error
  }
}

function isAtStandardStreams(): boolean {
  return isatty(0) && isatty(2)
}

function line(question: string, input: NodeJS.ReadStream, output: Writable): Promise<string> {
  return new Promise((resolve, reject) => {
    // As a terminal, readline takes the echo from the tty driver and does it on `output` itself.
    const reader = createInterface({ input, output, terminal: true, historySize: 0 })
    reader.on('SIGINT', () => reader.close())
    reader.on('close', () => reject(cancelled('Nothing was entered, so nothing was done.')))
    reader.question(question, (answer) => {
      resolve(answer)
      reader.close()
    })
  })
}
