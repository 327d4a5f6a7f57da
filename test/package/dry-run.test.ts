import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { NODES, OwnFolder } from './own-folder.ts'

let folder: OwnFolder
let cwd: string
beforeAll(async () => {
  folder = await OwnFolder.make()
  await folder.link('wrangler')
  cwd = await folder.init('my-edge')
})
afterAll(() => folder.remove())

/** Where nothing can be reached. */
const env = { CLOUDFLARE_API_BASE_URL: 'http://localhost:1', HTTPS_PROXY: 'http://localhost:1' }
const text = (file: string) => readFile(join(cwd, file), 'utf8')

it('deploys as far as it goes without an account, again and again', async () => {
  for (const of of [[], [], ['--env', 'staging']]) {
    const { exit, stdout, stderr } = await folder.run(['deploy', '--dry-run', '--json', ...of], { cwd, env })
    expect([exit, stderr]).toEqual([0, expect.stringContaining('SESSION_BIUWER_TOKENS')])
    expect(JSON.parse(stdout)).toMatchObject({ deployed: false })
  }
})

it.each(NODES.filter(({ version }) => Number.parseInt(version.slice(1), 10) < 22))(
  'says in Node $version that wrangler needs a newer one',
  async ({ path: node }) => {
    const { exit, stderr } = await folder.run(['deploy', '--dry-run'], { cwd, node })
    expect([exit, stderr]).toEqual([2, expect.stringContaining('Wrangler needs Node 22')])
  },
)

it('has nothing to upgrade in a new folder', async () => {
  const before = await text('wrangler.toml')
  const { exit, stdout } = await folder.run(['upgrade', '--write', '--json'], { cwd })
  expect([exit, JSON.parse(stdout)]).toMatchObject([0, { lacks: [], changed: false, wrangler: null }])
  expect(await text('wrangler.toml')).toBe(before)
})

it('says what a folder of a former version lacks, and adds it when told', async () => {
  const whole = await text('wrangler.toml')
  const former = whole
    .replace(/^# Made for biuwer-embed [\d.]+\./, '# Made for biuwer-embed 0.0.1.')
    .replace(/^compatibility_date = .*$/m, 'compatibility_date = "2026-01-01"')
    .replace(/\[\[(env\.staging\.)?migrations]]\ntag = "v2"\n.*\n\n/g, '')
    .replace(/\[\[durable_objects\.bindings]]\nname = "SESSION_BIUWER_TOKENS"\n.*\n\n/, '')
    .replace('[vars]', '[vars]\nSESSION_CHECK = "60"')
  await writeFile(join(cwd, 'wrangler.toml'), former)
  const lacks = [
    { what: 'compatibility_date "2026-10-20"', environment: 'production' },
    { what: 'durable_objects.bindings SESSION_BIUWER_TOKENS', environment: 'production' },
    { what: 'migrations v2', environment: 'production' },
    { what: 'compatibility_date "2026-10-20"', environment: 'staging' },
    { what: 'migrations v2', environment: 'staging' },
  ]
  const told = await folder.run(['upgrade', '--json'], { cwd })
  expect([told.exit, JSON.parse(told.stdout)]).toMatchObject([0, { from: '0.0.1', lacks, changed: false }])
  expect(await text('wrangler.toml')).toBe(former)
  expect((await folder.run(['deploy', '--dry-run'], { cwd, env })).exit).toBe(2)

  const written = await folder.run(['upgrade', '--write', '--json'], { cwd })
  expect([written.exit, JSON.parse(written.stdout)]).toMatchObject([0, { lacks, changed: true }])
  expect(await text('wrangler.toml.old')).toBe(former)
  expect(await text('wrangler.toml')).toContain('SESSION_CHECK = "60"')
  const again = await folder.run(['upgrade', '--write', '--json'], { cwd })
  expect(JSON.parse(again.stdout)).toMatchObject({ lacks: [], changed: false })
  expect(await text('wrangler.toml.old')).toBe(former)
  expect((await folder.run(['deploy', '--dry-run'], { cwd, env })).exit).toBe(0)
})

it('knows a file that was written anew by hand, and leaves what is set otherwise to a person', async () => {
  const own = await folder.init('own')
  const file = join(own, 'wrangler.toml')
  const toml = (await readFile(file, 'utf8'))
    .replace(/^main = "(.*)"$/m, "main='$1' # the package")
    .replace('run_worker_first = true', 'run_worker_first = false')
    .replace(/\[\[migrations]]\ntag = "v3"\n.*\n\n/, '')
  await writeFile(file, toml)
  const byHand = expect.stringMatching(/^Change by hand what is set otherwise/m)
  for (const [args, said] of [
    [[], 'upgrade --write adds'],
    [['--write'], 'the former one is wrangler.toml.old'],
  ] as const) {
    const { exit, stdout } = await folder.run(['upgrade', ...args], { cwd: own })
    expect([exit, stdout]).toEqual([0, expect.stringContaining(said)])
    expect(stdout).toEqual(byHand)
  }
  const { stdout } = await folder.run(['upgrade', '--write'], { cwd: own })
  expect(stdout).toEqual(byHand)
  expect(stdout).not.toContain('wrangler.toml.old')
  expect(await readFile(file, 'utf8')).toContain('run_worker_first = false')
})
