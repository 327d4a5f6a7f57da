import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { UpdateRequest } from '../../client/api-types.ts'
import { example, name, pair, several } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'

const CLEARABLE = ['label', 'to', 'resources', 'origins'] as const

export function update(): CommandUnknownOpts {
  return new Command('update')
    .description('change a token record; new resources, origins or end give new tokens')
    .argument('<id>', "the record's id", name)
    .option('--label <text>', 'a name for people')
    .option('--to <time>', 'valid until (RFC 3339)')
    .option('--resource <id>', 'a resource it opens; may be repeated, replaces all', several)
    .option(
      '--origin <origin>',
      'a host origin, or https://*.example.com; may be repeated, replaces all',
      several,
    )
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
      const changes = changesOf(options)
      if (Object.keys(changes).length === 0) throw wrongUsage('Nothing to change: pass at least one option.')
      out.object(await (await edge()).tokens.update(id, changes))
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
function changesOf({
  resource,
  origin,
  metadata,
  removeMetadata,
  clear = [],
  label,
  to,
}: UpdateOptions): UpdateRequest {
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
