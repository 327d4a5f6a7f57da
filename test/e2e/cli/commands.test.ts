import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { lines, NO_LIMIT, object, run, runAtTerminal } from './process.ts'

const { edge, adminKey, biuwerTokens, edgeLog, hostPorts, biuwer } = inject('stack')
const ORIGIN = `http://localhost:${hostPorts[0]}`

/** A user of the test's own, linked. */
async function linked(): Promise<string> {
  const user = `cli-${randomUUID()}`
  await object(['users', 'link', user, '--stdin'], { input: `${biuwerTokens.store1}\n` })
  return user
}

describe('health and help', () => {
  test('health tells the version without an admin key', async () => {
    expect(await object(['health'], { env: { BIUWER_ADMIN_KEY: '' } })).toEqual({
      status: 'ok',
      version: expect.any(String),
    })
  })

  test('--edge goes before BIUWER_EDGE', async () => {
    expect(
      await object(['health', '--edge', edge], { env: { BIUWER_EDGE: 'http://127.0.0.1:9' } }),
    ).toMatchObject({ status: 'ok' })
  })

  test.each([
    'health',
    'secrets admin',
    'secrets token',
    'secrets vault',
    'keys create',
    'keys list',
    'keys show',
    'keys revoke',
    'signers create',
    'signers list',
    'signers show',
    'signers update',
    'signers add-key',
    'signers remove-key',
    'signers delete',
    'explain',
    'users list',
    'users link',
    'users show',
    'users unlink',
    'users revoke-tokens',
    'users sign-out',
    'sign-out',
    'tokens create',
    'tokens list',
    'tokens show',
    'tokens refresh',
    'tokens update',
    'tokens revoke',
    'tokens explain',
    'audit',
    'vault reencrypt',
    'export',
    'import',
  ])('the help of %s shows an example', async (command) => {
    const { exit, stdout } = await run([...command.split(' '), '--help'])
    expect(exit).toBe(0)
    expect(stdout).toContain(`$ npx biuwer-embed ${command}`)
  })
})

describe('users', () => {
  test('users are listed by prefix, tokens by text, the audit by target', async () => {
    const user = await linked()
    const { id } = await object([
      'tokens',
      'create',
      ...NO_LIMIT,
      '--user',
      user,
      '--label',
      `Sales of ${user}`,
    ])
    expect(await lines(['users', 'list', '--prefix', user])).toMatchObject([{ user, live_tokens: 1 }])
    expect(await lines(['tokens', 'list', '--text', `sales of ${user}`])).toMatchObject([{ id }])
    expect(await lines(['audit', '--target', String(id)])).toMatchObject([{ action: 'token.create' }])
  })

  test('a user is linked from stdin or from the environment, and shown without the Biuwer token', async () => {
    const user = `cli-${randomUUID()}`
    const first = await object(['users', 'link', user, '--stdin'], { input: `${biuwerTokens.store1}\n` })
    const times = { linked_at: expect.any(String), updated_at: expect.any(String) }
    expect(first).toEqual({ user, ...times, biuwer_refresh: 'manual' })
    const again = await object(['users', 'link', user], { env: { BIUWER_TOKEN: biuwerTokens.store2 } })
    expect(again.effective_by).toEqual({
      new_sessions: expect.any(String),
      open_sessions: expect.any(String),
    })
    const { stdout } = await run(['users', 'show', user])
    expect(stdout).toContain(user)
    expect(stdout).not.toContain(biuwerTokens.store2)
  })

  test('a terminal does not show the Biuwer token that is typed to link a user', async () => {
    const user = `cli-${randomUUID()}`
    const { exit, stdout } = await runAtTerminal(['users', 'link', user], biuwerTokens.store1)
    expect(exit).toBe(0)
    expect(stdout).toContain(`Biuwer token of ${user}: `)
    expect(stdout).toContain('linked_at')
    expect(stdout).not.toContain(biuwerTokens.store1)
  })

  test('a user is unlinked only after somebody agreed that the tokens end too', async () => {
    const user = await linked()
    const { id } = await object(['tokens', 'create', ...NO_LIMIT, '--user', user, '--label', 'Lobby'])
    expect(await run(['users', 'unlink', user])).toMatchObject({ exit: 2, stdout: '' })
    const asked = await runAtTerminal(['users', 'unlink', user], 'n')
    expect(asked).toMatchObject({ exit: 130 })
    expect(asked.stdout).toContain(`revokes 1 token(s) of ${user}, for good`)
    expect(asked.stdout).toContain(`${id} "Lobby"`)
    expect(await object(['tokens', 'show', id])).toMatchObject({ status: 'active' })
    expect((await runAtTerminal(['users', 'unlink', user], 'y')).exit).toBe(0)
    expect(await object(['tokens', 'show', id])).toMatchObject({ status: 'revoked' })
  })

  test('revoke-tokens ends all tokens of a user, who stays linked', async () => {
    const user = await linked()
    await object(['tokens', 'create', ...NO_LIMIT, '--user', user])
    await object(['tokens', 'create', ...NO_LIMIT, '--user', user])
    expect(await object(['users', 'revoke-tokens', user, '--yes'])).toMatchObject({ revoked: 2 })
    expect(await object(['users', 'show', user])).toMatchObject({ user })
    expect(await object(['users', 'unlink', user, '--yes'])).toMatchObject({ user, revoked: 0 })
  })
})

