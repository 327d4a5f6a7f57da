import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, runAtTerminal } from './process.ts'

/** Clears a screen by ESC and by CSI, turns the order of what follows, is not seen, and looks like a row of its own. */
const HOSTILE = 'a\u001b[2J\u009b2J\u202eb\u200b\u2066\u00ad\u{e0041}\u0007\r\nc'
const SHOWN = 'a\\u{1b}[2J\\u{9b}2J\\u{202e}b\\u{200b}\\u{2066}\\u{ad}\\u{e0041}\\u{7}\\u{d}\\u{a}c'

const record = {
  ...{ id: HOSTILE, user: HOSTILE, label: HOSTILE, status: HOSTILE, refresh: HOSTILE, to: HOSTILE },
  ...{ resources: [HOSTILE], origins: null, last_used_at: null, metadata: { [HOSTILE]: HOSTILE } },
}
const signer = {
  ...{ id: HOSTILE, name: HOSTILE, status: HOSTILE, users: [HOSTILE], resources: null },
  keys: { keys: [{ kid: HOSTILE, alg: HOSTILE }] },
}
const problem = {
  ...{ type: HOSTILE, title: HOSTILE, status: 409, code: HOSTILE, detail: HOSTILE, request_id: HOSTILE },
  errors: [{ path: HOSTILE, message: HOSTILE }],
}
const page = (...items: object[]) => ({ items, next_cursor: null })

/** What a server answers that is no honest edge. */
const ANSWERS: Record<string, [status: number, body: object]> = {
  'GET /healthz': [200, { status: HOSTILE, version: HOSTILE }],
  'GET /v1/tokens': [200, page(record)],
  'GET /v1/tokens/shown': [200, record],
  'POST /v1/tokens/shown/explain': [
    200,
    { allowed: false, checks: [{ check: HOSTILE, ok: false, detail: HOSTILE }] },
  ],
  'GET /v1/signers': [200, page(signer)],
  'GET /v1/signers/shown': [200, signer],
  'GET /v1/users': [200, page({ user: HOSTILE, live_tokens: HOSTILE, linked_at: HOSTILE })],
  'GET /v1/audit': [200, page({ at: HOSTILE, actor: HOSTILE, action: HOSTILE, target: HOSTILE })],
  'POST /v1/vault/reencrypt': [
    200,
    { reencrypted: 1, remaining: 0, next_cursor: null, unopened: [{ user: HOSTILE, kid: HOSTILE }] },
  ],
}

let server: Server
let env: Record<string, string>

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [path] = (request.url ?? '').split('?')
    const [status, body] = ANSWERS[`${request.method} ${path}`] ?? [409, problem]
    // A header holds C1 characters and no C0.
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Request-Id': 'req_\u009b2J' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  env = { BIUWER_EDGE: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

afterAll(() => new Promise((resolve) => server.close(resolve)))

/** What a terminal would follow, or nobody sees. Lines end as this program ends them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

test.each([
  ['health'],
  ['tokens list'],
  ['tokens show shown'],
  ['tokens show refused'],
  ['tokens explain shown --no-token'],
  ['signers list'],
  ['signers show shown'],
  ['users list'],
  ['users show refused'],
  ['audit'],
  ['vault reencrypt'],
])('what a server says to %s steers no terminal, in words and as JSON', async (command) => {
  const plain = await run(command.split(' '), { env })
  const said = plain.stdout + plain.stderr
  expect(said).toContain(SHOWN)
  expect(said.replaceAll('\n', '')).not.toMatch(UNSEEN)
  expect(said).not.toMatch(/^c/m)

  const json = await run([...command.split(' '), '--json'], { env })
  const [line, ...others] = (json.stdout || json.stderr).split('\n')
  expect(others).toEqual([''])
  expect(line).not.toMatch(UNSEEN)
  expect(JSON.stringify(JSON.parse(line ?? ''))).toContain(JSON.stringify(HOSTILE).slice(1, -1))
})

test('the request id of a refusal steers no terminal', async () => {
  const { stderr } = await run(['tokens', 'show', 'refused'], { env })
  expect(stderr).toContain('request req_\\u{9b}2J')
})

test('a question names what it is about without following it', async () => {
  const { stdout } = await runAtTerminal(['users', 'link', 'a\u009b2J\u202eb'], 'abc', env)
  expect(stdout).toContain('Biuwer token of a\\u{9b}2J\\u{202e}b: ')
  expect(stdout).not.toMatch(/[\u009b\u202e]/)
})

test('the names of files steer no terminal', async () => {
  const name = '/nowhere/a\u001b[2J\u009b\u202eb'
  for (const args of [
    ['import', name],
    ['export', '--out', name],
    ['secrets', 'token', '--add', name],
    ['secrets', 'admin', '--out', name],
  ]) {
    const { stdout, stderr } = await run(args, { env })
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(UNSEEN)
    expect(stderr).toContain('a\\u{1b}[2J\\u{9b}\\u{202e}b')
  }
})
