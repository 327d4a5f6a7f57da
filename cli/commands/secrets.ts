import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { visibleJson } from '../../worker/policy/visible-text.ts'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { wrongUsage } from '../failures.ts'
import { FORCE, readInput, writePrivate } from '../files.ts'
import {
  add,
  type KeySet,
  makeAdminKey,
  makeKey,
  makeSourceSecret,
  parseKeySet,
  promote,
  retire,
  type Setting,
} from '../key-set.ts'
import { isShown, print } from '../terminal.ts'

export function secrets(): CommandUnknownOpts {
  return new Command('secrets')
    .description("make and rotate the edge's secrets; nothing is sent anywhere")
    .addCommand(admin())
    .addCommand(keySetCommand('token', 'TOKEN_KEYS', 'that sign embed tokens', ['HS256', 'EdDSA']))
    .addCommand(keySetCommand('vault', 'VAULT_KEYS', 'that encrypt Biuwer tokens at rest', ['A256GCM']))
    .addCommand(tokenSource())
}

function admin(): CommandUnknownOpts {
  return new Command('admin')
    .description('make a root key, which may do everything, and the digest by which the edge knows it')
    .option('--out <file>', 'write the key to a file of mode 0600 instead of showing it')
    .option(...FORCE)
    .addHelpText('after', example('secrets admin', 'secrets admin --out admin.key'))
    .action(async ({ out: file, force = false }, command) => {
      const { out } = contextOf(command)
      const { admin_key, digest } = makeAdminKey()
      if (file !== undefined) await writePrivate({ path: file, overwrites: force }, `${admin_key}\n`)
      out.object({ ...(file === undefined ? { admin_key } : { file }), digest })
      const kept = file === undefined ? 'It is shown this once: keep it in your secret store.' : ''
      out.note(`${kept}
Next, give the edge the digests of all keys that are to be valid, separated by spaces:
  npx wrangler secret put ADMIN_KEYS
A new value replaces the former one: with ${digest} alone, every other root key ends.`)
    })
}

function tokenSource(): CommandUnknownOpts {
  return new Command('token-source')
    .description("make the secret that signs the edge's requests to the token source")
    .requiredOption('--out <file>', 'where it goes, with mode 0600 (- for stdout)')
    .option(...FORCE)
    .addHelpText('after', example('secrets token-source --out token-source.key'))
    .action(async ({ out: file, force = false }, command) => {
      const { out } = contextOf(command)
      const secret = makeSourceSecret()
      if (file === '-') print(out.json ? visibleJson({ secret }) : secret)
      else {
        await writePrivate({ path: file, overwrites: force }, `${secret}\n`)
        out.object({ file })
      }
      out.note(`Next, give it to the edge, and the same to the token source:
  npx wrangler secret put BIUWER_TOKEN_SOURCE_SECRET < ${file === '-' ? '<file>' : file}`)
    })
}

type Alg = Parameters<typeof makeKey>[0]

function keySetCommand(
  name: string,
  setting: Setting,
  what: string,
  algs: readonly [Alg, ...Alg[]],
): CommandUnknownOpts {
  return new Command(name)
    .description(`make ${setting}, the keys ${what}, as a JWK Set; or add, promote, retire one of its keys`)
    .addOption(
      new Option('--alg <alg>', 'algorithm of the new key')
        .choices(algs)
        .default(algs[0])
        .hideHelp(algs.length === 1),
    )
    .option('--add <file>', 'add a new key, last, to the set in a file (- for stdin)')
    .option('--in <file>', 'the set to promote or retire in (- for stdin)')
    .option('--promote <kid>', 'put this key first: it is the one in use from then on')
    .option('--retire <kid>', 'take this key out')
    .option(
      '--out <file>',
      'where the set goes, with mode 0600 (- for stdout); the file that it came from, or a new one',
    )
    .option(...FORCE)
    .addHelpText(
      'after',
      `
Rotation without downtime: add, deploy, promote, deploy, wait, retire, deploy.
${example(
  `secrets ${name} --out ${name}.jwks`,
  `secrets ${name} --add ${name}.jwks --out ${name}.jwks`,
  `secrets ${name} --in ${name}.jwks --promote 3f9a6c01b2d4 --out ${name}.jwks`,
  `secrets ${name} --in ${name}.jwks --retire 81c2e77a90fe --out ${name}.jwks`,
)}`,
    )
    .action(async (options, command) => {
      const { out } = contextOf(command)
      // A terminal keeps what it showed, so there a set is shown only on demand.
      const to = options.out ?? (isShown() && !out.json ? undefined : '-')
      if (to === undefined) throw wrongUsage('Where to? Pass --out <file>, or --out - to show the keys here.')
      const { set, done } = await change(options, setting)
      const text = JSON.stringify(set)
      await parseKeySet(text, setting)
      if (to === '-') print(visibleJson(set))
      else {
        // The set goes on in the file that it came from.
        const overwrites = options.force === true || to === (options.add ?? options.in)
        await writePrivate({ path: to, overwrites }, `${text}\n`)
        out.object({ file: to, kids: set.keys.map(({ kid }) => kid) })
      }
      out.note(`${done}\nNext: npx wrangler secret put ${setting} < ${to === '-' ? '<file>' : to}`)
    })
}

interface Change {
  alg: Alg
  add?: string | undefined
  in?: string | undefined
  promote?: string | undefined
  retire?: string | undefined
}

/** The set as the options leave it, and what was done in a sentence. */
async function change(options: Change, setting: Setting): Promise<{ set: KeySet; done: string }> {
  const { alg, add: to, in: source, promote: first, retire: gone } = options
  if ([to, first, gone].filter((option) => option !== undefined).length > 1) {
    throw wrongUsage('Each of --add, --promote and --retire needs a deployment of its own: pass one.')
  }
  if ((first ?? gone) === undefined) {
    if (source !== undefined) throw wrongUsage('--in goes with --promote or --retire.')
    const key = makeKey(alg)
    if (to === undefined) return { set: { keys: [key] }, done: `A new set with key ${key.kid}.` }
    const set = await parseKeySet(await readInput(to), setting)
    return { set: add(set, key), done: `Key ${key.kid} is known; promote it once that is deployed.` }
  }
  if (source === undefined) throw wrongUsage('Which set? Pass it with --in <file>, or --in - for stdin.')
  const set = await parseKeySet(await readInput(source), setting)
  if (first !== undefined) return { set: promote(set, first), done: `Key ${first} is the one in use.` }
  return { set: retire(set, gone ?? '', setting), done: `Key ${gone} is out; what it made ends with it.` }
}
