import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, constants, link, lstat, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { EXIT, Failure, wrongUsage } from './failures.ts'
import { readStdin } from './terminal.ts'

/** Where a command writes, and whether it may take the place of a file that is there. */
export interface OutFile {
  path: string
  overwrites: boolean
}

/** The option that lets `--out` overwrite. */
export const FORCE = ['--force', 'overwrite the file of --out'] as const

/**
 * Refuses a place that can't be written to, before anything is done whose result would be lost with it: one where something
 * is already, unless that is a file that may be overwritten. A link or a device is never replaced.
 */
export async function checkFree({ path, overwrites }: OutFile): Promise<void> {
  const there = await lstat(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw unwritable(path, error)
  })
  await access(dirname(path), constants.W_OK).catch((error: unknown) => {
    throw unwritable(path, error)
  })
  if (!there) return
  if (!there.isFile())
    throw wrongUsage(`${path} is a link, a folder or a device, and stays as it is. Name another file.`)
  if (!overwrites)
    throw wrongUsage(`${path} is there already, and stays as it is. Name another file, or pass --force.`)
}

/**
 * Writes a file that its owner alone may read. It appears when it is whole: a failure leaves the former one,
 * and a file that stood there with wider permissions does not pass them on.
 */
export function writePrivate(out: OutFile, content: string | AsyncIterable<string>): Promise<void> {
  return writeWhole(out, content, 0o600)
}

/** Writes a file without secrets, which appears when it is whole. */
export function writePublic(out: OutFile, content: string): Promise<void> {
  return writeWhole(out, content, 0o666)
}

async function writeWhole(
  out: OutFile,
  content: string | AsyncIterable<string>,
  mode: number,
): Promise<void> {
  const { path, overwrites } = out
  await checkFree(out)
  const next = `${path}.${randomUUID()}`
  try {
    await pipeline(
      Readable.from(typeof content === 'string' ? [content] : content),
      createWriteStream(next, { mode, flags: 'wx', flush: true }),
    )
    if (overwrites) await rename(next, path)
    else {
      // Another program may have made the file meanwhile: a link fails where a renaming would replace it.
      await link(next, path)
      await rm(next)
    }
  } catch (error) {
    await rm(next, { force: true })
    // The place was good. What was to be written can exist elsewhere by now: a key at the edge.
    if (!isSystemError(error)) throw error
    const detail = `${path} is not written: ${error.code}.`
    throw new Failure(EXIT.fault, { title: 'Not written', code: 'not_written', detail })
  }
}

function unwritable(path: string, error: unknown): unknown {
  return isSystemError(error) ? wrongUsage(`${path} can't be written: ${error.code}.`) : error
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
