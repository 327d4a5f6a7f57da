import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Explanation } from '../../client/api-types.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import type { Output } from '../output.ts'
import { askSecret, canAsk, print, readStdin } from '../terminal.ts'
import { explainRefusal } from './refusals.ts'

export function explain(): CommandUnknownOpts {
  return new Command('explain')
    .description('why a token opens or is refused, whoever signed it: every check, consuming nothing')
    .argument('[request]', 'the id of a refused request, as the tag names it, in place of a token')
    .option('--resource <id>', 'opening this resource')
    .option('--origin <origin>', 'in a page of this origin')
    .option('--at <time>', 'at this time (RFC 3339) instead of now')
    .addHelpText(
      'after',
      `
The token is read from BIUWER_EMBED_TOKEN, else from standard input, else asked for without echo.
${example('explain --resource 9f2c… --origin https://app.example.com < token.txt', 'explain req_N8mZ…')}`,
    )
    .action(async (request, { resource, origin, at }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (request !== undefined) return explainRefusal(to, out, request)
      const token = await embedToken('Embed token: ')
      if (!token) throw wrongUsage('There is no token: pipe it in, or set BIUWER_EMBED_TOKEN.')
      const answer = await to.explain({
        token,
        ...(resource && { resource }),
        ...(origin && { origin }),
        ...(at && { at }),
      })
      showExplanation(out, answer)
    })
}

/** The token of the environment, else what is piped in, else what the person at the terminal types. */
export async function embedToken(question: string): Promise<string> {
  const token = process.env.BIUWER_EMBED_TOKEN?.trim()
  if (token) return token
  const given = canAsk() ? await askSecret(question) : await readStdin()
  if (given.length > 16_384) throw wrongUsage('That is too long for an embed token.')
  return given
}

/** Shows each check of an opening, and what comes of it. */
export function showExplanation(out: Output, answer: Explanation): void {
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
