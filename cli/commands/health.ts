import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { checkHealth } from '../../client/health.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'

export function health(): CommandUnknownOpts {
  return new Command('health')
    .description('whether the edge runs and has its settings; needs no key')
    .addHelpText('after', example('health --edge https://embed.example.com'))
    .action(async (_options, command) => {
      const { out, origin } = contextOf(command)
      out.object(await checkHealth(await origin()))
    })
}
