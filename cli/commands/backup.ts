import { createReadStream } from 'node:fs'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { linesOf } from '../../client/backup.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import { isSystemError, writePrivate } from '../files.ts'

export function exportAll(): CommandUnknownOpts {
  return new Command('export')
    .description('write users (Biuwer tokens stay encrypted), token records and audit to a file of mode 0600')
    .requiredOption('--out <file>', 'NDJSON; appears only once it is whole')
    .addHelpText('after', example('export --out backup.ndjson'))
    .action(async ({ out: file }, command) => {
      const { out, edge } = contextOf(command)
      const counts: Record<string, number> = { user: 0, token: 0, audit: 0 }
      await writePrivate(file, counted((await edge()).backup.export(), counts))
      out.object({ file, ...counts })
    })
}

/** The lines with their ends, counted by type on the way. */
async function* counted(
  lines: AsyncIterable<string>,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  for await (const line of lines) {
    const type = typeOf(line)
    if (type in counts) counts[type] = (counts[type] ?? 0) + 1
    yield `${line}\n`
  }
}

export function importAll(): CommandUnknownOpts {
  return new Command('import')
    .description('put an export into an edge; what is there already stays as it is, so it may be repeated')
    .argument('<file>')
    .addHelpText('after', example('import backup.ndjson --edge https://new.example.com'))
    .action(async (file, _options, command) => {
      const { out, edge } = contextOf(command)
      await checkWhole(file)
      const onProgress = (sum: { imported: number; skipped: number }) =>
        out.note(`${sum.imported + sum.skipped} items sent`)
      out.object(await (await edge()).backup.import(linesOf(read(file)), { onProgress }))
    })
}

/** Refuses half a backup before anything is sent: afterwards it would pass for a whole one. */
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

async function* read(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file)
  } catch (error) {
    if (isSystemError(error)) throw wrongUsage(`${file} can't be read: ${error.code}.`)
    throw error
  }
}

/** A line's `type`; empty for what is no line of an export. */
function typeOf(line: string): string {
  try {
    return JSON.parse(line)?.type ?? ''
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}
