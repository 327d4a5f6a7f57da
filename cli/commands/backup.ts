import { createReadStream } from 'node:fs'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { linesOf } from '../../client/backup.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { placeOf } from '../../client/whole-backup.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import { checkFree, FORCE, isSystemError, writePrivate } from '../files.ts'

export function exportAll(): CommandUnknownOpts {
  return new Command('export')
    .description('write users (Biuwer tokens stay encrypted), token records and audit to a file of mode 0600')
    .requiredOption('--out <file>', 'NDJSON; appears only once it is whole')
    .option(...FORCE)
    .addHelpText('after', example('export --out backup.ndjson'))
    .action(async ({ out: file, force = false }, command) => {
      const { out, edge } = contextOf(command)
      const counts: Record<string, number> = { user: 0, token: 0, audit: 0 }
      const to = { path: file, overwrites: force }
      // The audit notes an export: nobody makes one that can't be kept.
      await checkFree(to)
      await writePrivate(to, counted((await edge()).backup.export(), counts))
      out.object({ file, ...counts })
    })
}

/** The lines with their ends, counted by type on the way. */
async function* counted(
  lines: AsyncIterable<string>,
  counts: Record<string, number>,
): AsyncGenerator<string> {
  for await (const line of lines) {
    const type = String(placeOf(line).type)
    if (type in counts) counts[type] = (counts[type] ?? 0) + 1
    yield `${line}\n`
  }
}

export function importAll(): CommandUnknownOpts {
  return new Command('import')
    .description('put an export into an edge; what is there already stays as it is, so it may be repeated')
    .argument('<file>')
    .option(
      '--accept-unverified',
      'take lines that were changed, or that version 0.1.0 wrote: whoever could write to the file decides what comes in',
    )
    .option(
      '--own-audit',
      "the edge takes the place of the one that wrote the backup, whose audit counts as the edge's own",
    )
    .addHelpText(
      'after',
      example(
        'import backup.ndjson --edge https://new.example.com',
        'import backup.ndjson --own-audit   # a lost edge comes back',
      ),
    )
    .action(async (file, { acceptUnverified = false, ownAudit }, command) => {
      const { out, edge } = contextOf(command)
      if (acceptUnverified && ownAudit)
        throw wrongUsage(
          "--own-audit: the audit of lines that are not verified is never taken for the edge's own.",
        )
      const onProgress = (sum: { imported: number; skipped: number }) =>
        out.note(`${sum.imported + sum.skipped} items sent`)
      const { backup } = await edge()
      const options = { onProgress, acceptUnverified, ...(ownAudit && { audit: 'own' as const }) }
      out.object(
        await backup.import(() => linesOf(read(file)), options).catch((error) => refuseFile(file, error)),
      )
    })
}

/** What the client refused by itself is wrong with the file: the edge was asked nothing. */
function refuseFile(file: string, error: unknown): never {
  if (error instanceof EdgeError && error.code === 'invalid_request' && error.status === null) {
    const option = error.errors.some(({ path }) => path.endsWith('.format')) ? ' (--accept-unverified)' : ''
    throw wrongUsage(`${file}: ${error.detail}${option}`)
  }
  throw error
}

async function* read(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file)
  } catch (error) {
    if (isSystemError(error)) throw wrongUsage(`${file} can't be read: ${error.code}.`)
    throw error
  }
}
