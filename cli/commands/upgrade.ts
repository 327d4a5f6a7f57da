import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { example } from '../arguments.ts'
import { contextOf } from '../context.ts'
import { changesBetween } from '../deployment/changelog.ts'
import { type Lack, lacksOf } from '../deployment/lacks.ts'
import { type OwnFolder, ownFolder } from '../deployment/own-folder.ts'
import { valueIn } from '../deployment/toml-blocks.ts'
import { Wrangler } from '../deployment/wrangler.ts'
import { MARK, template } from '../deployment/wrangler-toml.ts'
import { writePublic } from '../files.ts'
import { shipped, TOOLS, VERSION } from '../shipped.ts'
import { print } from '../terminal.ts'

export function upgrade(): CommandUnknownOpts {
  return new Command('upgrade')
    .description('say what changes with the version that is installed, and what wrangler.toml lacks for it')
    .option('--write', 'add to wrangler.toml what it lacks; the former one is kept as wrangler.toml.old')
    .addHelpText(
      'after',
      `
To upgrade: npm install biuwer-embed@latest, then this, then npm run deploy. Nothing is changed without --write.
${example('upgrade', 'upgrade --write')}`,
    )
    .action(async ({ write = false }, command) => {
      const { out } = contextOf(command)
      const folder = await ownFolder()
      const from = MARK.exec(folder.toml)?.[1] ?? null
      const lacks = environments(folder).flatMap((environment) =>
        lacksOf(new Wrangler(folder, environment).config, folder.toml, environment).map((lack) => ({
          ...lack,
          environment: environment ?? 'production',
        })),
      )
      const changes = from === null ? [] : changesBetween(shipped('CHANGELOG.md'), from, VERSION)
      const wrangler = await pinned(folder)
      const changed = write && (await add(folder, lacks))
      if (out.json) {
        const told = lacks.map((lack) => ({
          what: lack.what,
          environment: lack.environment,
          needed: lack.isNeeded,
          by_hand: isByHand(lack),
        }))
        out.object({ from, to: VERSION, changes, lacks: told, wrangler, changed })
        return
      }
      print(
        from === VERSION
          ? `wrangler.toml is of ${VERSION}, which is installed.`
          : `From ${from ?? 'an unknown version'} to ${VERSION}.`,
      )
      for (const section of changes) print(`\n${section}`)
      for (const { what, environment, isNeeded } of lacks)
        print(`\nwrangler.toml lacks (${environment}${isNeeded ? ', needed' : ''}): ${what}`)
      if (wrangler !== null)
        print(
          `\nTested with wrangler ${TOOLS.wrangler}: npm install --save-dev --save-exact wrangler@${TOOLS.wrangler}`,
        )
      if (changed) print('\nwrangler.toml has what could be added; the former one is wrangler.toml.old.')
      else if (lacks.length === 0) print('\nwrangler.toml has all that this version wants.')
      else if (!lacks.every(isByHand)) print('\nnpx biuwer-embed upgrade --write adds what can be added.')
      if (lacks.some(isByHand)) print('\nChange by hand what is set otherwise in wrangler.toml.')
    })
}

/** Production, and those of the others that `wrangler.toml` has. */
function environments(folder: OwnFolder): (string | undefined)[] {
  return [undefined, ...(new Wrangler(folder, undefined).config.definedEnvironments ?? [])]
}

/** The folder's version of wrangler where it is not the one of this version; null: it is. */
async function pinned({ path }: OwnFolder): Promise<string | null> {
  const { devDependencies } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  const version = devDependencies?.wrangler ?? null
  return version === TOOLS.wrangler ? null : version
}

/** Whether the file was changed. */
async function add({ path, toml }: OwnFolder, lacks: readonly Lack[]): Promise<boolean> {
  const additions = lacks.flatMap(({ addition }) => (addition === null ? [] : [addition]))
  const date = lacks.some(({ what }) => isDate(what)) && valueIn(template().head, 'compatibility_date')
  const whole = [toml.trimEnd(), ...additions].join('\n\n')
  const dated = date ? whole.replace(/^compatibility_date = .*$/m, `compatibility_date = ${date}`) : whole
  const next = `${dated.replace(MARK, `# Made for biuwer-embed ${VERSION}.`)}\n`
  if (next === toml) return false
  await writePublic({ path: join(path, 'wrangler.toml.old'), overwrites: true }, toml)
  await writePublic({ path: join(path, 'wrangler.toml'), overwrites: true }, next)
  return true
}

/** Whether a person has to change what is there. */
function isByHand({ what, addition }: Lack): boolean {
  return addition === null && !isDate(what)
}

function isDate(what: string): boolean {
  return what.startsWith('compatibility_date')
}
