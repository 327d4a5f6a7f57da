import { readdirSync } from 'node:fs'
import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unstable_readConfig as readConfig } from 'wrangler'
import manifest from '../../package.json' with { type: 'json' }
import { ANSWERS, NODES, OwnFolder } from './own-folder.ts'

const repository = fileURLToPath(new URL('../../wrangler.toml', import.meta.url))
const FILES = ['.dev.vars.example', '.gitignore', 'README.md', 'package.json', 'wrangler.toml']

let folder: OwnFolder
beforeAll(async () => {
  folder = await OwnFolder.make()
})
afterAll(() => folder.remove())

const text = (path: string) => readFile(join(folder.path, path), 'utf8')

it.each(NODES)(
  'makes a folder, and changes nothing when it is run again, in Node $version',
  async ({ path: node, version }) => {
    const args = ['init', `edge ${version}`, ...ANSWERS]
    expect((await folder.run(args, { node })).exit).toBe(0)
    expect(readdirSync(join(folder.path, `edge ${version}`)).sort()).toEqual(FILES)
    const again = await folder.run([...args, '--json'], { node })
    expect([again.exit, JSON.parse(again.stdout).written]).toEqual([0, []])
  },
)

it.each(NODES.filter(({ version }) => Number.parseInt(version.slice(1), 10) < 22))(
  'changes nothing in the Node that npx takes from the folder in place of $version',
  async ({ path: node }) => {
    await folder.run(['init', 'brought', ...ANSWERS], { node })
    const { optionalDependencies } = JSON.parse(await text('brought/package.json'))
    const [name = ''] = Object.keys(optionalDependencies)
    const brought = fileURLToPath(new URL(`../../node_modules/${name}/bin/node`, import.meta.url))
    const again = await folder.run(['init', 'brought', ...ANSWERS, '--json'], { node: brought })
    expect([again.exit, again.stderr]).toEqual([0, expect.not.stringContaining('another')])
    expect(JSON.parse(again.stdout).written).toEqual([])
  },
)

it('finishes what an interruption left out', async () => {
  await folder.run(['init', 'cut', ...ANSWERS])
  await rm(join(folder.path, 'cut/wrangler.toml'))
  const { exit, stdout } = await folder.run(['init', 'cut', ...ANSWERS, '--json'])
  expect([exit, JSON.parse(stdout).written]).toEqual([0, ['wrangler.toml']])
})

it('overwrites nothing without --force, and writes nothing beside it', async () => {
  await folder.run(['init', 'mine', ...ANSWERS])
  await appendFile(join(folder.path, 'mine/wrangler.toml'), '# mine\n')
  await rm(join(folder.path, 'mine/README.md'))
  const { exit, stderr } = await folder.run(['init', 'mine', ...ANSWERS])
  expect([exit, stderr]).toEqual([2, expect.stringContaining('another wrangler.toml')])
  expect(readdirSync(join(folder.path, 'mine'))).not.toContain('README.md')
  expect(await text('mine/wrangler.toml')).toContain('# mine')
  expect((await folder.run(['init', 'mine', ...ANSWERS, '--force'])).exit).toBe(0)
  expect(await text('mine/wrangler.toml')).not.toContain('# mine')
  await rm(join(folder.path, 'mine/wrangler.toml'))
  await writeFile(join(folder.path, 'elsewhere.toml'), '')
  await symlink('../elsewhere.toml', join(folder.path, 'mine/wrangler.toml'))
  expect((await folder.run(['init', 'mine', ...ANSWERS, '--force'])).exit).toBe(2)
  expect(await text('elsewhere.toml')).toBe('')
})

it.each([
  [['--instance', 'Acme'], '--instance: has to be'],
  [['--instance', 'acme', '--origins', 'app.example.com'], '--origins: entry 1 is no origin'],
  [['--instance', 'acme', '--origins', 'https://*.pages.dev'], 'below a public suffix'],
  [[...ANSWERS.slice(0, 4), '--domain', 'https://embed.example.com'], 'has to be a host name'],
  [[...ANSWERS.slice(0, 4), '--domain', 'app.example.com'], 'another origin than the pages'],
  [ANSWERS.slice(0, 4), 'pass --domain or --no-domain'],
  [[], 'pass --instance'],
])('makes nothing of answers that no edge takes: %j', async (answers, said) => {
  const { exit, stdout, stderr } = await folder.run(['init', 'wrong', ...answers])
  expect([exit, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)])
  expect(readdirSync(folder.path)).not.toContain('wrong')
})

it('takes no empty name for the folder in which it is run', async () => {
  const cwd = join(folder.path, 'empty')
  await mkdir(cwd)
  expect((await folder.run(['init', '', ...ANSWERS], { cwd })).exit).toBe(2)
  expect(readdirSync(cwd)).toEqual([])
})

it("depends on the package as it was installed, and on the repository's wrangler", async () => {
  await folder.run(['init', 'parts', ...ANSWERS])
  const { dependencies, devDependencies } = JSON.parse(await text('parts/package.json'))
  expect(dependencies['biuwer-embed']).toMatch(/^file:\/.*\.tgz$/)
  expect(devDependencies).toEqual({ wrangler: manifest.devDependencies.wrangler })
})

it("has the repository's wrangler.toml whole, in production and in staging", async () => {
  await folder.run(['init', 'whole', ...ANSWERS.slice(0, 4), '--domain', 'embed.example.com'])
  const config = join(folder.path, 'whole/wrangler.toml')
  const theirs = bound(readConfig({ config: repository }))
  const production = readConfig({ config })
  const staging = readConfig({ config, env: 'staging' })
  const [limiter] = theirs.ratelimits
  const own = {
    ...theirs,
    vars: { BIUWER_INSTANCE: 'acme', ALLOWED_ORIGINS: 'https://app.example.com' },
    assets: { ...theirs.assets, directory: 'node_modules/biuwer-embed/cdn' },
  }
  expect(bound(production)).toEqual(own)
  expect(bound(staging)).toEqual({
    ...own,
    // Counts that an account's Workers share by this name.
    ratelimits: [{ ...limiter, namespace_id: '1002' }],
  })
  const made = await text('whole/wrangler.toml')
  const comments = (await readFile(repository, 'utf8')).match(/\n\n(?:#.*\n)+/g) ?? []
  expect(comments.filter((comment) => !made.includes(comment))).toEqual([])
  expect([production.routes, production.workers_dev]).toEqual([
    [{ pattern: 'embed.example.com', custom_domain: true }],
    false,
  ])
  expect([staging.routes, staging.workers_dev]).toEqual([[], true])
  expect([production.name, staging.name]).toEqual(['whole', 'whole-staging'])
})

/** A configuration without its names, places and addresses. */
function bound(config: ReturnType<typeof readConfig>) {
  const {
    name: _,
    topLevelName: _top,
    main: _main,
    configPath: _config,
    userConfigPath: _user,
    routes: _routes,
    workers_dev: _dev,
    definedEnvironments: _defined,
    targetEnvironment: _target,
    ...rest
  } = config
  return rest
}
