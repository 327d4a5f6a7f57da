import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Explanation } from '../../client/api-types.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { EXIT } from '../failures.ts'
import type { Output } from '../output.ts'
import { neededSecret, origins, STDIN } from '../secret-input.ts'
import { print } from '../terminal.ts'
import { explainRefusal } from './refusals.ts'

export function explain(): CommandUnknownOpts {
  return new Command('explain')
    .description('why a token opens or is refused, whoever signed it: every check, consuming nothing')
    .argument('[request]', 'the id of a refused request, as the tag names it, in place of a token')
    .option(STDIN[0], `the token: ${STDIN[1]}`)
    .option('--resource <id>', 'opening this resource')
    .option('--origin <origin>', 'in a page of this origin')
    .option('--at <time>', 'at this time (RFC 3339) instead of now')
    .addHelpText(
      'after',
      `
${origins(EMBED_TOKEN)}
Ends with ${EXIT.notAllowed} where the answer is that it would be refused.
${example('explain --resource 9f2c… --origin https://app.example.com --stdin < token.txt', 'explain req_N8mZ…')}`,
    )
    .action(async (request, { stdin = false, resource, origin, at }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (request !== undefined) return explainRefusal(to, out, request)
      const token = await neededSecret(EMBED_TOKEN, stdin, 'Embed token: ')
      const answer = await to.explain({
        token,
        ...(resource && { resource }),
        ...(origin && { origin }),
        ...(at && { at }),
      })
      showExplanation(out, answer)
    })
}

/** The token that is asked about. */
export const EMBED_TOKEN = { called: 'embed token', variable: 'BIUWER_EMBED_TOKEN' } as const

/** Shows each check of an opening, and what comes of it; the program ends with that, too. */
export function showExplanation(out: Output, answer: Explanation): void {
  if (!answer.allowed) process.exitCode = EXIT.notAllowed
  if (out.json) {
    out.object(answer)
    return
  }
  out.list(answer.checks, {
    CHECK: ({ check }) => check,
    '': ({ ok }) => (ok ? 'ok' : 'no'),
    DETAIL: ({ detail }) => detail,
  })
  print(
    answer.allowed
      ? { text: 'It would open.', style: 'green' }
      : { text: 'It would be refused.', style: 'red' },
  )
}
