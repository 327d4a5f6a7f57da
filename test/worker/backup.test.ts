import { evictDurableObject, reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { clock } from '../../worker/clock.ts'
import { type Bindings, readSettings } from '../../worker/env.ts'
import { formatTimestamp } from '../../worker/policy/time.ts'
import { registryOf } from '../../worker/storage/registry.ts'
import { seal } from '../../worker/storage/vault.ts'
import { admin, BIUWER_TOKEN, call, check, issue, open } from './api.ts'
import { authentic, exported, importLines, itemsOf, type Loose } from './backups.ts'
import { missingKv } from './storage-doubles.ts'

afterEach(async () => {
  vi.useRealTimers()
  await reset()
})

/** Another location: a location's memory outlives a deployment that is reset. */
const elsewhere = (name: string) => ({ key: name, bindings: missingKv() })

async function everything(): Promise<unknown> {
  const records: unknown[] = []
  let cursor = ''
  do {
    const { body } = await admin('GET', `/v1/tokens?limit=100${cursor && `&cursor=${cursor}`}`)
    records.push(...body.items)
    cursor = body.next_cursor ?? ''
  } while (cursor)
  return records
}

describe('a backup', () => {
  test('a backup brings users, records and audit into an empty deployment, any number of times', async () => {
    const live = await issue({ refresh: 'daily', resources: ['page_1'], metadata: { a: '1' } })
    const rotated = await issue({ overlap: 3600 })
    await admin('POST', `/v1/tokens/${rotated.id}/refresh`, { rotate: true })
    const revoked = await issue({ user: 'store-2' })
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    const lines = await exported()
    const before = await everything()
    const audit = (await admin('GET', '/v1/audit?limit=100')).body.items
    const items = lines.trim().split('\n').length - 2
    expect(JSON.parse(lines.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'end', items })
    expect(lines).not.toContain(BIUWER_TOKEN)
    for (const { token } of [live, rotated, revoked]) expect(lines).not.toContain(token)

    await reset()
    const restored = await importLines(lines)
    expect(restored).toMatchObject({ status: 200, body: { skipped: 0 } })
    expect((await importLines(lines)).body).toEqual({ imported: 0, skipped: restored.body.imported })
    expect(await everything()).toEqual(before)
    const restoredAudit = (await admin('GET', '/v1/audit?limit=100')).body.items
    // The second import changed nothing, and is no action.
    expect(restoredAudit[0]).toMatchObject({ action: 'import', target: `${items} items` })
    const imported_at = restoredAudit[0].at
    const brought = restoredAudit.filter((entry: Loose) => 'imported_at' in entry)
    expect(brought).toEqual(audit.map((entry: Loose) => ({ ...entry, imported_at })))
    expect(
      restoredAudit
        .filter((entry: Loose) => !('imported_at' in entry))
        .map(({ action, target }: Loose) => [action, target]),
    ).toEqual([
      ['import', `${items} items`],
      ['token.import', revoked.id],
      ['token.import', rotated.id],
      ['token.import', live.id],
      ['user.import', 'store-2'],
      ['user.import', 'store-1'],
    ])
    expect((await open(live.token)).body.share.name).toBe(`page_1:${BIUWER_TOKEN}`)
    expect((await open(rotated.token)).status).toBe(201)
    expect((await open(revoked.token)).body.code).toBe('token_revoked')
  })

  test('a backup lets no single-use token open again that may have been spent before', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    await open(token, { key: 'first' })
    const lines = await exported()
    await reset()
    await importLines(lines)
    expect((await open(token, elsewhere('other'))).body.code).toBe('token_revoked')
    const { body } = await admin('POST', `/v1/tokens/${id}/refresh`)
    expect((await open(body.token)).status).toBe(201)
  })

  test('a backup lets no spent token open again that a rotation left a while to live', async () => {
    const { id, token } = await issue({ refresh: 'single-use', overlap: 3600 })
    await open(token, { key: 'first' })
    await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    const lines = await exported()
    await reset()
    await importLines(lines)
    expect((await open(token, elsewhere('other'))).body.code).toBe('token_revoked')
  })

  test('a backup revives nothing that ended since, and overwrites nothing that changed', async () => {
    const gone = await issue({ user: 'gone' })
    const relinked = await issue({ user: 'relinked' })
    const revoked = await issue()
    const rotated = await issue()
    const narrowed = await issue()
    const lines = await exported()
    await admin('DELETE', '/v1/users/gone')
    await admin('PUT', '/v1/users/relinked', { biuwer_token: 'newer' })
    await admin('DELETE', `/v1/tokens/${revoked.id}`)
    await admin('POST', `/v1/tokens/${rotated.id}/refresh`, { rotate: true })
    await admin('PATCH', `/v1/tokens/${narrowed.id}`, { resources: ['page_2'] })
    const before = await everything()

    expect((await importLines(lines)).body.imported).toBe(0)
    expect(await everything()).toEqual(before)
    expect((await admin('GET', '/v1/users/gone')).status).toBe(404)
    expect((await open(relinked.token)).body.share.name).toBe('page_1:newer')
    for (const { token } of [gone, revoked, rotated])
      expect((await open(token)).body.code).toBe('token_revoked')
    expect((await open(narrowed.token)).body.code).toBe('resource_not_allowed')
  })

  test("the audit of a backup decides nothing in later imports, unless the operator takes it for the edge's own", async () => {
    const { id, token } = await issue()
    const early = await exported()
    await admin('DELETE', '/v1/users/store-1')
    const late = await exported()
    await reset()
    await importLines(late.slice(late.indexOf('{"type":"audit"')))
    await importLines(early)
    expect((await admin('GET', '/v1/users/store-1')).status).toBe(200)
    expect((await open(token, elsewhere('first'))).status).toBe(201)

    await reset()
    await importLines(late.slice(late.indexOf('{"type":"audit"')))
    // What an import brought can still be taken by a later one.
    const taken = await importLines(late.slice(late.indexOf('{"type":"audit"')), '?audit=own')
    expect(taken.body).toEqual({ imported: itemsOf(late, 'audit').length, skipped: 0 })
    await importLines(early)
    expect((await admin('GET', '/v1/users/store-1')).status).toBe(404)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('revoked')
    expect((await open(token, elsewhere('second'))).body.code).toBe('token_revoked')
  })

  test('what an edge did not take for its own, no edge takes for its own from its backups', async () => {
    await issue()
    const early = await exported()
    await admin('DELETE', '/v1/users/store-1')
    const late = await exported()
    await reset()
    await importLines(late)
    const foreign = await exported()
    expect(itemsOf(foreign, 'audit').map(({ action, own }) => `${action} ${own}`)).toContain(
      'user.unlink false',
    )
    await reset()
    await importLines(foreign, '?audit=own')
    await importLines(early)
    expect((await admin('GET', '/v1/users/store-1')).status).toBe(200)
  })

  test('a registry of version 0.1.0 gets the columns that it lacks, and its audit is its own', async () => {
    await issue()
    const lines = await exported()
    await admin('DELETE', '/v1/users/store-1')
    const before = (await admin('GET', '/v1/audit')).body.items
    await runInDurableObject(registryOf(env), (_, { storage }) => {
      for (const column of ['imported_at', 'is_own'])
        storage.sql.exec(`ALTER TABLE audit DROP COLUMN ${column}`)
    })
    await evictDurableObject(registryOf(env))
    expect((await admin('GET', '/v1/audit')).body.items).toEqual(before)
    expect((await importLines(lines)).body.imported).toBe(0)
    expect((await admin('GET', '/v1/users/store-1')).status).toBe(404)
  })

  test('entries that a backup brought are not counted among what the edge did', async () => {
    await issue()
    const lines = await exported()
    await reset()
    await importLines(lines)
    const { actions } = (await admin('GET', '/v1/statistics?days=1')).body
    expect(actions.map(({ action, count }: Loose) => [action, count])).toEqual([
      ['import', 1],
      ['token.import', 1],
      ['user.import', 1],
    ])
  })

  test('a backup of a user who was linked again after an unlinking brings the user and later records back', async () => {
    const start = clock()
    vi.useFakeTimers({ toFake: ['Date'], now: (start - 1) * 1000 })
    await issue()
    await admin('DELETE', '/v1/users/store-1')
    const early = await exported()
    vi.setSystemTime(start * 1000)
    const { token } = await issue()
    const late = await exported()
    await reset()
    await importLines(early)
    await importLines(late)
    expect((await open(token, elsewhere('other'))).status).toBe(201)
  })

  test.each([
    ['unlinked', '/v1/users/store-1'],
    ['stripped of all records', '/v1/users/store-1/tokens'],
  ])('a backup gives a user who was %s while it was being imported no live record', async (_, path) => {
    const start = clock()
    vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 })
    const { id, token } = await issue()
    const lines = await exported()
    await reset()
    const record = lines.split('\n').findIndex((line) => line.startsWith('{"type":"token"'))
    await importLines(lines.split('\n').slice(0, record).join('\n'))
    expect((await admin('DELETE', path)).body.revoked).toBe(0)
    vi.setSystemTime((start + 1) * 1000)
    await admin('DELETE', '/v1/users/store-1/tokens')
    await importLines(lines)
    await admin('PUT', '/v1/users/store-1', { biuwer_token: BIUWER_TOKEN })
    const revoked_at = formatTimestamp(start)
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({ status: 'revoked', revoked_at })
    expect((await open(token, elsewhere('other'))).body.code).toBe('token_revoked')
  })

  test('a backup older than a record leaves its tokens and sessions without one: nothing opens, nothing stays open', async () => {
    const early = await exported()
    const { token } = await issue()
    const { body } = await open(token)
    await reset()
    await importLines(early)
    expect((await open(token, elsewhere('other'))).body.code).toBe('token_invalid')
    expect((await check(body.session_token, missingKv())).body.code).toBe('session_revoked')
  })

  test('a backup of records without their user opens nothing, which is no use of them', async () => {
    const { id, token } = await issue()
    const lines = await exported()
    await reset()
    await importLines(
      itemsOf(lines, 'token')
        .map((item) => JSON.stringify(item))
        .join('\n'),
    )
    expect((await open(token, elsewhere('other'))).body.code).toBe('user_not_linked')
    expect((await admin('GET', `/v1/tokens/${id}`)).body).toMatchObject({
      status: 'active',
      last_used_at: null,
    })
  })

  test('a backup names the generations that live on, and not for ever those that have ended', async () => {
    const rotate = (id: string) => admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
    const ends = async () =>
      itemsOf(await exported(), 'token').map((item) => Object.fromEntries(item.generation_ends))
    const start = clock()
    vi.useFakeTimers({ toFake: ['Date'], now: start * 1000 })
    const { id: atOnce } = await issue()
    const { id: later } = await issue({ overlap: 3600 })
    for (const id of [atOnce, later]) await rotate(id)
    const first = start * 1000
    expect(await ends()).toEqual([{}, { [first]: start + 3600 }])
    vi.setSystemTime((start + 3599) * 1000)
    await rotate(later)
    expect(await ends()).toEqual([{}, { [first]: start + 3600, [first + 1]: start + 7199 }])
    vi.setSystemTime((start + 3600) * 1000)
    await rotate(later)
    expect(await ends()).toEqual([{}, { [first + 1]: start + 7199, [first + 3_599_000]: start + 7200 }])
  })

  test('a backup of 10,000 records comes back whole, in pieces', { timeout: 60_000 }, async () => {
    expect((await exported()).split('\n').map((text) => text && JSON.parse(text).type)).toEqual([
      'biuwer-embed',
      'audit',
      'end',
      '',
    ])
    await issue()
    const line = (await exported()).split('\n').find((text) => text.startsWith('{"type":"token"')) ?? ''
    const { record, ...item } = JSON.parse(line)
    const ids = Array.from({ length: 10_000 }, (_, index) => `tok_${String(index).padStart(22, '0')}`)
    const lines = (await authentic(ids.map((id) => ({ ...item, record: { ...record, id } })))).split('\n')
    for (let start = 0; start < lines.length; start += 1000) {
      const answer = await importLines(lines.slice(start, start + 1000).join('\n'))
      expect(answer.body).toEqual({ imported: 1000, skipped: 0 })
    }
    const records = itemsOf(await exported(), 'token')
    expect(records.slice(1).map((item) => item.record)).toEqual(ids.map((id) => ({ ...record, id })))
  })

  test.each([
    ['no JSON', '{"type"', 'line 1'],
    ['another type', '{"type":"secret"}', 'line 1.type'],
    ['a field there is not', '\n{"type":"end","x":1}', 'line 2.x'],
    ['no mac', '{"type":"end"}', 'line 1.mac'],
  ])('a backup with %s is refused whole, naming the line', async (_, lines, path) => {
    const good = (await exported()).split('\n')[0]
    const { body } = await importLines(`${lines}\n${good}`)
    expect([body.code, body.errors?.[0]?.path]).toEqual(['invalid_request', path])
  })

  test('a backup of half a million lines that are none is answered with a hundred of them, and read no further', async () => {
    const read = vi.spyOn(JSON, 'parse')
    const { body } = await importLines('1\n'.repeat(524_288))
    const reads = read.mock.calls.filter(([text]) => text === '1').length
    read.mockRestore()
    expect(body.errors).toHaveLength(100)
    expect(reads).toBe(100)
  })

  test('a backup of what no edge can have written changes nothing, and every such line is named', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: clock() * 1000 })
    await issue({ refresh: 'single-use' })
    await issue()
    const lines = await exported()
    await reset()
    const [user] = itemsOf(lines, 'user')
    const [singleUse, token] = itemsOf(lines, 'token')
    const [audit] = itemsOf(lines, 'audit')
    const future = clock() + 1
    const [{ sealed }] = user.biuwer_tokens
    const entry = (change: object) => ({
      ...user,
      biuwer_tokens: [{ ...user.biuwer_tokens[0], ...change }],
    })
    const record = (change: object) => ({ ...token, record: { ...token.record, ...change } })
    const wrong: [item: object, path: string][] = [
      [{ ...user, updated_at: future }, 'updated_at'],
      [{ ...user, linked_at: future }, 'linked_at'],
      [entry({ id: 'l' }), 'biuwer_tokens.0.id'],
      [entry({ to: user.biuwer_tokens[0].from }), 'biuwer_tokens.0.to'],
      [entry({ addedAt: future }), 'biuwer_tokens.0.addedAt'],
      [entry({ sealed: { ...sealed, kid: '' } }), 'biuwer_tokens.0.sealed.kid'],
      [entry({ sealed: { ...sealed, iv: sealed.iv.slice(1) } }), 'biuwer_tokens.0.sealed.iv'],
      [entry({ sealed: { ...sealed, data: '+'.repeat(40) } }), 'biuwer_tokens.0.sealed.data'],
      [{ ...user, biuwer_tokens: Array(6).fill(user.biuwer_tokens[0]) }, 'biuwer_tokens'],
      [record({ from: 1e15 }), 'record.from'],
      [record({ to: -1 }), 'record.to'],
      [record({ to: token.record.from }), 'record.to'],
      [record({ createdAt: 1e300 }), 'record.createdAt'],
      [record({ createdAt: future }), 'record.createdAt'],
      [record({ generationStartedAt: future }), 'record.generationStartedAt'],
      [record({ lastUsedAt: future }), 'record.lastUsedAt'],
      [record({ revokedAt: 1.5 }), 'record.revokedAt'],
      [record({ overlap: 2_678_401 }), 'record.overlap'],
      [record({ singleUseTtl: 300 }), 'record.singleUseTtl'],
      [{ ...singleUse, record: { ...singleUse.record, singleUseTtl: null } }, 'record.singleUseTtl'],
      [{ ...singleUse, record: { ...singleUse.record, singleUseTtl: 29 } }, 'record.singleUseTtl'],
      [record({ version: 2 ** 53 }), 'record.version'],
      [record({ version: 1.5 }), 'record.version'],
      [record({ revision: 1e300 }), 'record.revision'],
      [record({ generation: 0 }), 'record.generation'],
      [record({ generation: (future + 1) * 1000 }), 'record.generation'],
      [record({ label: 'x'.repeat(201) }), 'record.label'],
      [record({ metadata: { x: 'x'.repeat(501) } }), 'record.metadata.x'],
      [record({ origins: ['null'] }), 'record.origins.0'],
      [record({ resources: [] }), 'record.resources'],
      [{ ...token, generation_ends: [[token.record.generation, future]] }, 'generation_ends'],
      [{ ...record({ generation: 2 }), generation_ends: [[1, 1e15]] }, 'generation_ends.0.1'],
      [{ ...record({ generation: 2 }), generation_ends: [[1, future + 2_678_400]] }, 'generation_ends.0.1'],
      [{ ...audit, at: future }, 'at'],
      [{ ...audit, target: 'x'.repeat(129) }, 'target'],
    ]
    const piece = [user, ...wrong.map(([item]) => item), token].map((item) => JSON.stringify(item))
    const { status, body } = await importLines(piece.join('\n'))
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect([...new Set(body.errors.map((error: { path: string }) => error.path))]).toEqual(
      wrong.map(([, path], index) => `line ${index + 2}.${path}`),
    )
    expect(JSON.stringify(body)).not.toMatch(/xxx|\+\+\+/)
    expect(itemsOf(await exported(), 'user')).toEqual([])

    const latest = record({ to: Date.UTC(9999, 0, 1) / 1000 - 1, overlap: 2_678_400, generation: 2 })
    const good = [
      user,
      singleUse,
      { ...latest, generation_ends: [[1, clock() + 2_678_400]] },
      { ...audit, at: clock() },
    ]
    const answer = await importLines(await authentic(good))
    expect(answer.body).toEqual({ imported: 4, skipped: 0 })
  })

  test('a backup is for admins, as NDJSON, a mebibyte at a time', async () => {
    expect((await call('GET', '/v1/export')).status).toBe(401)
    expect((await call('POST', '/v1/import', { body: '' })).status).toBe(401)
    expect((await admin('POST', '/v1/import', {})).body.code).toBe('unsupported_media_type')
    expect((await importLines('\n'.repeat(1024 * 1024 + 1))).body).toMatchObject({
      code: 'payload_too_large',
      detail: 'A body may have 1024 KiB here.',
    })
    for (const query of ['?unverified=yes', '?audit=mine', '?format=1', '?audit=own&unverified=accept'])
      expect((await importLines('', query)).body.code).toBe('invalid_request')
  })
})

