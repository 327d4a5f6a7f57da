import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterEach, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { EdgeError } from '../../client/edge-error.ts'
import { checkHealth } from '../../client/health.ts'
import type { ChangeOptions } from '../../client/transport.ts'
import { startOwnEdge } from './own-edge.ts'

const { edge: origin, adminKey, biuwerTokens } = inject('stack')
const edge = new BiuwerEdge({ edge: origin, adminKey })

/** All items of a list. */
async function every<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

/** What the promise is rejected with. */
/** The lines of a whole export of an edge that has no say here. */
function backupOf(...items: object[]): string[] {
  const all = [{ type: 'biuwer-embed', format: 2 }, ...items, { type: 'end' }]
  return all.map((item, index) => JSON.stringify({ ...item, backup: 'b', line: index + 1 }))
}

async function failure(call: Promise<unknown>): Promise<EdgeError> {
  const error = await call.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof EdgeError)) throw error
  return error
}

describe('the client, at a running edge', () => {
  const user = 'client-1'
  beforeAll(async () => {
    await edge.users.link(user, { biuwer_token: biuwerTokens.store1 })
  })

  test('the client links, shows and unlinks users', async () => {
    const linked = await edge.users.link('client@2', { biuwer_token: biuwerTokens.store2 })
    expect(linked.effective_by).toBeUndefined()
    const relinked = await edge.users.link('client@2', { biuwer_token: biuwerTokens.store1 })
    expect(relinked.effective_by?.new_sessions).toMatch(/Z$/)
    expect((await edge.users.get('client@2')).user).toBe('client@2')
    await edge.tokens.create({ user: 'client@2' })
    expect((await edge.users.revokeTokens('client@2')).revoked).toBe(1)
    expect((await edge.users.unlink('client@2')).revoked).toBe(0)
    expect(await failure(edge.users.get('client@2'))).toMatchObject({ code: 'not_found', status: 404 })
  })

  test('the client takes a token from its creation to its end', async () => {
    const { id, token, generation } = await edge.tokens.create({
      user,
      refresh: 'daily',
      resources: ['page_1'],
    })
    expect((await edge.tokens.refresh(id)).token).toBe(token)
    expect(await edge.introspect(token)).toMatchObject({ active: true, username: user })
    const { checks } = await edge.tokens.explain(id, { token, resource: 'page_2' })
    expect(checks.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['resource'])
    const rotated = await edge.tokens.rotate(id)
    expect([rotated.generation > generation, rotated.token === token]).toEqual([true, false])
    expect((await edge.tokens.update(id, { label: 'Sales' })).label).toBe('Sales')
    const revoked = await edge.tokens.revoke(id)
    expect((await edge.tokens.revoke(id)).effective_by).toEqual(revoked.effective_by)
    expect((await edge.tokens.get(id)).status).toBe('revoked')
    expect((await failure(edge.tokens.refresh(id))).code).toBe('conflict')
    const other = await edge.tokens.create({ user })
    await edge.revoke(other.token)
    expect(await edge.introspect(other.token)).toEqual({ active: false })
  })

  test('a link whose answer was lost does not come in place of a later one', async () => {
    const happenings = new EventEmitter()
    const lost = once(happenings, 'lost')
    const linkedLater = once(happenings, 'linked later')
    // Passes everything on to the edge, and loses its first answer.
    const relay = createServer(async (request, response) => {
      const answer = await fetch(`${origin}${request.url}`, {
        method: request.method ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(await every(request)),
      })
      const isFirst = answer.headers.get('idempotent-replayed') === null
      if (isFirst) {
        happenings.emit('lost')
        await linkedLater
        response.destroy()
      } else response.writeHead(answer.status).end(await answer.text())
    })
    relay.listen(0, '127.0.0.1')
    await once(relay, 'listening')
    onTestFinished(() => void relay.close())
    const { port } = relay.address() as AddressInfo
    const alice = new BiuwerEdge({ edge: `http://127.0.0.1:${port}`, adminKey })
    const linking = alice.users.link('client-3', { biuwer_token: biuwerTokens.store1 })
    await lost
    const later = await edge.users.link('client-3', { biuwer_token: biuwerTokens.store2 })
    happenings.emit('linked later')
    expect((await linking).linked_at).toBe(later.linked_at)
    const audit = await every(edge.audit.list({ target: 'client-3' }))
    expect(audit.map(({ action }) => action)).toEqual(['user.link', 'user.link'])
  })

  test('the client signs a user out', async () => {
    const { id, token } = await edge.tokens.create({ user })
    const { effective_by } = await edge.users.signOut(user)
    expect(effective_by.open_sessions > effective_by.new_sessions).toBe(true)
    expect(await edge.introspect(token)).toEqual({ active: false })
    expect(await edge.introspect((await edge.tokens.refresh(id)).token)).toMatchObject({ active: true })
    expect((await failure(edge.users.signOut('client-nobody'))).code).toBe('not_found')
  })

  test('the client makes one record for one idempotency key', async () => {
    const request = { user, label: 'once' }
    const options = { idempotencyKey: 'order-1' }
    const { id } = await edge.tokens.create(request, options)
    expect((await edge.tokens.create(request, options)).id).toBe(id)
    expect((await failure(edge.tokens.create({ user }, options))).code).toBe('idempotency_mismatch')
    expect((await edge.tokens.create(request)).id).not.toBe(id)
  })

  test('the client lists tokens across pages, and the audit of one of them', async () => {
    await edge.users.link('client-3', { biuwer_token: biuwerTokens.store1 })
    const made = await Promise.all(
      Array.from({ length: 101 }, () => edge.tokens.create({ user: 'client-3' })),
    )
    const ids = new Set<string>()
    for await (const record of edge.tokens.list({ user: 'client-3', status: 'active' })) ids.add(record.id)
    expect(ids).toEqual(new Set(made.map(({ id }) => id)))
    const actions: string[] = []
    for await (const { action } of edge.audit.list({ target: made[0]?.id ?? '' })) actions.push(action)
    expect(actions).toEqual(['token.create'])
  })

  test('the client exports every line, and imports them again without doubling what is there', async () => {
    // An import concerns all records, so it has an edge without those of other files.
    const running = await startOwnEdge()
    onTestFinished(() => running.stop())
    const { biuwerToken } = running
    const own = new BiuwerEdge({ edge: running.origin, adminKey: running.adminKey })
    await own.users.link('store-1', { biuwer_token: biuwerToken })
    const { id } = await own.tokens.create({ user: 'store-1', label: 'kept' })
    const lines = await every(own.backup.export())
    const types = lines.map((line) => JSON.parse(line).type)
    expect([types[0], types.at(-1)]).toEqual(['biuwer-embed', 'end'])
    expect(lines.filter((line) => line.includes(id) && line.includes('kept'))).toHaveLength(1)
    expect(lines.join('')).not.toContain(biuwerToken)
    const sums: number[] = []
    const onProgress = ({ skipped }: { skipped: number }) => sums.push(skipped)
    const { imported, skipped } = await own.backup.import(lines, { onProgress })
    expect([imported, skipped > 0, sums.at(-1)]).toEqual([0, true, skipped])
    let readings = 0
    const anew = () => {
      readings++
      return lines
    }
    expect(await own.backup.import(anew, { audit: 'own' })).toEqual({ imported: 0, skipped })
    expect(readings).toBe(2)
    const changed = lines.map((line) => line.replace('"kept"', '"changed"'))
    expect((await failure(own.backup.import(changed))).errors[0]?.path).toMatch(/^line \d+\.mac$/)
    expect(await own.backup.import(changed, { acceptUnverified: true })).toEqual({ imported: 0, skipped })
  })

  test('the client names a line that the edge refuses by its place among all lines, pieces before it included', async () => {
    const filler = Array.from({ length: 4 }, () => ' '.repeat(200_000))
    const [head = '', line = '', ...rest] = await every(edge.backup.export())
    const changed = line.replace('"user":"', '"user":"x')
    const error = await failure(edge.backup.import([head, ...filler, changed, ...rest]))
    expect(error.code).toBe('invalid_request')
    expect(error.errors.map(({ path }) => path)).toEqual(['line 6.mac'])
  })

  test('the client re-encrypts the vault step by step, and tells of the health without a key', async () => {
    const steps = await every(edge.vault.reencrypt())
    expect(steps.at(-1)).toMatchObject({ remaining: 0, unopened: [], next_cursor: null })
    expect(await edge.health()).toMatchObject({ status: 'ok' })
    expect(await checkHealth(origin)).toEqual(await edge.health())
  })

  test('an error of the client tells every mistake and the request id', async () => {
    const request = { user: 'a b', to: 'never' }
    const error = await failure(edge.tokens.create(request))
    expect(error).toMatchObject({ code: 'invalid_request', status: 400, title: 'Invalid request' })
    expect(error.errors.map(({ path }) => path).sort()).toEqual(['to', 'user'])
    expect(error.requestId).toMatch(/^req_/)
    expect(error.message).toContain(error.requestId)
  })

  test('a wrong key is unauthorized at /v1 and at /oauth', async () => {
    const stranger = new BiuwerEdge({ edge: origin, adminKey: 'not-a-key-of-this-edge' })
    for (const call of [stranger.tokens.get('tok_x'), stranger.introspect('x')])
      expect(await failure(call)).toMatchObject({ code: 'unauthorized', status: 401 })
  })
})