describe('tokens', () => {
  let user: string
  beforeAll(async () => {
    user = await linked()
  })

  test('a token is created with every field of the record', async () => {
    const made = await object([
      ...['tokens', 'create', '--user', user, '--refresh', 'single-use', '--single-use-ttl', '60'],
      ...[
        '--resource',
        'a',
        '--resource',
        'b',
        '--from',
        '2026-01-01T00:00:00Z',
        '--to',
        '2099-01-01T00:00:00Z',
      ],
      ...['--origin', ORIGIN, '--time-zone', 'Europe/Madrid'],
      ...[
        '--overlap',
        '5',
        '--region',
        'weur',
        '--label',
        'Lobby',
        '--metadata',
        'a=1',
        '--metadata',
        'b=x=y',
      ],
    ])
    expect(made).toMatchObject({
      resources: ['a', 'b'],
      origins: [ORIGIN],
      ...{ user, refresh: 'single-use', single_use_ttl: 60, overlap: 5, region: 'weur', label: 'Lobby' },
      ...{ from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', time_zone: 'Europe/Madrid' },
      metadata: { a: '1', b: 'x=y' },
      token: expect.stringMatching(/^eyJ/),
    })
  })

  test('the same idempotency key makes the same token', async () => {
    const make = () => object(['tokens', 'create', ...NO_LIMIT, '--user', user, '--idempotency-key', user])
    expect((await make()).id).toBe((await make()).id)
  })

  test('tokens are listed past the first page, up to the limit, one record a line', async () => {
    const many = await linked()
    const ids: string[] = []
    for (let i = 0; i < 3; i++)
      ids.unshift((await object(['tokens', 'create', ...NO_LIMIT, '--user', many])).id)
    const listed = await lines(['tokens', 'list', '--user', many])
    expect(listed.map(({ id }) => id)).toEqual(ids)
    expect(await lines(['tokens', 'list', '--user', many, '--limit', '2'])).toHaveLength(2)
    expect(await lines(['tokens', 'list', '--user', many, '--status', 'revoked'])).toEqual([])
  })

  test('tokens are listed in aligned columns, without colour in a pipe', async () => {
    const { stdout } = await run(['tokens', 'list', '--limit', '3'])
    const [heading = '', ...rows] = stdout.trimEnd().split('\n')
    const column = heading.indexOf('STATUS')
    expect(rows).toHaveLength(3)
    for (const row of rows) expect(row.slice(column)).toMatch(/^(active|revoked|pending|expired) /)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what must not be there
    expect(stdout).not.toMatch(/\u001b/)
  })

  test('lists are coloured at a terminal, unless NO_COLOR is set', async () => {
    const args = ['tokens', 'list', '--limit', '1']
    expect((await runAtTerminal(args, '', { TERM: 'xterm' })).stdout).toContain('\u001b[1m')
    const plain = await runAtTerminal(args, '', { TERM: 'xterm', NO_COLOR: '1' })
    expect(plain.stdout).toContain('STATUS')
    expect(plain.stdout).not.toContain('\u001b[1m')
  })

  test('a token is changed, refreshed, rotated, explained and revoked', async () => {
    const { id, token } = await object([
      'tokens',
      'create',
      ...NO_LIMIT,
      '--user',
      user,
      '--label',
      'old',
      '--metadata',
      'a=1',
    ])
    const update = ['tokens', 'update', id, '--to', '2099-01-01T00:00:00Z', '--metadata', 'b=2']
    expect(await object([...update, '--remove-metadata', 'a', '--no-label'])).toMatchObject({
      ...{ to: '2099-01-01T00:00:00Z', label: null, metadata: { b: '2' } },
    })
    const fresh = await object(['tokens', 'refresh', id])
    expect(fresh.token).not.toBe(token)
    expect((await object(['tokens', 'refresh', id])).token).toBe(fresh.token)
    expect(await object(['tokens', 'refresh', id, '--rotate'])).toMatchObject({ version: fresh.version + 1 })

    const asked = ['tokens', 'explain', id, '--resource', 'r', '--stdin']
    // Of the generation before.
    const former = await run([...asked, '--json'], { input: fresh.token })
    const { checks } = JSON.parse(former.stdout)
    expect([former.exit, checks.map(({ check }: { check: string }) => check)]).toEqual([
      4,
      expect.arrayContaining(['signature']),
    ])
    const { exit, stdout } = await run(['tokens', 'explain', id, '--at', '2100-01-01T00:00:00Z'])
    expect(exit).toBe(4)
    expect(stdout).toMatch(/^validity +no +It ended at 2099-01-01T00:00:00Z\.$/m)
    expect(stdout).toMatch(/It would be refused\.\n$/)

    expect(await object(['tokens', 'revoke', id, '--yes'])).toMatchObject({ status: 'revoked' })
    expect(await run(['tokens', 'refresh', id])).toMatchObject({ exit: 1, stdout: '' })
  })

  test('a token record is revoked once somebody agrees', async () => {
    const args = ['tokens', 'create', ...NO_LIMIT, '--user', user, '--label', 'Kept']
    const { id } = await object(args)
    expect(await run(['tokens', 'revoke', id])).toMatchObject({ exit: 2, stdout: '' })
    expect((await runAtTerminal(['tokens', 'revoke', id], 'n')).exit).toBe(130)
    expect(await object(['tokens', 'show', id])).toMatchObject({ status: 'active' })
    const agreed = await runAtTerminal(['tokens', 'revoke', id], 'y')
    expect(agreed.stdout).toContain(`Revokes ${id}, "Kept", of ${user}`)
    expect(await object(['tokens', 'show', id])).toMatchObject({ status: 'revoked' })
  })

  test('the control characters of a label do not reach the terminal', async () => {
    const { id } = await object(['tokens', 'create', ...NO_LIMIT, '--user', user, '--label', 'a\u001b[2Jb'])
    expect((await run(['tokens', 'show', id])).stdout).toContain('a\\u{1b}[2Jb')
  })

  test('a new token is in the audit', async () => {
    const { id } = await object(['tokens', 'create', ...NO_LIMIT, '--user', user])
    const entries = await lines(['audit', '--target', id])
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ target: id, request_id: expect.stringMatching(/^req_/) })
    expect((await run(['audit'])).stdout).toMatch(/^AT +ACTOR +ACTION +TARGET +REQUEST\n/)
  })
})

