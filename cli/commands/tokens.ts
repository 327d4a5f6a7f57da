import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { TokenRecord } from '../../client/api-types.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { count, example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { EXIT } from '../failures.ts'
import { atMost, type Columns } from '../output.ts'
import { givenSecret, STDIN } from '../secret-input.ts'
import { EMBED_TOKEN, showExplanation } from './explain.ts'
import { create } from './token-create.ts'
import { update } from './token-update.ts'

const STATUSES = ['pending', 'active', 'expired', 'revoked'] as const

const COLUMNS: Columns<TokenRecord> = {
  ID: 'id',
  USER: 'user',
  STATUS: 'status',
  REFRESH: 'refresh',
  RESOURCES: 'resources',
  ORIGINS: 'origins',
  TO: 'to',
  'LAST USED': 'last_used_at',
  LABEL: 'label',
}

export function tokens(): CommandUnknownOpts {
  return new Command('tokens')
    .description('token records, and the tokens they give out')
    .addCommand(create())
    .addCommand(list())
    .addCommand(show())
    .addCommand(refresh())
    .addCommand(update())
    .addCommand(revoke())
    .addCommand(explain())
}

function list(): CommandUnknownOpts {
  return new Command('list')
    .description('token records, newest first')
    .option('--user <user>', 'of this user alone')
    .addOption(new Option('--status <status>', 'in this state alone').choices(STATUSES))
    .option('--text <text>', 'with this in their user or label, or in the beginning of their id')
    .option('--limit <n>', 'at most so many (default: all)', count('--limit'))
    .addHelpText(
      'after',
      example('tokens list --user store-1 --status active', 'tokens list --json | jq -r .id'),
    )
    .action(async ({ user, status, text, limit = Infinity }, command) => {
      const { out, edge } = contextOf(command)
      const filter = {
        ...(user !== undefined && { user }),
        ...(status !== undefined && { status }),
        ...(text !== undefined && { text }),
      }
      out.list(await atMost(limit, (await edge()).tokens.list(filter)), COLUMNS)
    })
}

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('one token record')
    .argument('<id>', "the record's id", name)
    .addHelpText('after', example('tokens show tok_5Yd0…'))
    .action(async (id, _options, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).tokens.get(id))
    })
}

function refresh(): CommandUnknownOpts {
  return new Command('refresh')
    .description('the token that the record gives out now')
    .argument('<id>', "the record's id", name)
    .option('--rotate', "start a new generation: older tokens end after the record's overlap")
    .addHelpText('after', example('tokens refresh tok_5Yd0… --json | jq -r .token'))
    .action(async (id, { rotate }, command) => {
      const { out, edge } = contextOf(command)
      const { tokens } = await edge()
      out.object(await (rotate ? tokens.rotate(id) : tokens.refresh(id)))
    })
}

function revoke(): CommandUnknownOpts {
  return new Command('revoke')
    .description('end a token record and its sessions, for good; says from when at the latest')
    .argument('<id>', "the record's id", name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('tokens revoke tok_5Yd0… --yes'))
    .action(async (id, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const { tokens } = await edge()
      if (!yes) await confirm(await tokens.get(id))
      out.object(await tokens.revoke(id))
    })
}

/** Says which record goes for good, and goes on only when told to. */
function confirm({ id, user, label }: TokenRecord): Promise<void> {
  const named = label === null ? visible(id) : `${visible(id)}, "${visible(label)}"`
  return consent(
    'a token record for good',
    () => `Revokes ${named}, of ${visible(user)}: its tokens open nothing any more, and their sessions end.`,
  )
}

function explain(): CommandUnknownOpts {
  return new Command('explain')
    .description('why an opening is let in or refused: every check in order, consuming nothing')
    .argument('<id>', "the record's id", name)
    .option(STDIN[0], `the token: ${STDIN[1]}`)
    .option('--no-token', 'ask about the record alone, even where BIUWER_EMBED_TOKEN is set')
    .option('--resource <id>', 'opening this resource')
    .option('--origin <origin>', 'in a page of this origin')
    .option('--at <time>', 'at this time (RFC 3339) instead of now')
    .addHelpText(
      'after',
      `
The token is read with --stdin from standard input, else from ${EMBED_TOKEN.variable}. Without one, the record alone is asked about.
Ends with ${EXIT.notAllowed} where the answer is that it would be refused.
${example(
  'tokens explain tok_5Yd0… --resource 9f2c… --origin https://app.example.com',
  'tokens explain tok_5Yd0… --resource 9f2c… --origin https://app.example.com --stdin < token.txt',
)}`,
    )
    .action(async (id, { token: asks, stdin = false, resource, origin, at }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      const token = asks ? await givenSecret(EMBED_TOKEN, stdin) : undefined
      const answer = await to.tokens.explain(id, {
        ...(token && { token }),
        ...(resource && { resource }),
        ...(origin && { origin }),
        ...(at && { at }),
      })
      showExplanation(out, answer)
    })
}
