import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { EXIT, Failure } from '../failures.ts'
import { example } from '../help.ts'
import { contextOf } from '../settings.ts'

export function vault(): CommandUnknownOpts {
  return new Command('vault').description('Biuwer tokens at rest').addCommand(reencrypt())
}

interface Step {
  reencrypted: number
  remaining: number
  unopened: Unopened[]
  next_cursor: string | null
}

/** An entry that no key of VAULT_KEYS opens, and the key that sealed it. */
interface Unopened {
  user: string
  kid: string
}

function reencrypt(): CommandUnknownOpts {
  return new Command('reencrypt')
    .description('encrypt every Biuwer token anew with the first key of VAULT_KEYS; sessions stay open')
    .addHelpText('after', example('vault reencrypt'))
    .action(async (_options, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      const unopened: Unopened[] = []
      let [reencrypted, remaining] = [0, 0]
      let cursor: string | null = null
      do {
        const body: object = cursor === null ? {} : { cursor }
        const step: Step = await to.json('POST', ['v1', 'vault', 'reencrypt'], { body })
        reencrypted += step.reencrypted
        remaining = step.remaining
        unopened.push(...step.unopened)
        cursor = step.next_cursor
        if (cursor !== null) out.note(`${remaining} to go`)
      } while (cursor !== null)
      if (unopened.length > 0) throw lacksKeys(reencrypted, unopened)
      if (remaining > 0) throw changedMeanwhile(remaining)
      out.object({ reencrypted, remaining })
    })
}

function lacksKeys(reencrypted: number, unopened: Unopened[]): Failure {
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
