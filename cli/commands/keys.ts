import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import type { Key } from '../../client/api-types.ts'
import { visible } from '../../worker/policy/visible-text.ts'
import { example, name } from '../arguments.ts'
import { consent } from '../consent.ts'
import { contextOf } from '../context.ts'
import { checkFree, FORCE, writePrivate } from '../files.ts'
import { allUsers, decided, said, saidTime, userOption } from '../limits.ts'
import { all, type Columns } from '../output.ts'

const COLUMNS: Columns<Key> = {
  ID: 'id',
  NAME: 'name',
  ROLE: 'role',
  USERS: 'users',
  STATUS: 'status',
  ENDS: 'expires_at',
  'LAST USED': 'last_used_at',
}

export function keys(): CommandUnknownOpts {
  return new Command('keys')
    .description('keys of the management API, each with a role')
    .addCommand(create())
    .addCommand(list())
    .addCommand(show())
    .addCommand(revoke())
}

function create(): CommandUnknownOpts {
  return new Command('create')
    .description('make a key; it is shown this once')
    .requiredOption('--name <text>', 'who or what will use it: the audit names it so')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['admin', 'manager', 'issuer', 'viewer'])
        .makeOptionMandatory(),
    )
    .addOption(userOption('a user it is for'))
    .addOption(allUsers())
    .option('--expires-at <time>', 'when it ends, such as 2027-01-01T00:00:00Z, or never')
    .option('--out <file>', 'write the key to a file of mode 0600 instead of showing it')
    .option(...FORCE)
    .addHelpText(
      'after',
      `
admin: everything; manager: users and token records; issuer: make records and have their tokens given out;
viewer: read and explain.
For whom it is, and until when, is asked for where no option says it; without a terminal both are needed.
${example(
  "keys create --name 'Backend of app.example.com' --role issuer --all-users --expires-at never --out backend.key",
  "keys create --name 'Support' --role viewer --user 'store-*' --expires-at 2027-01-01T00:00:00Z",
)}`,
    )
    .action(async (options, command) => {
      const { out, edge } = contextOf(command)
      const { out: file, force: overwrites = false } = options
      const to = file === undefined ? undefined : { path: file, overwrites }
      if (to) await checkFree(to)
      const { users, expires_at } = await decided({
        users: said(options.user, options.allUsers),
        expires_at: saidTime(options.expiresAt),
      })
      const { key, ...made } = await (await edge()).keys.create({
        name: options.name,
        role: options.role,
        users,
        expires_at: expires_at?.[0] ?? null,
      })
      if (to) await writePrivate(to, `${key}\n`)
      out.object({ ...made, ...(to ? { file } : { key }) })
      if (!to) out.note('The key is shown this once: keep it in your secret store.')
    })
}

function list(): CommandUnknownOpts {
  return new Command('list')
    .description('keys, newest first; the root keys of ADMIN_KEYS are not among them')
    .addHelpText('after', example('keys list', 'keys list --json | jq -r .name'))
    .action(async (_options, command) => {
      const { out, edge } = contextOf(command)
      out.list(await all((await edge()).keys.list()), COLUMNS)
    })
}

function show(): CommandUnknownOpts {
  return new Command('show')
    .description('a key, without itself; without an id, the key that asks')
    .argument('[id]', 'the id of a key', name)
    .addHelpText('after', example('keys show', 'keys show key_kR3fW0sYb1QdA7uZx2Lm9g'))
    .action(async (id, _options, command) => {
      const { out, edge } = contextOf(command)
      const { keys } = await edge()
      out.object(id === undefined ? await keys.current() : await keys.get(id))
    })
}

function revoke(): CommandUnknownOpts {
  return new Command('revoke')
    .description('revoke a key, for good')
    .argument('<id>', 'the id of a key', name)
    .option('--yes', 'do not ask')
    .addHelpText('after', example('keys revoke key_kR3fW0sYb1QdA7uZx2Lm9g --yes'))
    .action(async (id, { yes }, command) => {
      const { out, edge } = contextOf(command)
      const { keys } = await edge()
      if (!yes) await confirm(await keys.get(id))
      out.object(await keys.revoke(id))
    })
}

/** Says which key goes for good, and goes on only when told to. */
function confirm({ id, name, role }: Key): Promise<void> {
  return consent(
    'a key for good',
    () =>
      `Revokes ${visible(id)}, "${visible(name)}", with the role ${role}: whoever calls with it is refused.`,
  )
}
