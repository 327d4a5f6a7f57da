import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { REFRESH_POLICIES, REGIONS } from '../../worker/policy/record.ts'
import { wrongUsage } from '../failures.ts'
import { example, pair, several, visibleAscii, wholeNumber } from '../help.ts'
import { contextOf } from '../settings.ts'

export function create(): CommandUnknownOpts {
  return new Command('create')
    .description('make a token record; prints it with its first value')
    .requiredOption('--user <user>', 'the linked user it stands for')
    .option('--resource <id>', 'a resource it opens; may be repeated (default: any)', several)
    .option('--origin <origin>', 'a host origin; may be repeated (default: any allowed)', several)
    .addOption(new Option('--refresh <policy>', 'how often it gives a new value').choices(REFRESH_POLICIES))
    .option('--from <time>', 'valid from (RFC 3339; default: now)')
    .option('--to <time>', 'valid until (default: no end)')
    .option('--time-zone <zone>', 'IANA zone of its days and months (default: UTC)')
    .option('--overlap <seconds>', 'how long a value outlives its period', wholeNumber)
    .option('--single-use-ttl <seconds>', 'life of a single-use value', wholeNumber)
    .addOption(new Option('--region <hint>', 'where spends are kept').choices(REGIONS))
    .option('--label <text>', 'a name for people')
    .option('--metadata <name=value>', 'a note for programs; may be repeated', pair)
    .option('--idempotency-key <key>', 'the same key and fields within a day make one record', visibleAscii)
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
      const body = {
        ...same,
        ...(resource && { resources: resource }),
        ...(origin && { origins: origin }),
        ...(timeZone !== undefined && { time_zone: timeZone }),
        ...(singleUseTtl !== undefined && { single_use_ttl: singleUseTtl }),
      }
      const headers = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }
      out.object(await (await edge()).json<object>('POST', ['v1', 'tokens'], { body, headers }))
    })
}

const CLEARABLE = ['label', 'to', 'resources', 'origins'] as const

export function update(): CommandUnknownOpts {
  return new Command('update')
    .description('change a token record; new resources, origins or end give new values')
    .argument('<id>')
    .option('--label <text>', 'a name for people')
    .option('--to <time>', 'valid until (RFC 3339)')
    .option('--resource <id>', 'a resource it opens; may be repeated, replaces all', several)
    .option('--origin <origin>', 'a host origin; may be repeated, replaces all', several)
    .option('--metadata <name=value>', 'sets a note; may be repeated, keeps the others', pair)
    .option('--remove-metadata <name>', 'takes a note out; may be repeated', several)
    .addOption(
      new Option('--clear <field...>', 'no label, no end, any resource, any allowed origin').choices(
        CLEARABLE,
      ),
    )
    .addHelpText(
      'after',
      example(
        'tokens update tok_5Yd0… --to 2027-01-01T00:00:00Z --label "Store 1"',
        'tokens update tok_5Yd0… --clear to origins --remove-metadata ticket',
      ),
    )
    .action(async (id, options, command) => {
      const { out, edge } = contextOf(command)
      const body = changes(options)
      if (Object.keys(body).length === 0) throw wrongUsage('Nothing to change: pass at least one option.')
      out.object(await (await edge()).json<object>('PATCH', ['v1', 'tokens', id], { body }))
    })
}

interface UpdateOptions {
  label?: string | undefined
  to?: string | undefined
  resource?: string[] | undefined
  origin?: string[] | undefined
  metadata?: Record<string, string> | undefined
  removeMetadata?: string[] | undefined
  clear?: (typeof CLEARABLE)[number][] | undefined
}

/** The body of `PATCH /v1/tokens/{id}`, where null clears a field (RFC 7396). */
function changes({
  resource,
  origin,
  metadata,
  removeMetadata,
  clear = [],
  label,
  to,
}: UpdateOptions): object {
  const set = {
    ...(label !== undefined && { label }),
    ...(to !== undefined && { to }),
    ...(resource && { resources: resource }),
    ...(origin && { origins: origin }),
  }
  const both = clear.find((field) => field in set)
  if (both) throw wrongUsage(`Either set ${both} or clear it.`)
  const removed = Object.fromEntries((removeMetadata ?? []).map((name) => [name, null]))
  return {
    ...set,
    ...Object.fromEntries(clear.map((field) => [field, null])),
    ...((metadata || removeMetadata) && { metadata: { ...metadata, ...removed } }),
  }
}
