import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { count, example } from '../help.ts'
import { contextOf } from '../settings.ts'

interface AuditEntry {
  at: string
  actor: string
  action: string
  target: string
  request_id: string
}

export function audit(): CommandUnknownOpts {
  return new Command('audit')
    .description("management actions, newest first; an actor is the start of its admin key's digest")
    .option('--target <target>', 'of this user or record alone')
    .option('--limit <n>', 'at most so many', count, 50)
    .addHelpText('after', example('audit --limit 10', 'audit --limit 1000 --json | grep user.unlink'))
    .action(async ({ target, limit }, command) => {
      const { out, edge } = contextOf(command)
      const entries = await Array.fromAsync(
        (await edge()).items<AuditEntry>(['v1', 'audit'], { target }, limit),
      )
      out.list(entries, {
        AT: ({ at }) => at,
        ACTOR: ({ actor }) => actor,
        ACTION: ({ action }) => action,
        TARGET: ({ target }) => target,
        REQUEST: ({ request_id }) => request_id,
      })
    })
}
