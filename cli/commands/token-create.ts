import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { REFRESH_POLICIES, REGIONS } from '../../worker/policy/record.ts'
import { example, idempotencyKey, pair, wholeNumber } from '../arguments.ts'
import { contextOf } from '../context.ts'
import {
  anyOrigin,
  anyResource,
  decided,
  lists,
  originOption,
  resourceOption,
  said,
  saidTime,
} from '../limits.ts'

export function create(): CommandUnknownOpts {
  return new Command('create')
    .description('make a token record; prints it with its first token')
    .requiredOption('--user <user>', 'the linked user it stands for')
    .addOption(resourceOption())
    .addOption(anyResource())
    .addOption(originOption())
    .addOption(anyOrigin())
    .addOption(new Option('--refresh <policy>', 'how often it gives a new token').choices(REFRESH_POLICIES))
    .option('--from <time>', 'valid from (RFC 3339; default: now)')
    .option('--to <time>', 'valid until, or never')
    .option('--time-zone <zone>', 'IANA zone of its days and months (default: UTC)')
    .option('--overlap <seconds>', 'how long a token outlives its period', wholeNumber('--overlap'))
    .option('--single-use-ttl <seconds>', 'life of a single-use token', wholeNumber('--single-use-ttl'))
    .addOption(new Option('--region <hint>', 'where spends are kept').choices(REGIONS))
    .option('--label <text>', 'a name for people')
    .option('--metadata <name=value>', 'a note for programs; may be repeated', pair)
    .option('--idempotency-key <key>', 'the same key and fields within a day make one record', idempotencyKey)
    .addHelpText(
      'after',
      `
What it opens, in which pages, and until when is asked for where no option says it; without a terminal all three are needed.
${example(
  'tokens create --user store-1 --resource 9f2c… --origin https://app.example.com --to never --refresh daily',
  'tokens create --user store-1 --any-resource --any-origin --to 2027-01-01T00:00:00Z --json | jq -r .token',
)}`,
    )
    .action(async (options, command) => {
      const { out, edge } = contextOf(command)
      const {
        resource,
        anyResource,
        origin,
        anyOrigin,
        to,
        timeZone,
        singleUseTtl,
        idempotencyKey,
        ...same
      } = options
      const { to: end, ...scope } = await decided({
        resources: said(resource, anyResource),
        origins: said(origin, anyOrigin),
        to: saidTime(to),
      })
      const request = {
        ...same,
        ...lists(scope),
        ...(end?.[0] !== undefined && { to: end[0] }),
        ...(timeZone !== undefined && { time_zone: timeZone }),
        ...(singleUseTtl !== undefined && { single_use_ttl: singleUseTtl }),
      }
      const keyed = idempotencyKey === undefined ? {} : { idempotencyKey }
      out.object(await (await edge()).tokens.create(request, keyed))
    })
}
