import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { lines, object, run } from './process.ts'

const FOREVER = ['--all-users', '--expires-at', 'never']
const byKey = (key: unknown) => ({ env: { BIUWER_ADMIN_KEY: String(key) } })

test('a key is made with a role, shown once, told by itself, and revoked', async () => {
  const { key, ...made } = await object([
    'keys',
    'create',
    '--name',
    'Ana',
    '--role',
    'viewer',
    '--user',
    'an*',
    '--expires-at',
    'never',
  ])
  expect(made).toMatchObject({ name: 'Ana', role: 'viewer', users: ['an*'], status: 'active' })
  expect((await lines(['keys', 'list'])).map(({ id }) => id)).toContain(made.id)
  expect(await object(['keys', 'show'], byKey(key))).toMatchObject({ id: made.id })
  const refused = await run(['users', 'unlink', 'ana', '--yes'], byKey(key))
  expect(refused.exit).toBe(1)
  expect(refused.stderr).toContain('Use one with the role admin or manager.')
  expect(await object(['keys', 'revoke', String(made.id), '--yes'])).toMatchObject({ status: 'revoked' })
})

test('a key goes into a file that only its owner reads, and is not shown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const out = join(folder, 'backend.key')
  const { stdout } = await run([
    'keys',
    'create',
    '--name',
    'Backend',
    '--role',
    'issuer',
    ...FOREVER,
    '--out',
    out,
  ])
  const key = readFileSync(out, 'utf8').trim()
  expect(key).toMatch(/^bwk_/)
  expect(statSync(out).mode & 0o777).toBe(0o600)
  expect(stdout).not.toContain(key)
  expect((await run(['keys', 'show', key])).stderr).toContain('an argument holds a key')
})

test('nobody is asked, and nothing revoked, where a key would end without a word', async () => {
  const { id } = await object(['keys', 'create', '--name', 'Kept', '--role', 'viewer', ...FOREVER])
  expect((await run(['keys', 'revoke', String(id)])).exit).toBe(2)
  expect(await object(['keys', 'show', String(id)])).toMatchObject({ status: 'active' })
})
