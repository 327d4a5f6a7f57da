import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { BiuwerToken } from '../../client/api-types.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { withDistance } from '../distance.ts'
import { wrongUsage } from '../failures.ts'
import { askSecret, canAsk, readStdin } from '../terminal.ts'

const COLUMNS = {
  ID: ({ id }: BiuwerToken) => id,
  STATUS: ({ status }: BiuwerToken) => status,
  FROM: ({ from }: BiuwerToken) => from,
  TO: ({ to }: BiuwerToken) => to && withDistance(to),
  'CAME FROM': ({ by_source }: BiuwerToken) => (by_source ? 'token source' : 'hand'),
  ADDED: ({ added_at }: BiuwerToken) => added_at,
}

/** How a Biuwer token comes in, for the help of commands that take one. */
export const BIUWER_TOKEN_SOURCE =
  'The Biuwer token is read from BIUWER_TOKEN, else from standard input, else asked for without echo.'

export function biuwerTokens(): CommandUnknownOpts {
  return new Command('biuwer-tokens')
    .description("Biuwer's own tokens of a user, each with its interval")
    .addCommand(list())
    .addCommand(add())
    .addCommand(remove())
}

/** Reads a user's Biuwer token, wherever it is. */
export async function biuwerToken(user: string): Promise<string> {
  const question = `Biuwer token of ${user}: `
  const token = biuwerTokenOfEnvironment() ?? (await (canAsk() ? askSecret(question) : readStdin()))
  if (token === '') throw wrongUsage('No Biuwer token was given.')
  return token
}

/** The Biuwer token in the environment, if there is one. */
export function biuwerTokenOfEnvironment(): string | undefined {
  return process.env.BIUWER_TOKEN?.trim() || undefined
}

/** The interval of a Biuwer token, as options give it. */
export function interval({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

function list(): CommandUnknownOpts {
  return new Command('list')
    .description("a user's Biuwer tokens, without themselves")
    .argument('<user>', 'the Biuwer basic user', name)
    .addHelpText('after', example('users biuwer-tokens list store-1'))
    .action(async (user, _options, command) => {
      const { out, edge } = contextOf(command)
      out.list(await (await edge()).users.biuwerTokens(user), COLUMNS)
    })
}

function add(): CommandUnknownOpts {
  return new Command('add')
    .description('add a Biuwer token ahead of the end of another; no session ends')
    .argument('<user>', 'the Biuwer basic user', name)
    .option('--from <time>', 'valid from, at Biuwer (RFC 3339; default: now)')
    .option('--to <time>', 'valid until, at Biuwer (default: no end)')
    .addHelpText(
      'after',
      `\n${BIUWER_TOKEN_SOURCE}${example('users biuwer-tokens add store-1 --from 2027-01-01T00:00:00Z < next.txt')}`,
    )
    .action(async (user, { from, to }, command) => {
      const { out, edge } = contextOf(command)
      const { users } = await edge()
      const biuwer_token = await biuwerToken(user)
      out.object(await users.addBiuwerToken(user, { biuwer_token, ...interval({ from, to }) }))
    })
}

function remove(): CommandUnknownOpts {
  return new Command('delete')
    .description('forget a Biuwer token; sessions that show it end')
    .argument('<user>', 'the Biuwer basic user', name)
    .argument('<id>', 'the id of the Biuwer token (bwt_…)', name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('users biuwer-tokens delete store-1 bwt_…'))
    .action(async (user, id, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const { users } = await edge()
      if (!yes)
        await consent(
          'sessions',
          () =>
            `Forgets the Biuwer token ${visible(id)} of ${visible(user)}, and ends the sessions that show it.`,
        )
      out.object(await users.deleteBiuwerToken(user, id))
    })
}
