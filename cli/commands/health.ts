import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { example } from '../help.ts'
import { contextOf } from '../settings.ts'

export function health(): CommandUnknownOpts {
  return new Command('health')
    .description('whether the edge runs and has its settings; needs no admin key')
    .addHelpText('after', example('health --edge https://embed.example.com'))
    .action(async (_options, command) => {
      const { out, openEdge } = contextOf(command)
      out.object(await openEdge().json<object>('GET', ['healthz']))
    })
}
