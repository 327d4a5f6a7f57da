import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { LinkedUser, TokenRecord } from '../../client/api-types.ts'
import type { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { BIUWER_TOKEN_SOURCE, biuwerToken, biuwerTokens, interval } from './biuwer-tokens.ts'
import { signOutUser } from './sign-out.ts'

const COLUMNS = {
  USER: ({ user }: LinkedUser) => user,
  'LIVE TOKENS': ({ live_tokens }: LinkedUser) => `${live_tokens}`,
  LINKED: ({ linked_at }: LinkedUser) => linked_at,
  'TOKEN SET': ({ updated_at }: LinkedUser) => updated_at,
  'BIUWER TOKEN': ({ biuwer_token_status }: LinkedUser) => biuwer_token_status,
  ENDS: ({ biuwer_token_ends }: LinkedUser) => biuwer_token_ends,
}

export function users(): CommandUnknownOpts {
  return new Command('users')
    .description('users and the Biuwer tokens that the vault holds for them')
    .addCommand(list())
    .addCommand(link())
    .addCommand(show())
    .addCommand(unlink())
    .addCommand(revokeTokens())
    .addCommand(signOutUser())
    .addCommand(biuwerTokens())
}

function list(): CommandUnknownOpts {
  return new Command('list')
    .description('linked users, by name')
    .option('--prefix <text>', 'whose name begins so')
    .addOption(
      new Option(
        '--biuwer-tokens <ends>',
        'whose last Biuwer token ends within a week, or whose have all ended',
      ).choices(['ending', 'expired'] as const),
    )
    .addHelpText(
      'after',
      example('users list --prefix store-', 'users list --biuwer-tokens ending --json | jq -r .user'),
    )
    .action(async ({ prefix, biuwerTokens: biuwerToken }, command) => {
      const { out, edge } = contextOf(command)
      const filter = { ...(prefix !== undefined && { prefix }), ...(biuwerToken && { biuwerToken }) }
      out.list(await Array.fromAsync((await edge()).users.list(filter)), COLUMNS)
    })
}

function link(): CommandUnknownOpts {
  return new Command('link')
    .description("put a user's Biuwer authentication token into the vault, or replace it")
    .argument('<user>', 'the Biuwer basic user', name)
    .option('--from <time>', 'valid from, at Biuwer (RFC 3339; default: now)')
    .option('--to <time>', 'valid until, at Biuwer (default: no end)')
    .addHelpText(
      'after',
      `
${BIUWER_TOKEN_SOURCE} It takes the place of all that the user has; \`users biuwer-tokens add\` adds one to them.
${example('users link store-1', 'users link store-1 --to 2027-01-01T00:00:00Z < biuwer-token.txt')}`,
    )
    .action(async (user, { from, to }, command) => {
      const { out, edge } = contextOf(command)
      const { users } = await edge()
      const biuwer_token = await biuwerToken(user)
      out.object(await users.link(user, { biuwer_token, ...interval({ from, to }) }))
    })
}

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('since when a user is linked; the Biuwer token itself is never given back')
    .argument('<user>', 'the Biuwer basic user', name)
    .addHelpText('after', example('users show store-1'))
    .action(async (user, _options, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).users.get(user))
    })
}

function unlink(): CommandUnknownOpts {
  return new Command('unlink')
    .description("forget a user's Biuwer token and revoke all of the user's embed tokens")
    .argument('<user>', 'the Biuwer basic user', name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('users unlink store-1', 'users unlink store-1 --yes --json'))
    .action(async (user, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (!yes) await confirm(to, user, `Unlinks ${user} and revokes`)
      out.object(await to.users.unlink(user))
    })
}

function revokeTokens(): CommandUnknownOpts {
  return new Command('revoke-tokens')
    .description("revoke all of a user's embed tokens; the user stays linked")
    .argument('<user>', 'the Biuwer basic user', name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('users revoke-tokens store-1 --yes'))
    .action(async (user, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      if (!yes) await confirm(to, user, 'Revokes')
      out.object(await to.users.revokeTokens(user))
    })
}

/** Says what goes for good, and goes on only when told to. */
function confirm(edge: BiuwerEdge, user: string, deed: string): Promise<void> {
  return consent('tokens for good', async () => {
    const standing: TokenRecord[] = []
    for (const status of ['active', 'pending'] as const) {
      for await (const record of edge.tokens.list({ user, status })) standing.push(record)
    }
    const named = standing
      .slice(0, 20)
      .map(({ id, label }) => `  ${visible(id)} ${JSON.stringify(label ?? '')}`)
    const rest = standing.length > 20 ? [`  and ${standing.length - 20} more`] : []
    return [`${deed} ${standing.length} token(s) of ${visible(user)}, for good:`, ...named, ...rest].join(
      '\n',
    )
  })
}
