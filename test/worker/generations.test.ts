import { reset } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { admin, issue, open } from './api.ts'
import { exported, importLines } from './backups.ts'
import { frozenClock, passSeconds } from './frozen-clock.ts'
import { newIsolate } from './isolate.ts'
import { cost, counting, NOTHING } from './storage-doubles.ts'

/** A generation never comes again, however often a backup is restored. */

const LEASE = 60

frozenClock()

/** Loses the edge with all that it stores, and restores a backup elsewhere, a second later. */
async function restore(lines: string, query = ''): Promise<void> {
  await reset()
  passSeconds(1)
  expect((await importLines(lines, query)).status).toBe(200)
}

const refresh = (id: string, rotate = false) => admin('POST', `/v1/tokens/${id}/refresh`, { rotate })
const opened = (token: string, key = 'one') => open(token, { key, isolate: newIsolate() })

test('a leaked token of a generation that the backup does not know stays ended after the next rotation', async () => {
  const { id } = await issue()
  const lines = await exported()
  passSeconds(1)
  const { body: leaked } = await refresh(id, true)
  expect((await opened(leaked.token)).status).toBe(201)
  await refresh(id, true)
  await restore(lines)
  const { body: present } = await refresh(id, true)
  expect((await opened(leaked.token)).body.code).toBe('token_revoked')
  expect((await opened(present.token)).status).toBe(201)
})

test('a single-use token that was spent after the backup opens nothing after a restore', async () => {
  const { id } = await issue({ refresh: 'single-use' })
  const lines = await exported()
  passSeconds(1)
  const { body: spent } = await refresh(id, true)
  expect((await opened(spent.token)).status).toBe(201)
  await restore(lines)
  expect((await opened(spent.token, 'other')).body.code).toBe('token_revoked')
})

test('a single-use token of one restore opens nothing after another restore of the backup', async () => {
  const { id } = await issue({ refresh: 'single-use' })
  const lines = await exported()
  await restore(lines)
  const { body: spent } = await refresh(id)
  expect((await opened(spent.token)).status).toBe(201)
  await restore(lines)
  expect((await opened(spent.token, 'other')).body.code).toBe('token_revoked')
})

test('a record begins with a generation that no record with its id began with elsewhere', async () => {
  const first = await issue()
  passSeconds(1)
  const second = await issue()
  expect([first.generation, second.generation]).toEqual([Date.now() - 1000, Date.now()])
})

test('a record of version 0.1.0, which counts its generations from 1, keeps its token until it is rotated', async () => {
  const { id, token } = await issue()
  const present = (await exported()).split('\n')
  const former = present.map((line) => line.replace(/"generation":\d+/, '"generation":1'))
  await restore(former.join('\n'), '?unverified=accept')
  const { body: refreshed } = await refresh(id)
  expect(refreshed.generation).toBe(1)
  expect((await opened(refreshed.token)).status).toBe(201)
  const { body: rotated } = await refresh(id, true)
  expect(rotated.generation).toBe(Date.now())
  passSeconds(LEASE)
  expect((await opened(refreshed.token)).body.code).toBe('token_revoked')
  expect((await opened(token)).body.code).toBe('token_revoked')
})

test('a token that a restored registry does not know yet makes nobody ask it more than once a lease', async () => {
  const { id } = await issue()
  const lines = await exported()
  const { body: later } = await admin('PATCH', `/v1/tokens/${id}`, { to: null })
  expect(later.status).toBe('active')
  const { body: ahead } = await refresh(id)
  await restore(lines)
  const { bindings, take } = counting()
  for (let tries = 0; tries < 5; tries++) expect((await open(ahead.token, { bindings })).status).toBe(201)
  expect(take()).toEqual(cost(1, 1, 1, 0))
  // The next change gives tokens that work at once all the same.
  const { body: rotated } = await refresh(id, true)
  expect((await open(rotated.token, { bindings })).status).toBe(201)
  expect(take().registry).toBe(1)
  expect((await open(rotated.token, { bindings })).status).toBe(201)
  expect(take()).toEqual(NOTHING)
  passSeconds(LEASE)
  await open(ahead.token, { bindings })
  expect(take().registry).toBe(1)
})

test('a record has a hundred live generations at most: a rotation beyond ends the oldest', async () => {
  const { id, token } = await issue({ overlap: 86_400 })
  const { body: second } = await refresh(id, true)
  for (let rotations = 2; rotations < 100; rotations++) await refresh(id, true)
  expect((await opened(token)).status).toBe(201)
  await refresh(id, true)
  passSeconds(LEASE)
  expect((await opened(token)).body.code).toBe('token_revoked')
  expect((await opened(second.token)).status).toBe(201)
})

test('an import of a record with more live generations is refused by its line', async () => {
  const { generation } = await issue({ overlap: 86_400 })
  const end = Date.now() / 1000 + 86_400
  const withFormer = async (most: number) => {
    const former = Array.from({ length: most }, (_, index) => [generation - 1 - index, end])
    const lines = (await exported()).replace(
      '"generation_ends":[]',
      `"generation_ends":${JSON.stringify(former)}`,
    )
    return importLines(lines, '?unverified=accept')
  }
  expect((await withFormer(99)).status).toBe(200)
  expect((await withFormer(100)).body.errors).toMatchObject([{ path: 'line 3.generation_ends' }])
})