describe('a failing edge', () => {
  let server: Server | undefined
  const requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
  afterEach(async () => {
    requests.length = 0
    server?.closeAllConnections()
    server?.close()
  })

  type Answering = (response: ServerResponse) => void

  /** Answers one request after the other as told; the last telling holds for all that follow. */
  async function failing(...answers: Answering[]): Promise<BiuwerEdge> {
    server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request
      let body = ''
      for await (const chunk of request) body += chunk
      requests.push({ method, url, headers, body })
      const answer = answers[Math.min(requests.length, answers.length) - 1]
      answer?.(response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return new BiuwerEdge({ edge: `http://127.0.0.1:${port}`, adminKey: 'secret-admin-key' })
  }

  const answer =
    (status: number, body: object | string, headers: Record<string, string> = {}): Answering =>
    (response) => {
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
  const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
    answer(status, { code, title: code, status, detail: 'No.', request_id: 'req_1' }, headers)
  const broken: Answering = (response) => response.destroy()
  const silent: Answering = () => {}
  const good = answer(200, { id: 'tok_1' })

  test.each([
    ['a broken connection', broken],
    ['503 with Retry-After', problem(503, 'unavailable', { 'Retry-After': '1' })],
    ['429 with Retry-After', problem(429, 'rate_limited', { 'Retry-After': '1' })],
    ['503 of something between', answer(503, '<html>')],
  ])('the client asks again after %s', async (_, first) => {
    const client = await failing(first, good)
    const begun = Date.now()
    expect(await client.tokens.get('tok_1')).toEqual({ id: 'tok_1' })
    expect(requests).toHaveLength(2)
    if (_.includes('Retry-After')) expect(Date.now() - begun).toBeGreaterThanOrEqual(1000)
  })

  const changes: [name: string, change: (client: BiuwerEdge, options?: ChangeOptions) => Promise<unknown>][] =
    [
      ['users.link', (to, options) => to.users.link('store-1', { biuwer_token: 'x' }, options)],
      ['users.unlink', (to, options) => to.users.unlink('store-1', options)],
      ['users.revokeTokens', (to, options) => to.users.revokeTokens('store-1', options)],
      ['users.signOut', (to, options) => to.users.signOut('store-1', options)],
      ['signOut', (to, options) => to.signOut(options)],
      ['tokens.create', (to, options) => to.tokens.create({ user: 'store-1' }, options)],
      ['tokens.rotate', (to, options) => to.tokens.rotate('tok_1', { ifVersion: 1, ...options })],
      ['tokens.update', (to, options) => to.tokens.update('tok_1', {}, { ifVersion: 1, ...options })],
      ['tokens.revoke', (to, options) => to.tokens.revoke('tok_1', options)],
      ['keys.create', (to, options) => to.keys.create({ name: 'x', role: 'viewer' }, options)],
      ['keys.revoke', (to, options) => to.keys.revoke('key_1', options)],
      ['backup.import', (to) => to.backup.import(backupOf())],
      ['vault.reencrypt', (to) => every(to.vault.reencrypt())],
    ]

  test.each(changes)('the client has one key of its own for all tries of %s', async (_, change) => {
    const client = await failing(broken, problem(503, 'unavailable', { 'Retry-After': '0' }), good)
    await change(client)
    expect(requests).toHaveLength(3)
    await change(client)
    const keys = requests.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual([keys[0], keys[0], keys[0], keys[3]])
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[3]).not.toBe(keys[0])
  })

  test.each(changes.slice(0, -2))('the client sends the key that is given to %s', async (_, change) => {
    const client = await failing(good)
    await change(client, { idempotencyKey: 'order-1' })
    expect(requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-1'])
  })

  test('the client gives up after three tries', async () => {
    const client = await failing(broken)
    const error = await failure(client.tokens.get('tok_1'))
    expect(error).toMatchObject({ code: 'unreachable', status: null, requestId: null })
    expect(requests).toHaveLength(3)
  })

  test.each([
    [400, 'invalid_request'],
    [401, 'unauthorized'],
    [409, 'user_not_linked'],
    [500, 'internal'],
    [503, 'misconfigured'],
  ])('the client does not ask again after %i %s', async (status, code) => {
    const client = await failing(problem(status, code), good)
    expect((await failure(client.tokens.create({ user: 'store-1' }))).code).toBe(code)
    expect(requests).toHaveLength(1)
  })

  test('the client does not wait for a Retry-After that is longer than the call may take', async () => {
    const client = await failing(problem(429, 'rate_limited', { 'Retry-After': '3600' }), good)
    const error = await failure(client.tokens.get('tok_1'))
    expect(error).toMatchObject({ code: 'rate_limited', retryAfter: 3600 })
    expect(requests).toHaveLength(1)
  })

  test('a silent edge is a timeout, and a caller who gives up gets their own reason', async () => {
    const client = await failing(silent)
    expect((await failure(client.tokens.get('tok_1', { timeout: 100 }))).code).toBe('timeout')
    const giveUp = new AbortController()
    const call = client.tokens.get('tok_1', { signal: giveUp.signal })
    giveUp.abort(new Error('the page was closed'))
    await expect(call).rejects.toThrow('the page was closed')
  })

  test('whose export breaks off, or lacks its last line, is no whole export', async () => {
    const head = '{"type":"biuwer-embed","format":1}\n'
    const ndjson = (body: string): Answering => answer(200, body, { 'Content-Type': 'application/x-ndjson' })
    const cutOff: Answering = (response) => {
      response.writeHead(200, { 'Content-Length': '1000' })
      response.write(head, () => response.destroy())
    }
    for (const first of [ndjson(head), cutOff]) {
      const client = await failing(first)
      const lines: string[] = []
      const reading = async () => {
        for await (const line of client.backup.export()) lines.push(line)
      }
      expect(await failure(reading())).toMatchObject({ code: 'unreachable' })
      expect(lines).toEqual([head.trim()])
    }
  })

  test('an export that pauses is a timeout, and the client asks again for one whose beginning failed', async () => {
    const paused: Answering = (response) => {
      response.writeHead(200)
      response.write('{"type":"biuwer-embed"}\n')
    }
    const client = await failing(broken, paused)
    const lines: string[] = []
    const reading = async () => {
      for await (const line of client.backup.export({ timeout: 2_000 })) lines.push(line)
    }
    expect((await failure(reading())).code).toBe('timeout')
    expect([lines.length, requests.length]).toEqual([1, 2])
  })

  test('the client sends a piece of an import again as it was', async () => {
    const client = await failing(broken, answer(200, { imported: 1, skipped: 0 }))
    const lines = backupOf({ type: 'user' })
    expect(await client.backup.import(lines)).toEqual({ imported: 1, skipped: 0 })
    expect(requests.map(({ body, headers }) => [body, headers['content-type']])).toEqual(
      Array(2).fill([`${lines.join('\n')}\n`, 'application/x-ndjson']),
    )
  })

  const lines = backupOf({ type: 'user' }, { type: 'token' }, { type: 'audit' })
  const former = lines.map((line) => line.replace('"format":2', '"format":1').replace(/,"backup".*/, '}'))
  test.each<[what: string, lines: string[], said: RegExp]>([
    ['nothing', [], /no export of an edge/],
    ['something else', ['# a table'], /no export of an edge/],
    ['a backup without its first line', lines.slice(1), /no export of an edge/],
    ['a backup without its last line', lines.slice(0, -1), /is cut off/],
    ['a backup with a line missing', lines.toSpliced(2, 1), /Line 3 does not follow/],
    ['a backup with a line doubled', lines.toSpliced(2, 0, lines[2] ?? ''), /Line 4 does not follow/],
    [
      'a backup with a line of another',
      lines.with(2, lines[2]?.replace('"b"', '"c"') ?? ''),
      /Line 3 is not/,
    ],
    ['a backup with a line that is none', lines.with(2, '{"type"'), /Line 3 is not of this backup/],
    ['a backup of version 0.1.0', former, /0\.1\.0/],
  ])('the client sends nothing of %s', async (_, given, said) => {
    const client = await failing(answer(200, { imported: 1, skipped: 0 }))
    const error = await failure(client.backup.import(given))
    expect([error.code, error.status]).toEqual(['invalid_request', null])
    expect(error.detail).toMatch(said)
    expect(requests).toEqual([])
  })

  test('the client takes line ends of any kind, a byte order mark and blank lines, and what the caller accepts', async () => {
    const client = await failing(...Array(3).fill(answer(200, { imported: 3, skipped: 0 })))
    await client.backup.import([
      `\ufeff${lines[0]}\r`,
      ...lines.slice(1).map((line) => `${line}\r`),
      '',
      '\r',
    ])
    await client.backup.import(former, { acceptUnverified: true })
    await client.backup.import(lines, { audit: 'own' })
    expect(requests.map(({ url }) => url)).toEqual([
      '/v1/import',
      '/v1/import?unverified=accept',
      '/v1/import?audit=own',
    ])
    expect(
      (await failure(client.backup.import(former.slice(0, -1), { acceptUnverified: true }))).detail,
    ).toMatch(/is cut off/)
  })

  test.each([
    ['a page', answer(200, '<html>')],
    ['a redirect', answer(302, '', { Location: 'https://elsewhere.example/' })],
    ['a gateway', answer(502, '<html>')],
    ['an empty body', answer(200, '')],
    ['null', answer(200, 'null')],
    ['a list', answer(200, '[]')],
    ['a text', answer(200, '"tok_1"')],
    ['a number', answer(200, '7')],
  ])('%s is no edge, and the client says so', async (_, first) => {
    const client = await failing(first, good)
    expect((await failure(client.tokens.get('tok_1'))).code).toBe('unexpected_answer')
    expect(requests).toHaveLength(1)
  })

  test.each<[string, (client: BiuwerEdge) => Promise<unknown>]>([
    ['records', (client) => client.tokens.page()],
    ['every record', (client) => every(client.tokens.list())],
    ['users', (client) => client.users.page()],
    ['Biuwer tokens', (client) => client.users.biuwerTokens('ana')],
    ['keys', (client) => client.keys.page()],
    ['signers', (client) => client.signers.page()],
    ['the audit', (client) => client.audit.page()],
  ])('what is no list of %s is no answer of an edge', async (_, ask) => {
    for (const body of [{}, { items: null }, { items: {} }, []]) {
      const client = await failing(answer(200, body))
      expect((await failure(ask(client))).code).toBe('unexpected_answer')
    }
  })

  test('what answers where an edge says nothing is no edge', async () => {
    const client = await failing(answer(200, { revoked: true }))
    expect((await failure(client.revoke('a.b.c'))).code).toBe('unexpected_answer')
  })

  test('no answer is taken from a cache, nor kept in one', async () => {
    const asked: (RequestCache | undefined)[] = []
    const { fetch } = globalThis
    globalThis.fetch = (input, init) => {
      asked.push(init?.cache)
      return fetch(input, init)
    }
    onTestFinished(() => {
      globalThis.fetch = fetch
    })
    await (await failing(good)).tokens.get('tok_1')
    expect(asked).toEqual(['no-store'])
  })

  test('neither an error nor the client itself shows a secret', async () => {
    const client = await failing(
      broken,
      broken,
      broken,
      problem(400, 'invalid_request'),
      answer(200, 'secret'),
    )
    const errors = [
      await failure(client.users.link('store-1', { biuwer_token: 'secret-biuwer-token' })),
      await failure(client.introspect('secret-value')),
      await failure(client.introspect('secret-value')),
    ]
    for (const shown of [...errors, client]) {
      expect(inspect(shown, { depth: 10, showHidden: true })).not.toContain('secret')
      expect(JSON.stringify(shown)).not.toContain('secret')
    }
    expect(requests.every(({ headers }) => headers.authorization === 'Bearer secret-admin-key')).toBe(true)
    expect(requests.some(({ url }) => url.includes('secret'))).toBe(false)
  })
})

describe('a mistake of the host is said at the first call', () => {
  test.each([
    ['http://embed.example.com'],
    ['https://embed.example.com/api'],
    ['https://user:secret@embed.example.com'],
    ['ftp://localhost'],
    ['embed.example.com'],
    [''],
    [undefined],
  ])('the client refuses %j as an edge', async (wrong) => {
    const client = new BiuwerEdge({ edge: wrong, adminKey })
    for (const call of [client.health(), client.keys.current(), client.tokens.create({ user: 'a' })])
      await expect(call).rejects.toThrow(/^edge (has to be|is not set)/)
    await expect(client.backup.export().next()).rejects.toThrow(TypeError)
    await expect(checkHealth(wrong)).rejects.toThrow(TypeError)
  })

  test.each([' ', 'a\nb', 'ñ'])(
    'the client refuses %j as an admin key without repeating it',
    async (wrong) => {
      const { keys } = new BiuwerEdge({ edge: origin, adminKey: wrong })
      await expect(keys.current()).rejects.toThrow(/^adminKey has to be visible ASCII characters$/)
    },
  )

  test.each(['', undefined])(
    'a client without an admin key (%j) is made, as a build needs it',
    async (none) => {
      const client = new BiuwerEdge({ edge: origin, adminKey: none })
      await expect(client.keys.current()).rejects.toThrow(TypeError)
      await expect(client.keys.current()).rejects.toThrow(/^adminKey is not set/)
      expect(await client.health()).toMatchObject({ status: 'ok' })
    },
  )

  test('the client refuses an id that would be another address and an idempotency key that no header takes', async () => {
    for (const id of ['', '.', '..']) await expect(edge.tokens.revoke(id)).rejects.toThrow(TypeError)
    await expect(edge.tokens.get('a/../b')).rejects.toMatchObject({ code: 'not_found' })
    await expect(edge.tokens.create({ user: 'a' }, { idempotencyKey: 'a b' })).rejects.toThrow(TypeError)
  })
})