describe('failures', () => {
  test('a refusal tells its code and request id, exits with 1, and is the problem itself with --json', async () => {
    const plain = await run(['tokens', 'show', 'tok_none'])
    expect(plain).toMatchObject({ exit: 1, stdout: '' })
    expect(plain.stderr).toMatch(/^There is no token record with this id\. \(not_found, request req_\S+\)\n$/)
    const id = /req_[\w-]+/.exec(plain.stderr)?.[0] ?? ''
    await vi.waitFor(() => expect(readFileSync(edgeLog, 'utf8')).toContain(`"request_id":"${id}"`))
    const json = await run(['tokens', 'show', 'tok_none', '--json'])
    expect(json.stdout).toBe('')
    expect(JSON.parse(json.stderr)).toMatchObject({
      status: 404,
      code: 'not_found',
      request_id: expect.any(String),
    })
  })

  test('every mistake of a request is listed', async () => {
    const { stderr } = await run([
      'tokens',
      'create',
      '--any-resource',
      '--to',
      'never',
      '--user',
      '..',
      '--origin',
      'nowhere',
      '--time-zone',
      'Mars',
    ])
    expect(stderr).toMatch(
      /\(invalid_request, request req_\S+\)\n {2}user: .+\n {2}origins.0: .+\n {2}time_zone: .+\n$/,
    )
  })

  test('a command exits with 3 where the port is closed or something else answers', async () => {
    expect((await run(['audit', '--edge', 'http://127.0.0.1:9999'])).exit).toBe(3)
    expect((await run(['audit', '--edge', biuwer])).exit).toBe(3)
  })

  test.each([
    [['tokens', 'show']],
    [['tokens', 'lst']],
    [['tokens']],
    [['tokens', 'create', '--user', 'u', '--overlap', 'long']],
    [['tokens', 'create', '--user', 'u', '--idempotency-key', 'ñ→']],
    [['tokens', 'update', 'tok_x']],
    [['tokens', 'update', 'tok_x', '--any-origin', '--origin', ORIGIN]],
    [['health', '--edge', 'http://embed.example.com']],
    [['health', '--edge', 'https://user:pass@embed.example.com']],
    [['secrets', 'token', '--promote', 'k']],
  ])('%j is wrong usage and exits with 2', async (args) => {
    const { exit, stdout, stderr } = await run([...args, '--json'])
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
    expect(JSON.parse(stderr.slice(stderr.indexOf('{')))).toMatchObject({ code: 'wrong_usage' })
  })
})

