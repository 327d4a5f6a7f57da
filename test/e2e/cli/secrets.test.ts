import { randomUUID } from 'node:crypto'
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { type RunningEdge, startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'
import { reservePort } from '../reserved-ports.ts'
import { NO_LIMIT, object, run, runAtTerminal } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = () => join(folder, randomUUID())
const read = (path: string) => readFileSync(path, 'utf8').trim()
const kidsOf = (text: string): string[] => JSON.parse(text).keys.map(({ kid }: { kid: string }) => kid)
const mode = (path: string) => statSync(path).mode & 0o777

describe('key sets', () => {
  test.each(['token', 'vault'])(
    'keys %s adds a key as the last, promotes it to the first, and takes a retired one out',
    async (kind) => {
      const { stdout: one } = await run(['secrets', kind])
      const { stdout: two } = await run(['secrets', kind, '--add', '-'], { input: one })
      const [old = '', young = ''] = kidsOf(two)
      expect(kidsOf(one)).toEqual([old])
      const { stdout: promoted } = await run(['secrets', kind, '--in', '-', '--promote', young], {
        input: two,
      })
      expect(kidsOf(promoted)).toEqual([young, old])
      const { stdout: retired } = await run(['secrets', kind, '--in', '-', '--retire', old], {
        input: promoted,
      })
      expect(kidsOf(retired)).toEqual([young])
    },
  )

  test('keys refuses to retire the key in use, to promote an unknown one, and a set that no edge would take', async () => {
    const { stdout: input } = await run(['secrets', 'token', '--alg', 'EdDSA'])
    const [kid = ''] = kidsOf(input)
    const { k, d } = JSON.parse(input).keys[0]
    for (const [args, set] of [
      [['token', '--in', '-', '--retire', kid], input],
      [['token', '--in', '-', '--promote', 'other'], input],
      [['vault', '--add', '-'], input],
      [['token', '--add', '-'], `{"keys":[${d}`],
      [['token', '--add', join(folder, 'missing')], ''],
    ] as const) {
      const ran = await run(['secrets', ...args], { input: set })
      expect(ran).toMatchObject({ exit: 2, stdout: '' })
      expect(ran.stderr).not.toContain(k ?? d)
    }
  })

  test('keys are written to files that their owner alone reads, also over one that others could read', async () => {
    const path = file()
    writeFileSync(path, '', { mode: 0o644 })
    const { exit, stdout, stderr } = await run(['secrets', 'token', '--out', path, '--force'])
    const { k, kid } = JSON.parse(read(path)).keys[0]
    expect(exit).toBe(0)
    expect(mode(path)).toBe(0o600)
    expect(stdout).toContain(kid)
    expect(stdout + stderr).not.toContain(k)
    await run(['secrets', 'token', '--add', path, '--out', path])
    expect(kidsOf(read(path))).toEqual([kid, expect.any(String)])
  })

  test.each([
    ['secrets', 'token'],
    ['secrets', 'vault'],
    ['secrets', 'admin'],
    ['secrets', 'token-source'],
  ])('a file that is there stays as it is: %s %s', async (...args) => {
    const path = file()
    expect((await run([...args, '--out', path])).exit).toBe(0)
    const first = read(path)
    const again = await run([...args, '--out', path])
    expect(again).toMatchObject({ exit: 2, stdout: '' })
    expect(again.stderr).toContain('--force')
    expect(again.stderr).not.toContain('wrangler secret put')
    expect(read(path)).toBe(first)
    expect((await run([...args, '--out', path, '--force'])).exit).toBe(0)
    expect(read(path)).not.toBe(first)
  })

  test('a rotation goes on in the file that the set came from, and in no other that is there', async () => {
    const [path, other] = [file(), file()]
    await run(['secrets', 'token', '--out', path])
    writeFileSync(other, 'mine')
    expect((await run(['secrets', 'token', '--add', path, '--out', other])).exit).toBe(2)
    expect(read(other)).toBe('mine')
  })

  test('a link and a device are never replaced by a file', async () => {
    const [target, link] = [file(), file()]
    writeFileSync(target, 'mine')
    symlinkSync(target, link)
    for (const path of [link, '/dev/null', folder])
      expect((await run(['secrets', 'vault', '--out', path, '--force'])).exit).toBe(2)
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(read(target)).toBe('mine')
  })

  test('the secret of the token source is one that the edge takes', async () => {
    const { stdout } = await run(['secrets', 'token-source', '--out', '-'])
    expect(stdout.trim()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const json = await object(['secrets', 'token-source', '--out', '-'])
    expect(json).toEqual({ secret: expect.stringMatching(/^whsec_/) })
  })

  test('keys are not shown at a terminal unless that is asked for', async () => {
    expect(await runAtTerminal(['secrets', 'vault'], '')).toMatchObject({ exit: 2 })
    expect((await runAtTerminal(['secrets', 'vault', '--out', '-'], '')).stdout).toContain('"A256GCM"')
  })

  test('an admin key is shown once, or written to a file', async () => {
    const { stdout, stderr } = await run(['secrets', 'admin'])
    const key = /bwadm_\S+/.exec(stdout)?.[0] ?? ''
    expect(stderr).toContain('wrangler secret put ADMIN_KEYS')
    expect(stderr).not.toContain(key)
    const path = file()
    const { digest } = await object(['secrets', 'admin', '--out', path])
    expect(read(path)).toMatch(/^bwadm_[\w-]{43}$/)
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(mode(path)).toBe(0o600)
  })
})

test('all keys are rotated, and at no moment is a token that was issued refused', async () => {
  const { edge: settings, host } = makeSecrets()
  const { port, release } = await reservePort()
  let persistTo = join(folder, 'state')
  const envFile = join(folder, 'edge.env')
  const [tokenKeys, vaultKeys] = [file(), file()]
  writeFileSync(tokenKeys, settings.TOKEN_KEYS)
  writeFileSync(vaultKeys, settings.VAULT_KEYS)
  const [oldTokenKey = ''] = kidsOf(settings.TOKEN_KEYS)
  const [oldVaultKey = ''] = kidsOf(settings.VAULT_KEYS)
  let adminKeys = settings.ADMIN_KEYS
  let adminKey = host.DEMO_ADMIN_KEY
  let running: RunningEdge | undefined

  /** A deployment with the secrets as they stand, on the state of the one before. */
  const deploy = async () => {
    await running?.stop()
    const TOKEN_KEYS = read(tokenKeys)
    writeFileSync(
      envFile,
      asDotenv({ ...settings, TOKEN_KEYS, VAULT_KEYS: read(vaultKeys), ADMIN_KEYS: adminKeys }),
    )
    running = await startEdge({ port, persistTo, envFile, vars: { REVOCATION_LEASE: '1' } })
  }
  const cli = (args: string[], input = '') =>
    object(args, { input, env: { BIUWER_EDGE: `http://localhost:${port}`, BIUWER_ADMIN_KEY: adminKey } })
  /** What the frame does; 201 proves that the token verifies and that the vault's entry decrypts. */
  const opens = async (token: string) => {
    const answer = await fetch(`http://localhost:${port}/v1/sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: `http://localhost:${port}` },
      body: JSON.stringify({
        ...{ token, resource: 'r', origin: settings.ALLOWED_ORIGINS.split(' ')[0] },
        session_key: randomUUID().replaceAll('-', ''),
      }),
    })
    const { code, share } = await answer.json()
    return code ?? share.name
  }
  const shown = `r:${host.DEMO_BIUWER_TOKEN_STORE_1}`

  try {
    await deploy()
    await cli(['users', 'link', 'store-1', '--stdin'], host.DEMO_BIUWER_TOKEN_STORE_1)
    const { id, token: old } = await cli(['tokens', 'create', ...NO_LIMIT, '--user', 'store-1'])
    expect(await opens(old)).toBe(shown)

    await object(['secrets', 'token', '--add', tokenKeys, '--out', tokenKeys])
    await object(['secrets', 'vault', '--add', vaultKeys, '--out', vaultKeys])
    const [, newTokenKey = ''] = kidsOf(read(tokenKeys))
    const [, newVaultKey = ''] = kidsOf(read(vaultKeys))
    const fresh = await object(['secrets', 'admin'])
    adminKeys = `${adminKeys} ${fresh.digest}`
    await deploy()
    expect((await cli(['tokens', 'refresh', id])).token).toBe(old)
    expect(await opens(old)).toBe(shown)

    await object(['secrets', 'token', '--in', tokenKeys, '--promote', newTokenKey, '--out', tokenKeys])
    await object(['secrets', 'vault', '--in', vaultKeys, '--promote', newVaultKey, '--out', vaultKeys])
    adminKey = fresh.admin_key
    adminKeys = fresh.digest
    await deploy()
    const { token: young } = await cli(['tokens', 'refresh', id])
    expect([old, young].map((token) => decodeProtectedHeader(token).kid)).toEqual([oldTokenKey, newTokenKey])
    expect([await opens(old), await opens(young)]).toEqual([shown, shown])
    const former = { BIUWER_EDGE: `http://localhost:${port}`, BIUWER_ADMIN_KEY: host.DEMO_ADMIN_KEY }
    expect((await run(['audit'], { env: former })).stderr).toContain('(unauthorized, ')

    // A user whose key went too early.
    const stranded = file()
    const sealed = { link: 'A'.repeat(22), kid: 'gone', iv: 'A'.repeat(16), data: 'A'.repeat(40) }
    const user = {
      type: 'user',
      user: 'store-2',
      ...sealed,
      linked_at: 1_700_000_000,
      updated_at: 1_700_000_000,
    }
    writeFileSync(
      stranded,
      `{"type":"biuwer-embed","format":1,"exported_at":"2023-11-14T22:13:20Z"}\n${JSON.stringify(user)}\n{"type":"end"}\n`,
    )
    const now = { env: { BIUWER_EDGE: `http://localhost:${port}`, BIUWER_ADMIN_KEY: adminKey } }
    const refused = await run(['import', stranded], now)
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('--accept-unverified')])
    await cli(['import', stranded, '--accept-unverified'])
    const { exit, stderr } = await run(['vault', 'reencrypt'], now)
    expect(exit).toBe(1)
    expect(stderr).toContain('1 user(s); 1 other(s) were encrypted anew')
    expect(stderr).toContain('  store-2: encrypted with the key "gone"\n')
    await cli(['users', 'link', 'store-2', '--stdin'], host.DEMO_BIUWER_TOKEN_STORE_2)
    expect(await cli(['vault', 'reencrypt'])).toEqual({ reencrypted: 0, remaining: 0 })
    await object(['secrets', 'token', '--in', tokenKeys, '--retire', oldTokenKey, '--out', tokenKeys])
    await object(['secrets', 'vault', '--in', vaultKeys, '--retire', oldVaultKey, '--out', vaultKeys])
    await deploy()
    expect([await opens(old), await opens(young)]).toEqual(['token_invalid', shown])

    const backup = file()
    expect(await cli(['export', '--out', backup])).toMatchObject({ file: backup, user: 2, token: 1 })
    expect(mode(backup)).toBe(0o600)
    expect(read(backup)).not.toContain(host.DEMO_BIUWER_TOKEN_STORE_1)
    const cutOff = file()
    writeFileSync(cutOff, read(backup).split('\n').slice(0, -1).join('\n'))
    expect((await run(['import', cutOff], now)).stderr).toContain('is cut off')
    // Another edge: the same secrets, nothing stored.
    persistTo = join(folder, 'elsewhere')
    await deploy()
    expect(await opens(young)).toBe('token_invalid')
    expect(await cli(['import', backup])).toMatchObject({ imported: expect.any(Number), skipped: 0 })
    expect(await opens(young)).toBe(shown)
    expect(await cli(['import', backup])).toMatchObject({ imported: 0 })
  } finally {
    await running?.stop()
    await release()
  }
}, 180_000)
