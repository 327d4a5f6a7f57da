import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { count, example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { atMost } from '../output.ts'

export function audit(): CommandUnknownOpts {
  return new Command('audit')
    .description("management actions, newest first; an actor is the start of its admin key's digest")
    .option('--target <target>', 'of this user or record alone')
    .option('--limit <n>', 'at most so many', count('--limit'), 50)
    .addHelpText('after', example('audit --limit 10', 'audit --limit 1000 --json | grep user.unlink'))
    .action(async ({ target, limit }, command) => {
      const { out, edge } = contextOf(command)
      const filter = target === undefined ? {} : { target }
      out.list(await atMost(limit, (await edge()).audit.list(filter)), {
        AT: ({ at }) => at,
        ACTOR: ({ actor }) => actor,
        ACTION: ({ action }) => action,
        TARGET: ({ target }) => target,
        REQUEST: ({ request_id }) => request_id,
      })
    })
}
