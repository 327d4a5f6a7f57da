import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { REMEDIES } from '../../api/remedies.ts'
import type { Refusal } from '../../client/api-types.ts'
import type { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { REFUSAL_CODES } from '../../worker/policy/refusal.ts'
import { count, example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { notFound, wrongUsage } from '../failures.ts'
import { atMost, type Columns, type Output } from '../output.ts'

const COLUMNS: Columns<Refusal> = {
  AT: ({ at }) => at,
  CODE: ({ code }) => code,
  USER: ({ user }) => user,
  'RECORD OR SIGNER': ({ token, signer }) => token ?? signer,
  RESOURCE: ({ resource }) => resource,
  ORIGIN: ({ origin }) => origin,
  REQUEST: ({ request_id }) => request_id,
}

export function refusals(): CommandUnknownOpts {
  return new Command('refusals')
    .description('openings that were refused within 7 days, newest first')
    .option('--user <user>', 'of this user alone')
    .addOption(new Option('--code <code>', 'with this code alone').choices(REFUSAL_CODES))
    .option('--of <id>', 'of this record alone, or of this signer')
    .option('--request <id>', 'of this request alone, as the tag names it')
    .option('--limit <n>', 'at most so many', count('--limit'), 50)
    .addHelpText('after', example('refusals --user store-1', 'refusals --code origin_not_allowed --limit 10'))
    .action(async ({ user, code, of: token, request, limit }, command) => {
      const { out, edge } = contextOf(command)
      const filter = {
        ...(user !== undefined && { user }),
        ...(code !== undefined && { code }),
        ...(token !== undefined && { token }),
        ...(request !== undefined && { request_id: request }),
      }
      out.list(await atMost(limit, (await edge()).refusals.list(filter)), COLUMNS)
    })
}

/** Tells why a request was refused, as the edge remembers it, and what to do. */
export async function explainRefusal(edge: BiuwerEdge, out: Output, request_id: string): Promise<void> {
  if (!/^req_[A-Za-z0-9_-]{22}$/.test(request_id))
    throw wrongUsage(
      'A request id is "req_" and 22 characters. A token is no argument: pipe it in with --stdin.',
    )
  const [refusal] = await atMost(1, edge.refusals.list({ request_id }))
  if (!refusal)
    throw notFound(
      'The edge remembers no such refusal. It keeps them for 7 days, of tokens whose signature holds, and the first of many alike.',
    )
  if (out.json) return out.object(refusal)
  const { check, detail, code, ...asked } = refusal
  out.list([{ check, detail }], {
    CHECK: (row) => row.check,
    '': () => 'no',
    DETAIL: (row) => row.detail,
  })
  out.note('')
  out.object({ code, ...asked })
  out.note(`\nWhat to do: ${REMEDIES[code].replaceAll('`', '')}`)
}
