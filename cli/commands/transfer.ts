import { createReadStream } from 'node:fs'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { Failure, unreachable, wrongUsage } from '../failures.ts'
import { example } from '../help.ts'
import { isSystemError, writePrivate } from '../private-file.ts'
import { contextOf } from '../settings.ts'

/** Bytes: the edge takes pieces of at most 1 MiB, and no line fills the other half. */
const PIECE = 512 * 1024

export function exportAll(): CommandUnknownOpts {
  return new Command('export')
    .description('write users (Biuwer tokens stay encrypted), token records and audit to a file of mode 0600')
    .requiredOption('--out <file>', 'NDJSON; appears only once it is whole')
    .addHelpText('after', example('export --out backup.ndjson'))
    .action(async ({ out: file }, command) => {
      const { out, edge } = contextOf(command)
      const counts: Record<string, number> = { user: 0, token: 0, audit: 0 }
      await writePrivate(file, whole((await edge()).download(['v1', 'export']), counts))
      out.object({ file, ...counts })
    })
}

/** The export as it comes; throws where it breaks off, which its last line tells. */
async function* whole(
  download: AsyncIterable<Uint8Array>,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  let last = ''
  for await (const line of linesOf(download)) {
    last = typeOf(line)
    if (last in counts) counts[last] = (counts[last] ?? 0) + 1
    yield `${line}\n`
  }
  if (last !== 'end') throw unreachable('The export broke off; nothing was written.')
}

export function importAll(): CommandUnknownOpts {
  return new Command('import')
    .description('put an export into an edge; what is there already stays as it is, so it may be repeated')
    .argument('<file>')
    .addHelpText('after', example('import backup.ndjson --edge https://new.example.com'))
    .action(async (file, _options, command) => {
      const { out, edge } = contextOf(command)
      await checkWhole(file)
      const to = await edge()
      const sum = { imported: 0, skipped: 0 }
      for await (const { text, before } of pieces(file)) {
        const done = await to
          .upload<typeof sum>(['v1', 'import'], 'application/x-ndjson', text)
          .catch((error) => {
            throw error instanceof Failure ? inFile(error, before) : error
          })
        sum.imported += done.imported
        sum.skipped += done.skipped
        out.note(`${sum.imported + sum.skipped} items sent`)
      }
      out.object(sum)
    })
}

/** Before anything is sent: half a backup would pass for a whole one afterwards. */
async function checkWhole(file: string): Promise<void> {
  let first: string | undefined
  let last = ''
  for await (const line of linesOf(read(file))) {
    last = typeOf(line)
    first ??= last
  }
  if (first !== 'biuwer-embed') throw wrongUsage(`${file} is no export of an edge.`)
  if (last !== 'end') throw wrongUsage(`${file} is cut off: its last line is missing.`)
}

interface Piece {
  text: string
  /** How many lines of the file come before it. */
  before: number
}

async function* pieces(file: string): AsyncGenerator<Piece> {
  let piece: Piece = { text: '', before: 0 }
  let [bytes, lines] = [0, 0]
  for await (const line of linesOf(read(file))) {
    const size = Buffer.byteLength(line) + 1
    if (bytes > 0 && bytes + size > PIECE) {
      yield piece
      piece = { text: '', before: lines }
      bytes = 0
    }
    piece.text += `${line}\n`
    bytes += size
    lines++
  }
  yield piece
}

/** A refusal of a piece, whose lines are counted from the beginning of the file. */
function inFile({ exit, report }: Failure, before: number): Failure {
  const errors = report.errors?.map(({ path, message }) => ({
    path: path.replace(/^line (\d+)/, (_, line) => `line ${before + Number(line)}`),
    message,
  }))
  return new Failure(exit, { ...report, ...(errors && { errors }) })
}

/** Ended by \n alone: JSON may hold what else ends a line in Unicode, such as U+2028, as it is. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function* read(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file)
  } catch (error) {
    if (isSystemError(error)) throw wrongUsage(`${file} can't be read: ${error.code}.`)
    throw error
  }
}

function typeOf(line: string): string {
  try {
    return JSON.parse(line)?.type ?? ''
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}