describe('secrets', () => {
  const secret = 'Sup3rS3cretValue'
  const jws = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0b2sifQ.${secret}`

  test.each([
    [['audit', `--admin-key=${secret}`]],
    [['audit', '--admin-key', secret]],
    [['signers', 'create', 'a', '--key', secret]],
    [['users', 'link', 'u', '--biuwer-token', secret]],
    [['users', 'link', 'u', secret]],
    [['users', 'link', 'u', `-t${secret}`]],
    [['users', 'link', 'u', `--biuwer=${secret}`]],
    [['tokens', 'explain', 'tok_x', '--token', jws]],
    [['tokens', 'explain', jws]],
    [['audit', `bwadm_${secret}`]],
    [['health', '--edge', `https://x:${secret}@embed.example.com`]],
  ])('%j is refused without repeating the secret', async (args) => {
    for (const format of [[], ['--json']]) {
      const { exit, stdout, stderr } = await run([...args, ...format])
      expect(exit).toBe(2)
      expect(stdout + stderr).not.toContain(secret)
    }
  })

  test('a bearer key behind --key is told where it belongs', async () => {
    const { exit, stderr } = await run(['keys', 'list', '--key', secret])
    expect([exit, stderr]).toEqual([2, expect.stringContaining('no --key; set BIUWER_ADMIN_KEY')])
  })

  test('an admin key that is refused, or unfit for a header, is not repeated', async () => {
    for (const [key, exit] of [
      [secret, 1],
      [`${secret}\u00e9`, 2],
      [`${secret} b`, 2],
    ] as const) {
      const ran = await run(['audit'], { env: { BIUWER_ADMIN_KEY: key } })
      expect(ran.exit).toBe(exit)
      expect(ran.stdout + ran.stderr).not.toContain(secret)
    }
  })

  test('a refused Biuwer token is not repeated', async () => {
    const ran = await run(['users', 'link', 'cli-refused', '--stdin'], { input: `${secret}!` })
    expect(ran.exit).toBe(1)
    expect(ran.stderr).toContain('biuwer_token')
    expect(ran.stderr).not.toContain(secret)
  })

  test('a command without a terminal takes the admin key from the environment alone', async () => {
    expect(await run(['audit'], { env: { BIUWER_ADMIN_KEY: '' } })).toMatchObject({ exit: 2, stdout: '' })
  })

  test('a terminal asks for the admin key and does not show it', async () => {
    const { exit, stdout } = await runAtTerminal(['audit'], adminKey, { BIUWER_ADMIN_KEY: '' })
    expect(exit).toBe(0)
    expect(stdout).toContain('ACTION')
    expect(stdout).not.toContain(adminKey)
  })
})
