import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { ChangedSigner, Signer, SignerUpdateRequest } from '../../client/api-types.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name, several, wholeNumber } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import {
  allUsers,
  anyOrigin,
  anyResource,
  decided,
  lists,
  originOption,
  resourceOption,
  said,
  userOption,
} from '../limits.ts'
import { all, type Columns, type Output } from '../output.ts'
import { readPublicKeys } from '../public-keys.ts'

const COLUMNS: Columns<Signer> = {
  ID: 'id',
  NAME: 'name',
  KEYS: keyNames,
  USERS: 'users',
  RESOURCES: 'resources',
  ORIGINS: 'origins',
  'MAX TTL': 'max_ttl',
  'SINGLE USE': 'single_use',
  STATUS: 'status',
  'LAST USED': 'last_used_at',
}

const ID = "the signer's id"
const USER = 'a user of its tokens'
const MAX_TTL = 'how long a token lives at most'
const KEY_FILE = `
A key file is a public key as PEM, a JWK or a JWK Set; - reads it from standard input. Private keys are refused:
  $ openssl pkey -in private.pem -pubout > public.pem`

export function signers(): CommandUnknownOpts {
  return new Command('signers')
    .description('public keys of hosts that sign tokens themselves')
    .addCommand(create())
    .addCommand(list())
    .addCommand(show())
    .addCommand(update())
    .addCommand(addKey())
    .addCommand(removeKey())
    .addCommand(remove())
}

function create(): CommandUnknownOpts {
  return new Command('create')
    .description('register public keys; tokens that their holder signs work at once')
    .argument('<name>', 'who or what signs: the audit names it so')
    .requiredOption('--key <file>', 'a public key; may be repeated', several)
    .addOption(kid())
    .addOption(alg())
    .addOption(userOption(USER))
    .addOption(allUsers())
    .addOption(resourceOption())
    .addOption(anyResource())
    .addOption(originOption())
    .addOption(anyOrigin())
    .option('--max-ttl <seconds>', `${MAX_TTL} (default: 300)`, wholeNumber('--max-ttl'))
    .option('--reusable', 'a token may be used until it ends, not for one page view alone')
    .addHelpText(
      'after',
      `${KEY_FILE}
For whom its tokens are, what they open and in which pages is asked for where no option says it; without a terminal all three are needed.
${example(
  "signers create 'Backend of app.example.com' --key public.pem --user 'store-*' --any-resource --origin https://app.example.com",
)}`,
    )
    .action(async (name, options, command) => {
      const { out, edge } = contextOf(command)
      const keys = await readPublicKeys(options.key, options)
      const limits = await decided({
        users: said(options.user, options.allUsers),
        resources: said(options.resource, options.anyResource),
        origins: said(options.origin, options.anyOrigin),
      })
      const { signers } = await edge()
      showSigner(out, await signers.create({ name, keys: { keys }, ...lists(limits), ...lifeOf(options) }))
    })
}

function list(): CommandUnknownOpts {
  return new Command('list')
    .description('signers, newest first, deleted ones included')
    .addHelpText('after', example('signers list', 'signers list --json | jq -r .id'))
    .action(async (_options, command) => {
      const { out, edge } = contextOf(command)
      out.list(await all((await edge()).signers.list()), COLUMNS)
    })
}

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('one signer')
    .argument('<id>', ID, name)
    .addHelpText('after', example('signers show sig_Yd0f…'))
    .action(async (id, _options, command) => {
      const { out, edge } = contextOf(command)
      showSigner(out, await (await edge()).signers.get(id))
    })
}

function update(): CommandUnknownOpts {
  return new Command('update')
    .description('change what the tokens of a signer may do; says from when at the latest')
    .argument('<id>', ID, name)
    .option('--name <text>', 'who or what signs')
    .addOption(userOption(USER, '; replaces all'))
    .addOption(allUsers())
    .addOption(resourceOption('; replaces all'))
    .addOption(anyResource())
    .addOption(originOption('; replaces all'))
    .addOption(anyOrigin())
    .option('--max-ttl <seconds>', MAX_TTL, wholeNumber('--max-ttl'))
    .option('--reusable', 'a token may be used until it ends')
    .addOption(new Option('--single-use', 'a token is for one page view').conflicts('reusable'))
    .addHelpText(
      'after',
      example(
        "signers update sig_Yd0f… --user 'store-*' --max-ttl 60",
        'signers update sig_Yd0f… --any-origin',
      ),
    )
    .action(async (id, options, command) => {
      const { out, edge } = contextOf(command)
      const changes = changesOf(options)
      if (Object.keys(changes).length === 0) throw wrongUsage('Nothing to change: pass at least one option.')
      showSigner(out, await (await edge()).signers.update(id, changes))
    })
}

