import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Reencrypted } from '../../client/api-types.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { EXIT, Failure } from '../failures.ts'

export function vault(): CommandUnknownOpts {
  return new Command('vault').description('Biuwer tokens at rest').addCommand(reencrypt())
}

function reencrypt(): CommandUnknownOpts {
  return new Command('reencrypt')
    .description('encrypt every Biuwer token anew with the first key of VAULT_KEYS; sessions stay open')
    .addHelpText('after', example('vault reencrypt'))
    .action(async (_options, command) => {
      const { out, edge } = contextOf(command)
      const unopened: Reencrypted['unopened'] = []
      let [reencrypted, remaining] = [0, 0]
      for await (const step of (await edge()).vault.reencrypt()) {
        reencrypted += step.reencrypted
        remaining = step.remaining
        unopened.push(...step.unopened)
        if (step.next_cursor !== null) out.note(`${remaining} to go`)
      }
      if (unopened.length > 0) throw lacksKeys(reencrypted, unopened)
      if (remaining > 0) throw changedMeanwhile(remaining)
      out.object({ reencrypted, remaining })
    })
}

function lacksKeys(reencrypted: number, unopened: Reencrypted['unopened']): Failure {
  const detail = `No key of VAULT_KEYS opens the Biuwer tokens of ${unopened.length} user(s); ${reencrypted} other(s) were encrypted anew. Put the missing keys back and run it again, or link these users anew.`
  const errors = unopened.map(({ user, kid }) => ({
    path: user,
    message: `encrypted with the key ${JSON.stringify(kid)}`,
  }))
  return new Failure(EXIT.refused, { title: 'Misconfigured', code: 'misconfigured', detail, errors })
}

function changedMeanwhile(remaining: number): Failure {
  const detail = `${remaining} entries were changed by somebody else meanwhile. Run it again.`
  return new Failure(EXIT.refused, { title: 'Conflict', code: 'conflict', detail })
}
