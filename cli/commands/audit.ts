import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { AuditEntry } from '../../client/api-types.ts'
import { count, example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { atMost, type Columns } from '../output.ts'

const COLUMNS: Columns<AuditEntry> = {
  AT: 'at',
  ACTOR: 'actor',
  ACTION: 'action',
  TARGET: 'target',
  REQUEST: 'request_id',
}

export function audit(): CommandUnknownOpts {
  return new Command('audit')
    .description(
      "management actions, newest first; an actor is a key's id and name, or the start of a root key's digest. What backups brought of other edges stands apart",
    )
    .option('--target <target>', 'of this user or record alone')
    .option('--limit <n>', 'at most so many', count('--limit'), 50)
    .addHelpText('after', example('audit --limit 10', 'audit --limit 1000 --json | grep user.unlink'))
    .action(async ({ target, limit }, command) => {
      const { out, edge } = contextOf(command)
      const filter = target === undefined ? {} : { target }
      const entries = await atMost(limit, (await edge()).audit.list(filter))
      const imported = entries.filter(({ imported_at }) => imported_at !== undefined)
      if (out.json || imported.length === 0) return out.list(entries, COLUMNS)
      out.list(
        entries.filter((entry) => !imported.includes(entry)),
        COLUMNS,
      )
      out.note('\nFrom imported backups: what other edges did, by keys of their own')
      out.list(imported, { ...COLUMNS, IMPORTED: 'imported_at' })
    })
}