function addKey(): CommandUnknownOpts {
  return new Command('add-key')
    .description('let a signer sign with another key as well; says from when it may')
    .argument('<id>', ID, name)
    .requiredOption('--key <file>', 'a public key; may be repeated', several)
    .addOption(kid())
    .addOption(alg())
    .addHelpText(
      'after',
      `${KEY_FILE}
To replace a key: add the new one, sign with it from effective_by.new_sessions on, and remove the former one once the
last dashboard that it opened may go.
${example('signers add-key sig_Yd0f… --key next.pem')}`,
    )
    .action(async (id, options, command) => {
      const { out, edge } = contextOf(command)
      const added = await readPublicKeys(options.key, options)
      const { signers } = await edge()
      const { version, keys } = await signers.get(id)
      const known = added.find(({ kid }) => keys.keys.some((key) => key.kid === kid))
      if (known) throw wrongUsage(`The signer has a key ${known.kid} already.`)
      const all = { keys: [...keys.keys, ...added] }
      showSigner(out, await signers.update(id, { keys: all }, { ifVersion: version }))
    })
}

function removeKey(): CommandUnknownOpts {
  return new Command('remove-key')
    .description('take a key from a signer; the sessions that it opened end')
    .argument('<id>', ID, name)
    .argument('<kid>', "the key's kid")
    .option('--yes', 'do not ask')
    .addHelpText('after', example('signers remove-key sig_Yd0f… 2026-03 --yes'))
    .action(async (id, kid, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const { signers } = await edge()
      const signer = await signers.get(id)
      const left = signer.keys.keys.filter((key) => key.kid !== kid)
      if (left.length === signer.keys.keys.length)
        throw wrongUsage(`The signer has no such key; it has ${keyNames(signer).join(', ')}.`)
      if (left.length === 0)
        throw wrongUsage('This is its only key: add another first, or delete the signer.')
      if (!yes)
        await consent(
          'sessions',
          () =>
            `Takes the key ${visible(kid)} from ${visible(signer.name)}: its tokens open nothing any more, and their sessions end.`,
        )
      showSigner(out, await signers.update(id, { keys: { keys: left } }, { ifVersion: signer.version }))
    })
}

function remove(): CommandUnknownOpts {
  return new Command('delete')
    .description('end a signer, its tokens and their sessions, for good; says from when at the latest')
    .argument('<id>', ID, name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('signers delete sig_Yd0f… --yes'))
    .action(async (id, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const { signers } = await edge()
      if (!yes) await confirm(await signers.get(id))
      showSigner(out, await signers.delete(id))
    })
}

/** Says which signer goes for good, and goes on only when told to. */
function confirm({ id, name }: Signer): Promise<void> {
  return consent(
    'a signer for good',
    () =>
      `Deletes ${visible(id)}, "${visible(name)}": its tokens open nothing any more, and their sessions end.`,
  )
}

function kid() {
  return new Option('--kid <id>', 'what tokens name the key by (default: its own, else from its thumbprint)')
}

function alg() {
  return new Option('--alg <algorithm>', 'what an RSA key signs with (default: its own, else RS256)').choices(
    ['RS256', 'PS256'] as const,
  )
}

interface Life {
  maxTtl?: number | undefined
  reusable?: true | undefined
}

function lifeOf({ maxTtl, reusable }: Life) {
  return { ...(maxTtl !== undefined && { max_ttl: maxTtl }), ...(reusable && { single_use: false }) }
}

interface Changes extends Life {
  name?: string | undefined
  user?: string[] | undefined
  allUsers?: true | undefined
  resource?: string[] | undefined
  anyResource?: true | undefined
  origin?: string[] | undefined
  anyOrigin?: true | undefined
  singleUse?: true | undefined
}

/** The body of `PATCH /v1/signers/{id}`, where null clears a field (RFC 7396). */
function changesOf(changes: Changes): SignerUpdateRequest {
  const { name, user, allUsers, resource, anyResource, origin, anyOrigin, singleUse } = changes
  return {
    ...(name !== undefined && { name }),
    ...((user || allUsers) && { users: user ?? null }),
    ...((resource || anyResource) && { resources: resource ?? null }),
    ...((origin || anyOrigin) && { origins: origin ?? null }),
    ...lifeOf(changes),
    ...(singleUse && { single_use: true }),
  }
}

function keyNames({ keys }: Signer): string[] {
  return keys.keys.map(({ kid }) => kid)
}

/** For people, each key as its kid and algorithm. */
function showSigner(out: Output, signer: Signer | ChangedSigner): void {
  const keys = signer.keys.keys.map(({ kid, alg }) => `${kid} (${alg})`)
  out.object(out.json ? signer : { ...signer, keys })
}
