import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { TestEdge } from '../../testing/edge/edge.ts'
import { Account } from './account.ts'
import { ended, OwnFolder } from './own-folder.ts'

let folder: OwnFolder
let account: Account
/** What is behind the address of the deployment. */
let edge: TestEdge
let cwd: string
let made = 0
beforeAll(async () => {
  folder = await OwnFolder.make()
  await folder.link('miniflare')
  account = await Account.at(join(folder.path, 'node_modules'))
  const file = join(folder.path, 'node_modules/biuwer-embed/testing/edge/index.js')
  edge = await (await import(pathToFileURL(file).href)).startEdge({ users: [] })
})
afterAll(async () => {
  await edge.stop()
  await folder.remove()
})
beforeEach(async () => {
  await account.clear(edge.origin)
  cwd = await folder.init(`edge-${++made}`)
})

const deploy = (...args: string[]) => folder.run(['deploy', ...args], { cwd })
const key = async (file: string) => (await readFile(join(cwd, 'keys', file), 'utf8')).trim()
const PUTS = ['ADMIN_KEYS', 'TOKEN_KEYS', 'VAULT_KEYS'].map((name) => `secret put ${name} --env `)
const CALLS = ['whoami --json', 'secret list --format json --env ', ...PUTS, 'deploy --env ']

it('makes and puts the secrets, deploys, and shows the root key', async () => {
  const { exit, stdout } = await deploy('--json')
  const rootKey = await key('production/admin.key')
  expect([exit, JSON.parse(stdout)]).toEqual([
    0,
    { deployed: true, edge: edge.origin, console: `${edge.origin}/console`, root_key: rootKey },
  ])
  const { secrets, calls } = await account.state()
  expect(calls).toEqual(CALLS)
  expect(secrets).toEqual({
    ADMIN_KEYS: createHash('sha256').update(rootKey).digest('hex'),
    TOKEN_KEYS: await key('production/token.jwks'),
    VAULT_KEYS: await key('production/vault.jwks'),
  })
  expect((await stat(join(cwd, 'keys/production/vault.jwks'))).mode & 0o777).toBe(0o600)
})

it('puts nothing the second time, and shows no key', async () => {
  await deploy()
  const { secrets } = await account.state()
  const rootKey = await key('production/admin.key')
  await account.calls()
  const { exit, stdout, stderr } = await deploy()
  expect(exit).toBe(0)
  expect(stdout + stderr).not.toContain(rootKey)
  expect(await account.calls()).toEqual(CALLS.filter((call) => !call.includes('put')))
  expect((await account.state()).secrets).toEqual(secrets)
})

it('makes only the secrets that are missing', async () => {
  await account.set({ hasWorker: true, secrets: { ADMIN_KEYS: 'mine', VAULT_KEYS: 'mine' } })
  expect((await deploy()).exit).toBe(0)
  const { secrets } = await account.state()
  expect(secrets).toEqual({
    ADMIN_KEYS: 'mine',
    VAULT_KEYS: 'mine',
    TOKEN_KEYS: await key('production/token.jwks'),
  })
  expect(existsSync(join(cwd, 'keys/production/admin.key'))).toBe(false)
})

it.each([CALLS[1], PUTS[1], CALLS.at(-1)])('goes on where it was cut short: %s', async (call) => {
  await account.set({ fails: call ?? null })
  const cut = await deploy()
  expect([cut.exit, cut.stdout]).toEqual([1, ''])
  const before = (await account.state()).secrets
  expect((await deploy()).exit).toBe(0)
  const { secrets } = await account.state()
  expect(secrets).toMatchObject(before)
  expect(secrets).toEqual({
    ADMIN_KEYS: createHash('sha256')
      .update(await key('production/admin.key'))
      .digest('hex'),
    TOKEN_KEYS: await key('production/token.jwks'),
    VAULT_KEYS: await key('production/vault.jwks'),
  })
})

