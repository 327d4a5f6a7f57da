import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { REFRESH_POLICIES, REGIONS } from '../../worker/policy/record.ts'
import { example, idempotencyKey, pair, several, wholeNumber } from '../arguments.ts'
import { contextOf } from '../context.ts'

export function create(): CommandUnknownOpts {
  return new Command('create')
    .description('make a token record; prints it with its first token')
    .requiredOption('--user <user>', 'the linked user it stands for')
    .option('--resource <id>', 'a resource it opens; may be repeated (default: any)', several)
    .option(
      '--origin <origin>',
      'a host origin, or https://*.example.com; may be repeated (default: any allowed)',
      several,
    )
    .addOption(new Option('--refresh <policy>', 'how often it gives a new token').choices(REFRESH_POLICIES))
    .option('--from <time>', 'valid from (RFC 3339; default: now)')
    .option('--to <time>', 'valid until (default: no end)')
    .option('--time-zone <zone>', 'IANA zone of its days and months (default: UTC)')
    .option('--overlap <seconds>', 'how long a token outlives its period', wholeNumber('--overlap'))
    .option('--single-use-ttl <seconds>', 'life of a single-use token', wholeNumber('--single-use-ttl'))
    .addOption(new Option('--region <hint>', 'where spends are kept').choices(REGIONS))
    .option('--label <text>', 'a name for people')
    .option('--metadata <name=value>', 'a note for programs; may be repeated', pair)
    .option('--idempotency-key <key>', 'the same key and fields within a day make one record', idempotencyKey)
    .addHelpText(
      'after',
      example(
        'tokens create --user store-1 --resource 9f2c… --refresh daily --time-zone Europe/Madrid',
        'tokens create --user store-1 --refresh single-use --single-use-ttl 60 --json | jq -r .token',
      ),
    )
    .action(async (options, command) => {
      const { out, edge } = contextOf(command)
      const { resource, origin, timeZone, singleUseTtl, idempotencyKey, ...same } = options
      const request = {
        ...same,
        ...(resource && { resources: resource }),
        ...(origin && { origins: origin }),
        ...(timeZone !== undefined && { time_zone: timeZone }),
        ...(singleUseTtl !== undefined && { single_use_ttl: singleUseTtl }),
      }
      const keyed = idempotencyKey === undefined ? {} : { idempotencyKey }
      out.object(await (await edge()).tokens.create(request, keyed))
    })
}
