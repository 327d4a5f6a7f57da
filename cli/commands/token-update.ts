import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { UpdateRequest } from '../../client/api-types.ts'
import { example, name, pair, several } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import { anyOrigin, anyResource, originOption, resourceOption } from '../limits.ts'

export function update(): CommandUnknownOpts {
  return new Command('update')
    .description('change a token record; new resources, origins or end give new tokens')
    .argument('<id>', "the record's id", name)
    .option('--label <text>', 'a name for people')
    .option('--no-label', 'no name')
    .option('--to <time>', 'valid until (RFC 3339), or never')
    .addOption(resourceOption('; replaces all'))
    .addOption(anyResource())
    .addOption(originOption('; replaces all'))
    .addOption(anyOrigin())
    .option('--metadata <name=value>', 'sets a note; may be repeated, keeps the others', pair)
    .option('--remove-metadata <name>', 'takes a note out; may be repeated', several)
    .addHelpText(
      'after',
      example(
        'tokens update tok_5Yd0… --to 2027-01-01T00:00:00Z --label "Store 1"',
        'tokens update tok_5Yd0… --to never --any-origin --remove-metadata ticket',
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
  label?: string | boolean | undefined
  to?: string | undefined
  resource?: string[] | undefined
  anyResource?: true | undefined
  origin?: string[] | undefined
  anyOrigin?: true | undefined
  metadata?: Record<string, string> | undefined
  removeMetadata?: string[] | undefined
}

/** The body of `PATCH /v1/tokens/{id}`, where null clears a field (RFC 7396). */
function changesOf(options: UpdateOptions): UpdateRequest {
  const { label, to, resource, anyResource, origin, anyOrigin, metadata, removeMetadata } = options
  const removed = Object.fromEntries((removeMetadata ?? []).map((name) => [name, null]))
  return {
    ...(typeof label === 'string' && { label }),
    ...(label === false && { label: null }),
    ...(to !== undefined && { to: to === 'never' ? null : to }),
    ...((resource || anyResource) && { resources: resource ?? null }),
    ...((origin || anyOrigin) && { origins: origin ?? null }),
    ...((metadata || removeMetadata) && { metadata: { ...metadata, ...removed } }),
  }
}