it('keeps the keys of staging apart', async () => {
  expect((await deploy('--env', 'staging')).exit).toBe(0)
  expect((await account.calls()).at(-1)).toBe('deploy --env staging')
  expect(await key('staging/admin.key')).toMatch(/^bwadm_/)
  expect(existsSync(join(cwd, 'keys/production'))).toBe(false)
})

it('fails where what it has deployed has no address', async () => {
  await account.set({ address: 'embed.example.com/* (zone name: example.com)' })
  const { exit, stderr } = await deploy()
  expect([exit, stderr]).toEqual([1, expect.stringContaining('has no address')])
  expect((await account.calls()).at(-1)).toBe('deploy --env ')
})

it('tells which settings the edge refuses while it waits for it to be well', async () => {
  const error = { path: 'BIUWER_TOKEN_SOURCE_SECRET', message: 'is missing' }
  const wrong = { status: 503, code: 'misconfigured', title: 'Misconfigured', detail: '', errors: [error] }
  let asked = 0
  const server = createServer((_request, answer) => {
    const [status, body] = ++asked < 3 ? [503, wrong] : [200, { status: 'ok', version: '1.0.0' }]
    answer.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await account.set({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const { exit, stderr } = await deploy()
  server.close()
  expect([exit, asked]).toEqual([0, 3])
  expect(stderr.match(/^ {2}BIUWER_TOKEN_SOURCE_SECRET: is missing$/gm)).toHaveLength(1)
})

it('asks nothing of an account where nobody is logged in', async () => {
  await account.set({ isLoggedIn: false })
  const { exit, stderr } = await deploy()
  expect([exit, stderr]).toEqual([2, expect.stringContaining('set CLOUDFLARE_API_TOKEN')])
  expect(await account.calls()).toEqual(['whoami --json'])
  expect(existsSync(join(cwd, 'keys'))).toBe(false)
})

it('tells what kept wrangler from asking who is logged in', async () => {
  await account.set({ fails: 'whoami' })
  const { exit, stderr } = await deploy()
  expect([exit, stderr]).toEqual([
    1,
    expect.stringContaining('wrangler whoami failed. (wrangler_failed)\ncut short\n'),
  ])
})

it('knows by the words of wrangler itself that nobody is logged in', async () => {
  const program = fileURLToPath(new URL('../../node_modules/wrangler/bin/wrangler.js', import.meta.url))
  const env = { HOME: folder.path, XDG_CONFIG_HOME: folder.path }
  const { exit, stdout } = await ended(process.execPath, [program, 'whoami', '--json'], cwd, env)
  expect([exit, JSON.parse(stdout)]).toEqual([1, { loggedIn: false }])
})

it.each([
  ['ALLOWED_ORIGINS = "https://app.example.com"', 'ALLOWED_ORIGINS = "https://*.pages.dev"', 'public suffix'],
  ['name = "SESSION_BIUWER_TOKENS"', 'name = "OTHER"', 'durable_objects.bindings SESSION_BIUWER_TOKENS'],
  ['run_worker_first = true', 'run_worker_first = false', 'assets: run_worker_first'],
])('deploys no edge that would not run: %s', async (is, other, said) => {
  const file = join(cwd, 'wrangler.toml')
  await writeFile(file, (await readFile(file, 'utf8')).replace(is, other))
  const { exit, stderr } = await deploy()
  expect([exit, stderr]).toEqual([2, expect.stringContaining(said)])
  expect(await account.calls()).toEqual([])
})

it('says where there is no edge, and which environments there are', async () => {
  const elsewhere = await folder.run(['deploy'])
  expect([elsewhere.exit, elsewhere.stderr]).toEqual([2, expect.stringContaining('biuwer-embed init')])
  const { exit, stderr } = await deploy('--env', 'prod')
  expect([exit, stderr]).toEqual([2, expect.stringContaining('It has: staging')])
})
