import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { lines, NO_LIMIT, object, run } from './process.ts'

const { biuwerTokens } = inject('stack')
const KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-formats-'))
const user = `cli-${randomUUID()}`
let ids: { token: string; key: string; signer: string }
let value: string
beforeAll(async () => {
  await object(['users', 'link', user, '--stdin'], { input: biuwerTokens.store1 })
  const token = await object(['tokens', 'create', '--user', user, ...NO_LIMIT])
  const none = ['--all-users', '--expires-at', 'never']
  const key = await object(['keys', 'create', '--name', user, '--role', 'viewer', ...none])
  const signer = await object(
    ['signers', 'create', user, '--key', '-', '--all-users', '--any-resource', '--any-origin'],
    { input: KEY },
  )
  ids = { token: token.id, key: key.id, signer: signer.id }
  value = token.token
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('whatever prints, prints JSON alone with --json', async () => {
  const backup = join(folder, 'backup.ndjson')
  for (const args of [
    ['health'],
    ['secrets', 'admin'],
    ['secrets', 'token', '--out', '-'],
    ['secrets', 'vault', '--out', join(folder, 'vault.jwks')],
    ['secrets', 'token-source', '--out', '-'],
    ['keys', 'list'],
    ['keys', 'show'],
    ['signers', 'list'],
    ['signers', 'show', ids.signer],
    ['users', 'list'],
    ['users', 'show', user],
    ['users', 'biuwer-tokens', 'list', user],
    ['tokens', 'list', '--limit', '2'],
    ['tokens', 'show', ids.token],
    ['tokens', 'refresh', ids.token],
    ['tokens', 'explain', ids.token],
    ['explain'],
    ['audit', '--limit', '2'],
    ['refusals', '--limit', '2'],
    ['vault', 'reencrypt'],
    ['export', '--out', backup],
    ['import', backup],
    ['users', 'sign-out', user, '--yes'],
    ['completion', 'bash'],
  ])
    for (const line of await lines(args, { env: { BIUWER_EMBED_TOKEN: value } }))
      expect([args, typeof line]).toEqual([args, 'object'])
})

describe('a failure is problem details on one line of stderr with --json', () => {
  test.each([
    ['wrong_usage', 2, ['tokens', 'lst']],
    ['wrong_usage', 2, ['users', 'unlink', 'somebody']],
    ['wrong_usage', 2, ['tokens', 'create', '--user', 'somebody']],
    ['wrong_usage', 2, ['import', '/nowhere']],
    ['not_found', 1, ['users', 'show', 'nobody-at-all']],
    ['user_not_linked', 1, ['tokens', 'create', '--user', 'nobody-at-all', ...NO_LIMIT]],
    ['unreachable', 3, ['health', '--edge', 'http://127.0.0.1:9']],
  ])('%s, and exit code %i', async (code, exit, args) => {
    const ran = await run([...args, '--json'])
    expect([ran.exit, ran.stdout]).toEqual([exit, ''])
    expect(JSON.parse(ran.stderr)).toMatchObject({
      code,
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect(ran.stderr.trimEnd()).not.toContain('\n')
  })

  test('also a fault of the command line itself', async () => {
    const server = createServer((_request, response) =>
      response.setHeader('Content-Type', 'application/json').end('{"items":[null],"next_cursor":null}'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const env = { BIUWER_EDGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    const json = await run(['tokens', 'list', '--json'], { env })
    const plain = await run(['tokens', 'list'], { env })
    expect([json.exit, json.stdout, plain.exit]).toEqual([0, 'null\n', 1])
    expect(plain.stderr).toContain('TypeError')
    const fault = await run(['audit', '--json'], { env })
    expect(fault.exit).toBe(1)
    expect(JSON.parse(fault.stderr)).toMatchObject({
      code: 'fault',
      detail: expect.stringContaining('TypeError'),
    })
  })
})

/** The cells of a table's row, by their headings. */
function rowOf(table: string, id: string): Record<string, string> {
  const [heading = '', ...rows] = table.split('\n')
  const row = rows.find((line) => line.startsWith(id)) ?? ''
  const starts = [...heading.matchAll(/\S+(?: \S+)*/g)].map(({ 0: name, index }) => ({ name, index }))
  return Object.fromEntries(
    starts.map(({ name, index }, at) => [name, row.slice(index, starts[at + 1]?.index).trim()]),
  )
}

describe('what is shown of one thing is what lists show of it', () => {
  const FIELDS: Record<string, string> = {
    USERS: 'users',
    RESOURCES: 'resources',
    ORIGINS: 'origins',
    TO: 'to',
    ENDS: 'expires_at',
    'LAST USED': 'last_used_at',
    'SINGLE USE': 'single_use',
    LABEL: 'label',
  }
  test.each([
    ['tokens', 'token', ['any', 'any', 'never', 'never', '–']],
    ['keys', 'key', ['all', 'never', 'never']],
    ['signers', 'signer', ['all', 'any', 'any', 'yes', 'never']],
  ] as const)('%s', async (group, kind, words) => {
    const row = rowOf((await run([group, 'list'])).stdout, ids[kind])
    const shown = (await run([group, 'show', ids[kind]])).stdout
    const headings = Object.keys(row).filter((heading) => heading in FIELDS)
    expect(headings.map((heading) => row[heading])).toEqual(words)
    for (const heading of headings)
      expect(shown).toMatch(new RegExp(`^${FIELDS[heading]} +${row[heading]}$`, 'm'))
  })
})

test('a refusal names the command that helps', async () => {
  const { exit, stderr } = await run(['tokens', 'create', '--user', 'ana.b', ...NO_LIMIT])
  expect([exit, stderr]).toEqual([
    1,
    expect.stringContaining('Link it with npx biuwer-embed users link ana.b.'),
  ])
  const refused = await run(['audit'], { env: { BIUWER_ADMIN_KEY: 'bwk_of-nobody' } })
  expect(refused.stderr).toContain('Set BIUWER_ADMIN_KEY to a key that the edge takes')
})
