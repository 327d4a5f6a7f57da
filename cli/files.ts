import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { wrongUsage } from './failures.ts'
import { readStdin } from './terminal.ts'

/**
 * Writes a file that its owner alone may read. It appears when it is whole: a failure leaves the former one,
 * and a file that stood there with wider permissions does not pass them on.
 */
export async function writePrivate(path: string, content: string | AsyncIterable<string>): Promise<void> {
  const next = `${path}.${randomUUID()}`
  try {
    await pipeline(
      Readable.from(typeof content === 'string' ? [content] : content),
      createWriteStream(next, { mode: 0o600, flags: 'wx', flush: true }),
    )
    await rename(next, path)
  } catch (error) {
    await rm(next, { force: true })
    if (isSystemError(error)) throw wrongUsage(`${path} can't be written: ${error.code}.`)
    throw error
  }
}

/**
 * The text of a file, or of stdin for `-`.
 * @param called what a failure calls the file
 */
export async function readInput(path: string, called = path): Promise<string> {
  if (path === '-') return readStdin()
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error)) throw wrongUsage(`${called} can't be read: ${error.code}.`)
    throw error
  }
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
