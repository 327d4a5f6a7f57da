import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { EXIT, Failure } from '../failures.ts'
import { example } from '../help.ts'
import { contextOf } from '../settings.ts'

export function vault(): CommandUnknownOpts {
  return new Command('vault').description('Biuwer tokens at rest').addCommand(reencrypt())
}

function reencrypt(): CommandUnknownOpts {
  return new Command('reencrypt')
    .description('encrypt every Biuwer token anew with the first key of VAULT_KEYS; sessions stay open')
    .addHelpText('after', example('vault reencrypt'))
    .action(async (_options, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      let reencrypted = 0
      for (;;) {
        const step = await to.json<{ reencrypted: number; remaining: number }>(
          'POST',
          ['v1', 'vault', 'reencrypt'],
          { body: {} },
        )
        reencrypted += step.reencrypted
        if (step.remaining === 0) break
        // Else a pass that gets nowhere would be repeated for ever.
        if (step.reencrypted === 0) throw stuck(step.remaining)
        out.note(`${step.remaining} to go`)
      }
      out.object({ reencrypted, remaining: 0 })
    })
}

function stuck(remaining: number): Failure {
  const detail = `${remaining} entries were changed by somebody else meanwhile. Run it again.`
  return new Failure(EXIT.refused, { title: 'Conflict', code: 'conflict', detail })
}
