/** The one way to the terminal: nothing else of the command line reads from it or writes to it. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { styleText } from 'node:util'
import { visible, visibleLines } from '../worker/policy/visible-text.ts'
import { EXIT, wrongUsage } from './failures.ts'

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

/** Whether somebody can be asked: questions go to stderr, since stdout may be piped. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** One line from the terminal, shown while typed. */
export function ask(question: string): Promise<string> {
  return line(visible(question), process.stderr)
}

/** One line from the terminal without echo. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = line('', nowhere)
  // Only now, when the terminal has stopped to echo: a paste may follow the question at once.
  process.stderr.write(visible(question))
  try {
    return (await answer).trim()
  } finally {
    process.stderr.write('\n')
  }
}

/** Everything that is piped in. */
export async function readStdin(): Promise<string> {
  return (await text(process.stdin)).trim()
}

function line(question: string, output: Writable): Promise<string> {
  return new Promise((resolve, reject) => {
    // As a terminal, readline takes the echo from the tty driver and does it on `output` itself.
    const reader = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 })
    reader.on('SIGINT', () => reader.close())
    reader.on('close', () => reject(wrongUsage('Nothing was entered, so nothing was done.')))
    reader.question(question, (answer) => {
      resolve(answer)
      reader.close()
    })
  })
}
