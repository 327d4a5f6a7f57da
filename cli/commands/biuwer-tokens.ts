import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { BiuwerToken } from '../../client/api-types.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { withDistance } from '../distance.ts'
import type { Columns } from '../output.ts'
import { neededSecret, origins, STDIN } from '../secret-input.ts'

const COLUMNS: Columns<BiuwerToken> = {
  ID: 'id',
  STATUS: 'status',
  FROM: 'from',
  TO: ({ to }) => (to === null ? 'never' : withDistance(to)),
  'CAME FROM': ({ by_source }) => (by_source ? 'token source' : 'hand'),
  ADDED: 'added_at',
}

/** The Biuwer token of a user. */
export const BIUWER_TOKEN = { called: 'Biuwer token', variable: 'BIUWER_TOKEN' } as const

export function biuwerTokens(): CommandUnknownOpts {
  return new Command('biuwer-tokens')
    .description("Biuwer's own tokens of a user, each with its interval")
    .addCommand(list())
    .addCommand(add())
    .addCommand(remove())
}

/** Reads a user's Biuwer token, wherever it is. */
export function biuwerToken(user: string, stdin: boolean): Promise<string> {
  return neededSecret(BIUWER_TOKEN, stdin, `Biuwer token of ${user}: `)
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
    .option(STDIN[0], `the Biuwer token: ${STDIN[1]}`)
    .option('--from <time>', 'valid from, at Biuwer (RFC 3339; default: now)')
    .option('--to <time>', 'valid until, at Biuwer (default: no end)')
    .addHelpText(
      'after',
      `\n${origins(BIUWER_TOKEN)}${example(
        'users biuwer-tokens add store-1 --from 2027-01-01T00:00:00Z --stdin < next.txt',
      )}`,
    )
    .action(async (user, { stdin = false, from, to }, command) => {
      const { out, edge } = contextOf(command)
      const { users } = await edge()
      const biuwer_token = await biuwerToken(user, stdin)
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
