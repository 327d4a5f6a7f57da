import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { wrongUsage } from './failures.ts'

/** Whether somebody can be asked: questions go to stderr, since stdout may be piped. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** One line from the terminal, shown while typed. */
export function ask(question: string): Promise<string> {
  return line(question, process.stderr)
}

/** One line from the terminal without echo. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = line('', nowhere)
  // Only now, when the terminal has stopped to echo: a paste may follow the question at once.
  process.stderr.write(question)
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
