import {
  createExecutionContext,
  evictDurableObject,
  reset,
  runInDurableObject,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BACKUP_START, type BackupPosition } from '../../worker/storage/backup.ts'
import { registryOf } from '../../worker/storage/registry.ts'
import { ADMIN_KEY } from './admin-key.ts'
import { admin, EDGE, issue } from './api.ts'
import { exported, importLines, itemsOf, type Loose } from './backups.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { seed } from './seed.ts'

frozenClock()

const HOUR = 3600

/** Begins an export. */
async function begin(id: string): Promise<void> {
  const settings = { revocationLease: 60, sessionCheck: 300, kid: 'k' }
  const request = { users: null, actor: 'actor', requestId: `req_${id}`, idempotency: null, settings }
  await registryOf(env).beginExport(id, request)
}

/** The next items of an export that takes so many at a time. */
const page = (id: string, position: BackupPosition, most: number) =>
  registryOf(env).snapshotPage(id, position, most)

/** What is left of an export. Nothing of a record's use, which may be later than the export's beginning. */
async function rest(id: string, from = BACKUP_START, most = 1000): Promise<Loose[]> {
  const items: Loose[] = []
  let position = from
  while (position.table !== 'done') {
    const given = await page(id, position, most)
    if (!given) throw new Error('the snapshot has ended')
    items.push(...given.items)
    position = given.next
  }
  return items.map((item) =>
    item.type === 'token' ? { ...item, record: { ...item.record, lastUsedAt: null } } : item,
  )
}

/** An export that is read as its reader likes. */
async function streamed() {
  const context = createExecutionContext()
  const headers = { Authorization: `Bearer ${ADMIN_KEY}` }
  const { body } = await newIsolate().fetch(new Request(`${EDGE}/v1/export`, { headers }), env, context)
  if (!body) throw new Error('no body')
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const read = async (isEnough: (text: string) => boolean) => {
    let text = ''
    while (!isEnough(text)) {
      const { done, value } = await reader.read()
      if (done) break
      text += decoder.decode(value)
    }
    return text
  }
  return {
    /** Reads up to the first record. */
    begin: () => read((text) => text.includes('"type":"token"')),
    finish: async () => {
      const text = await read(() => false)
      await waitOnExecutionContext(context)
      return text
    },
    giveUp: async () => {
      await reader.cancel()
      await waitOnExecutionContext(context)
    },
  }
}

const tablesOfKeeping = () =>
  runInDurableObject(registryOf(env), (_, { storage }) =>
    storage.sql
      .exec("SELECT name FROM sqlite_schema WHERE name LIKE 'kept_%' OR name LIKE 'keep_%'")
      .toArray(),
  )
