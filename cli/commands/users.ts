import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { LinkedUser, TokenRecord } from '../../client/api-types.ts'
import type { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { BIUWER_REFRESHES } from '../../worker/policy/biuwer-refresh.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { withDistance } from '../distance.ts'
import { all, type Columns } from '../output.ts'
import { givenSecret, origins, STDIN } from '../secret-input.ts'
import { BIUWER_TOKEN, biuwerToken, biuwerTokens, interval } from './biuwer-tokens.ts'
import { signOutUser } from './sign-out.ts'

const COLUMNS: Columns<LinkedUser> = {
  USER: 'user',
  'LIVE TOKENS': 'live_tokens',
  LINKED: 'linked_at',
  'TOKEN SET': 'updated_at',
  'BIUWER TOKEN': 'biuwer_token_status',
  ENDS: ({ biuwer_token_ends }) => biuwer_token_ends && withDistance(biuwer_token_ends),
  REFRESH: replaced,
}

/** How a user's Biuwer tokens are replaced; and since when the token source fails to. */
function replaced({ biuwer_refresh, biuwer_refresh_failing_since: since }: LinkedUser): string {
  return since === null ? biuwer_refresh : `${biuwer_refresh}, failing since ${since}`
}

export function users(): CommandUnknownOpts {
  return new Command('users')
    .description('users and the Biuwer tokens that the vault holds for them')
    .addCommand(list())
    .addCommand(link())
    .addCommand(update())
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
        '--biuwer-tokens <state>',
        'whose last Biuwer token ends within a week, whose have all ended, or whom the token source gives none',
      ).choices(['ending', 'expired', 'failing'] as const),
    )
    .addHelpText(
      'after',
      example('users list --prefix store-', 'users list --biuwer-tokens ending --json | jq -r .user'),
    )
    .action(async ({ prefix, biuwerTokens: biuwerToken }, command) => {
      const { out, edge } = contextOf(command)
      const filter = { ...(prefix !== undefined && { prefix }), ...(biuwerToken && { biuwerToken }) }
      out.list(await all((await edge()).users.list(filter)), COLUMNS)
    })
}

function link(): CommandUnknownOpts {
  return new Command('link')
    .description("put a user's Biuwer authentication token into the vault, or replace those that are there")
    .argument('<user>', 'the Biuwer basic user', name)
    .option(STDIN[0], `the Biuwer token: ${STDIN[1]}`)
    .option('--from <time>', 'valid from, at Biuwer (RFC 3339; default: now)')
    .option('--to <time>', 'valid until, at Biuwer (default: no end)')
    .addOption(refreshOption().default('manual' as const))
    .addHelpText(
      'after',
      `
${origins(BIUWER_TOKEN)}
It takes the place of all that the user has; \`users biuwer-tokens add\` adds one to them.
With another --refresh than manual the token source gives the Biuwer tokens, and nobody is asked for one.
${REFRESH_MEANINGS}
${example(
  'users link store-1',
  'users link store-1 --to 2027-01-01T00:00:00Z --stdin < biuwer-token.txt',
  'users link store-1 --refresh daily',
)}`,
    )
    .action(async (user, { stdin = false, from, to, refresh }, command) => {
      const { out, edge } = contextOf(command)
      const { users } = await edge()
      const token =
        refresh === 'manual' ? await biuwerToken(user, stdin) : await givenSecret(BIUWER_TOKEN, stdin)
      const biuwer_token = token === undefined ? {} : { biuwer_token: token }
      out.object(
        await users.link(user, { ...biuwer_token, ...interval({ from, to }), biuwer_refresh: refresh }),
      )
    })
}

function update(): CommandUnknownOpts {
  return new Command('update')
    .description("change how a user's Biuwer tokens are replaced; says from when at the latest")
    .argument('<user>', 'the Biuwer basic user', name)
    .addOption(refreshOption().makeOptionMandatory())
    .addHelpText('after', `\n${REFRESH_MEANINGS}\n${example('users update store-1 --refresh session')}`)
    .action(async (user, { refresh }, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).users.update(user, { biuwer_refresh: refresh }))
    })
}

function refreshOption() {
  return new Option('--refresh <how>', 'how Biuwer tokens are replaced').choices(BIUWER_REFRESHES)
}

const REFRESH_MEANINGS = `Biuwer tokens are replaced:
  manual   by hand: add the next one before the present one ends
  monthly  by the token source, every month, ahead of the end of the present one
  daily    by the token source, every day
  session  by the token source, for each session: it is deleted when the session ends
The last three need a token source (BIUWER_TOKEN_SOURCE of the deployment).`

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('since when a user is linked; Biuwer tokens themselves are never given back')
    .argument('<user>', 'the Biuwer basic user', name)
    .addHelpText('after', example('users show store-1'))
    .action(async (user, _options, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).users.get(user))
    })
}

function unlink(): CommandUnknownOpts {
  return new Command('unlink')
    .description("forget a user's Biuwer tokens and revoke all of the user's embed tokens")
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
