import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { wrongUsage } from '../failures.ts'
import { count, example } from '../help.ts'
import type { Columns } from '../output.ts'
import { paint } from '../output.ts'
import { contextOf } from '../settings.ts'
import { askSecret, canAsk, readStdin } from '../terminal.ts'
import { create, update } from './token-fields.ts'

/** What the tables show of a token record. */
export interface TokenRecord {
  id: string
  user: string
  status: string
  refresh: string
  resources: string[] | null
  to: string | null
  last_used_at: string | null
  label: string | null
}

const STATUSES = ['pending', 'active', 'expired', 'revoked'] as const

const COLUMNS: Columns<TokenRecord> = {
  ID: ({ id }) => id,
  USER: ({ user }) => user,
  STATUS: ({ status }) => status,
  REFRESH: ({ refresh }) => refresh,
  RESOURCES: ({ resources }) => resources ?? 'any',
  TO: ({ to }) => to,
  'LAST USED': ({ last_used_at }) => last_used_at,
  LABEL: ({ label }) => label,
}

export function tokens(): CommandUnknownOpts {
  return new Command('tokens')
    .description('token records, and the values they give out')
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
    .option('--limit <n>', 'at most so many (default: all)', count, Number.POSITIVE_INFINITY)
    .addHelpText(
      'after',
      example('tokens list --user store-1 --status active', 'tokens list --json | jq -r .id'),
    )
    .action(async ({ user, status, text, limit }, command) => {
      const { out, edge } = contextOf(command)
      const records = (await edge()).items<TokenRecord>(['v1', 'tokens'], { user, status, text }, limit)
      out.list(await Array.fromAsync(records), COLUMNS)
    })
}

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('one token record')
    .argument('<id>')
    .addHelpText('after', example('tokens show tok_5Yd0…'))
    .action(async (id, _options, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).json<object>('GET', ['v1', 'tokens', id]))
    })
}

function refresh(): CommandUnknownOpts {
  return new Command('refresh')
    .description('the value that the record gives out now')
    .argument('<id>')
    .option('--rotate', "start a new generation: older values end after the record's overlap")
    .addHelpText('after', example('tokens refresh tok_5Yd0… --json | jq -r .token'))
    .action(async (id, { rotate }, command) => {
      const { out, edge } = contextOf(command)
      const body = rotate ? { rotate } : {}
      out.object(await (await edge()).json<object>('POST', ['v1', 'tokens', id, 'refresh'], { body }))
    })
}

function revoke(): CommandUnknownOpts {
  return new Command('revoke')
    .description('end a token record and its sessions, for good; says from when at the latest')
    .argument('<id>')
    .addHelpText('after', example('tokens revoke tok_5Yd0…'))
    .action(async (id, _options, command) => {
      const { out, edge } = contextOf(command)
      out.object(await (await edge()).json<object>('DELETE', ['v1', 'tokens', id]))
    })
}

interface Explanation {
  allowed: boolean
  checks: { check: string; ok: boolean; detail: string }[]
}

function explain(): CommandUnknownOpts {
  return new Command('explain')
    .description('why an opening is let in or refused: every check in order, consuming nothing')
    .argument('<id>')
    .option('--no-value', 'ask about the record alone')
    .option('--resource <id>', 'opening this resource')
    .option('--origin <origin>', 'in a page of this origin')
    .option('--at <time>', 'at this time (RFC 3339) instead of now')
    .addHelpText(
      'after',
      `
The value is read from BIUWER_EMBED_TOKEN, else from standard input, else asked for without echo;
an empty one asks about the record alone.
${example('tokens explain tok_5Yd0… --resource 9f2c… --origin https://app.example.com < value.txt')}`,
    )
    .action(async (id, { value, resource, origin, at }, command) => {
      const { out, edge } = contextOf(command)
      const to = await edge()
      const token = value ? await embedToken() : undefined
      const body = { ...(token && { token }), ...(resource && { resource }), ...(origin && { origin }) }
      const answer = await to.json<Explanation>('POST', ['v1', 'tokens', id, 'explain'], {
        body: { ...body, ...(at && { at }) },
      })
      if (out.json) return out.object(answer)
      out.list(answer.checks, {
        CHECK: ({ check }) => check,
        '': ({ ok }) => (ok ? 'ok' : 'no'),
        DETAIL: ({ detail }) => detail,
      })
      console.log(answer.allowed ? paint('green', 'It would open.') : paint('red', 'It would be refused.'))
    })
}

async function embedToken(): Promise<string> {
  const token = process.env.BIUWER_EMBED_TOKEN?.trim()
  if (token) return token
  const given = canAsk() ? await askSecret('Embed token value (Enter for none): ') : await readStdin()
  if (given.length > 16_384) throw wrongUsage('That is too long for an embed token value.')
  return given
}