describe('POST /v1/vault/reencrypt', () => {
  const older = JSON.parse(env.VAULT_KEYS ?? '').keys
  const newer = { kty: 'oct', alg: 'A256GCM', kid: 'newer', k: 'A'.repeat(43) }
  const promoted: Bindings = { ...env, VAULT_KEYS: JSON.stringify({ keys: [newer, ...older] }) }
  const retired: Bindings = { ...env, VAULT_KEYS: JSON.stringify({ keys: [newer] }) }
  const reencrypt = (bindings: Bindings, cursor?: string) =>
    admin('POST', '/v1/vault/reencrypt', cursor === undefined ? undefined : { cursor }, { bindings })

  test('POST /v1/vault/reencrypt lets an older vault key be retired without a session ending', async () => {
    const { token } = await issue()
    for (let count = 0; count < 101; count++) {
      await admin('PUT', `/v1/users/user-${count}`, { biuwer_token: `token-${count}` })
    }
    expect((await open(token, { bindings: retired })).body.code).toBe('misconfigured')
    const first = await reencrypt(promoted)
    expect(first.body).toMatchObject({ reencrypted: 100, remaining: 2, unopened: [] })
    const second = await reencrypt(promoted, first.body.next_cursor)
    expect(second.body).toEqual({ reencrypted: 2, remaining: 0, unopened: [], next_cursor: null })
    expect((await reencrypt(promoted)).body).toMatchObject({ reencrypted: 0, remaining: 0 })
    const { items } = (await admin('GET', '/v1/audit')).body
    expect(items.slice(0, 3).map(({ action, target }: Loose) => `${action} ${target}`)).toEqual([
      'vault.reencrypt 2 Biuwer tokens',
      'vault.reencrypt 100 Biuwer tokens',
      'user.link user-100',
    ])
    const fresh = await admin('POST', '/v1/tokens', { user: 'user-7' })
    const opened = await open(fresh.body.token, { bindings: retired })
    expect(opened.body.share.name).toBe('page_1:token-7')
  })

  test('POST /v1/vault/reencrypt names the users whose entry no key opens, and goes on behind them', async () => {
    await issue({ user: 'zoe' })
    const [user] = itemsOf(await exported(), 'user')
    /** The same entry for another user, under an id of its own: nobody's key opens it there. */
    const entryOf = (name: string, index: number, kid: string) => {
      const [entry] = user.biuwer_tokens
      const id = `bwt_${String(index).padStart(22, '-')}`
      return { ...user, user: name, biuwer_tokens: [{ ...entry, id, sealed: { ...entry.sealed, kid } }] }
    }
    const sealedByLost = (index: number) => entryOf(`user-${1000 + index}`, index + 1, 'lost')
    const changed = entryOf('adam', 0, 'vault')
    const lines = [changed, ...Array.from({ length: 100 }, (_, index) => sealedByLost(index))]
    await importLines(await authentic(lines))

    const first = (await reencrypt(promoted)).body
    expect(first).toMatchObject({ reencrypted: 0, remaining: 102 })
    expect(first.unopened[0]).toEqual({ user: 'adam', kid: 'vault' })
    const second = (await reencrypt(promoted, first.next_cursor)).body
    expect(second).toMatchObject({ reencrypted: 1, remaining: 101, next_cursor: null })
    expect([...first.unopened, ...second.unopened].slice(1)).toEqual(
      lines.slice(1).map(({ user }) => ({ user, kid: 'lost' })),
    )
    const fresh = await admin('POST', '/v1/tokens', { user: 'zoe' })
    expect((await open(fresh.body.token, { bindings: retired })).status).toBe(201)
  })

  test('POST /v1/vault/reencrypt is not what mends a lost key: linking anew mends an entry that no key opens', async () => {
    const { token } = await issue()
    const lost = () => ({ ...retired, EDGE_KV: missingKv().EDGE_KV })
    expect((await open(token, { bindings: lost() })).body.code).toBe('misconfigured')
    const { status } = await admin(
      'PUT',
      '/v1/users/store-1',
      { biuwer_token: BIUWER_TOKEN },
      { bindings: retired },
    )
    expect(status).toBe(200)
    expect((await open(token, { bindings: lost() })).status).toBe(201)
  })

  test('POST /v1/vault/reencrypt never puts back the Biuwer token of a user who is linked anew meanwhile', async () => {
    const { token } = await issue()
    const registry = registryOf(env)
    const [read] = await registry.entriesNotSealedBy('newer', '', 1)
    if (!read) throw new Error('nobody is linked')
    await admin('PUT', '/v1/users/store-1', { biuwer_token: 'renewed' })
    const { vaultKeys } = await readSettings(promoted)
    const late = {
      id: read.id,
      former: read.sealed,
      sealed: await seal(read.user, BIUWER_TOKEN, vaultKeys),
    }
    const settings = { revocationLease: 60, sessionCheck: 300, kid: 'k' }
    const request = { users: null, actor: 'a', requestId: 'r', idempotency: null, settings }
    const step = { entries: [late], kid: 'newer', unopened: [], next: null }
    const done = await registry.replaceSealed(step, request)
    expect(done).toMatchObject({ reencrypted: 0, remaining: 1 })
    expect((await open(token)).body.share.name).toBe('page_1:renewed')
  })
})