const rowsKept = (table: string) =>
  runInDurableObject(
    registryOf(env),
    (_, { storage }) => storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM kept_${table}`).one().n,
  )

/** A change of what an export tells, made through the API. */
type Change = (ids: string[]) => Promise<unknown>
const USERS = ['ana', 'ben', 'cleo', 'zoe']
const user = fc.constantFrom(...USERS)
const record = fc.nat(5)
const named = (name: string, change: Change): Change => Object.assign(change, { toString: () => name })
const at = (ids: string[], index: number) => `/v1/tokens/${ids[index % ids.length]}`
const change: fc.Arbitrary<Change> = fc.oneof(
  user.map((name) =>
    named(`link ${name}`, () => admin('PUT', `/v1/users/${name}`, { biuwer_token: `t${Date.now()}` })),
  ),
  user.map((name) => named(`unlink ${name}`, () => admin('DELETE', `/v1/users/${name}`))),
  user.map((name) => named(`revoke all of ${name}`, () => admin('DELETE', `/v1/users/${name}/tokens`))),
  user.map((name) => named(`sign ${name} out`, () => admin('POST', `/v1/users/${name}/sign-out`))),
  fc.constant(named('sign everybody out', () => admin('POST', '/v1/sign-out'))),
  user.map((name) => named(`create ${name}`, () => admin('POST', '/v1/tokens', { user: name }))),
  record.map((index) => named(`revoke ${index}`, (ids) => admin('DELETE', at(ids, index)))),
  record.map((index) =>
    named(`rotate ${index}`, (ids) => admin('POST', `${at(ids, index)}/refresh`, { rotate: true })),
  ),
  record.map((index) =>
    named(`narrow ${index}`, (ids) => admin('PATCH', at(ids, index), { resources: [`page_${Date.now()}`] })),
  ),
  fc.constant(
    named('import', async () => {
      const lines = await exported()
      await admin('DELETE', '/v1/users/ben')
      return importLines(lines)
    }),
  ),
)

describe('an export', () => {
  test(`an export tells the state at its beginning, whatever changes between its pages (SEED=${seed})`, {
    timeout: 60_000,
  }, async () => {
    const life = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), change), { minLength: 8, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(life, async (steps) => {
        await reset()
        const ids: string[] = []
        for (const name of ['ben', 'ana', 'zoe', 'ana', 'ben'])
          ids.push((await issue({ user: name, overlap: 3600 })).id)
        await admin('POST', `/v1/tokens/${ids[0]}/refresh`, { rotate: true })
        await begin('told')
        // Another export at the same time, which begins later.
        const told = await rest('told')
        let position = BACKUP_START
        const items: Loose[] = []
        let later: { items: Loose[] } | undefined
        for (const [most, deed] of steps) {
          passSeconds(1)
          await deed(ids)
          const given = await page('told', position, most)
          if (!given) throw new Error('the snapshot has ended')
          items.push(...given.items)
          position = given.next
          if (later) continue
          await begin('later')
          later = { items: await rest('later') }
        }
        items.push(...(await rest('told', position, 2)))
        expect(items).toEqual(told)
        expect(await rest('told')).toEqual(told)
        expect(await rest('later', BACKUP_START, 3)).toEqual(later?.items)
        for (const id of ['told', 'later']) await registryOf(env).endExport(id)
        expect(await tablesOfKeeping()).toEqual([])
      }),
      { numRuns: 15, seed },
    )
  })

  test('an export during which a record is revoked and a user unlinked restores what its own audit says', async () => {
    const { id } = await issue({ user: 'early' })
    await issue({ user: 'gone' })
    // More records than a page has, so that the first are out when the change comes.
    for (let count = 0; count < 400; count++) await admin('POST', '/v1/tokens', { user: 'early' })
    const answer = await streamed()
    const first = await answer.begin()
    await admin('DELETE', `/v1/tokens/${id}`)
    await admin('DELETE', '/v1/users/gone')
    passSeconds(1)
    const lines = first + (await answer.finish())
    expect(itemsOf(lines, 'audit').map(({ action }) => action)).not.toContain('user.unlink')
    expect(itemsOf(lines, 'end')).toMatchObject([{ items: lines.trim().split('\n').length - 2 }])
    expect(itemsOf(lines, 'user').map(({ user }) => user)).toEqual(['early', 'gone'])
    expect(itemsOf(lines, 'token')[0].record).toMatchObject({ id, revokedAt: null, version: 1 })

    await reset()
    expect((await importLines(lines)).status).toBe(200)
    expect((await admin('GET', `/v1/tokens/${id}`)).body.status).toBe('active')
    const { items } = (await admin('GET', `/v1/audit?target=${id}`)).body
    expect(items.map(({ action }: Loose) => action)).toEqual(['token.import', 'token.create'])
    expect(await tablesOfKeeping()).toEqual([])
  })

  test('an export that its reader gives up leaves nothing behind', async () => {
    await issue()
    const answer = await streamed()
    await answer.begin()
    expect(await tablesOfKeeping()).not.toEqual([])
    await answer.giveUp()
    expect(await tablesOfKeeping()).toEqual([])
  })

  test('an export whose end nobody told is forgotten an hour after it was read, at the next change', async () => {
    await issue()
    await begin('left')
    passSeconds(HOUR - 1)
    await issue({ user: 'store-2' })
    expect(await page('left', BACKUP_START, 1)).not.toBeNull()
    passSeconds(HOUR - 1)
    await issue({ user: 'store-2' })
    expect(await tablesOfKeeping()).not.toEqual([])
    passSeconds(1)
    await issue({ user: 'store-2' })
    expect(await tablesOfKeeping()).toEqual([])
    expect(await page('left', BACKUP_START, 1)).toBeNull()
  })

  test('an export whose snapshot has ended breaks off, and has no last line', async () => {
    for (let count = 0; count < 3; count++) await issue()
    for (let count = 0; count < 250; count++) await admin('POST', '/v1/tokens', { user: 'store-1' })
    const answer = await streamed()
    await answer.begin()
    passSeconds(HOUR)
    await issue()
    await expect(answer.finish()).rejects.toThrow()
  })

  test('more than four exports at once end the one that was read least recently', async () => {
    await issue()
    for (const id of ['one', 'two', 'three', 'four']) {
      await begin(id)
      passSeconds(1)
    }
    await page('one', BACKUP_START, 1)
    passSeconds(1)
    await begin('five')
    expect(await page('two', BACKUP_START, 1)).toBeNull()
    for (const id of ['one', 'three', 'four', 'five']) expect(await page(id, BACKUP_START, 1)).not.toBeNull()
  })

  test('an export keeps a row once, however often it changes, and no row for openings', async () => {
    const { id } = await issue()
    await begin('one')
    await begin('two')
    await registryOf(env).lease(id, 60)
    expect([await rowsKept('tokens'), await rowsKept('users')]).toEqual([0, 0])
    for (const label of ['a', 'b', 'c']) await admin('PATCH', `/v1/tokens/${id}`, { label })
    for (let count = 0; count < 3; count++) await issue()
    expect([await rowsKept('tokens'), await rowsKept('users')]).toEqual([2, 2])
    await registryOf(env).endExport('one')
    expect([await rowsKept('tokens'), await rowsKept('users')]).toEqual([1, 1])
  })

  test('an export goes on where the registry was evicted between two pages', async () => {
    const { id } = await issue()
    await begin('one')
    const told = await rest('one')
    await evictDurableObject(registryOf(env))
    await admin('DELETE', `/v1/tokens/${id}`)
    await evictDurableObject(registryOf(env))
    expect(await rest('one', BACKUP_START, 1)).toEqual(told)
  })
})
