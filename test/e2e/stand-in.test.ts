import { expect } from 'vitest'
import { INVENTED_API, type InventedToken } from '../../demo/biuwer/api.ts'
import { RESOURCES } from '../../demo/biuwer/resources.ts'
import { type RunningBiuwer, startBiuwer } from '../../demo/biuwer/serve.ts'
import { test as base } from './fixtures.ts'
import { reservePort } from './reserved-ports.ts'

const KEY = 'key-of-the-invented-api'
const HOUR = 3_600_000

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('biuwer', async ({}, { onCleanup }): Promise<RunningBiuwer> => {
    const { port, release } = await reservePort()
    const biuwer = await startBiuwer({
      port,
      users: [
        { store: 'Store 1', token: 'endless-1' },
        { store: 'Store 2', token: 'endless-2' },
      ],
      apiKey: KEY,
    })
    onCleanup(async () => {
      await biuwer.stop()
      await release()
    })
    return biuwer
  })
  .extend('call', ({ biuwer }) => (what: 'create' | 'delete' | 'list', body: object, key = KEY) => {
    return fetch(`${biuwer.origin}${INVENTED_API}/${what}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  })
  .extend(
    'create',
    ({ call }) =>
      async (from: number, to: number | null, reference: string | null = null) => {
        const interval = { from: timeAfter(from), to: to === null ? null : timeAfter(to) }
        const answer = await call('create', { store: 'Store 1', ...interval, reference })
        expect(answer.status).toBe(201)
        return (await answer.json()) as InventedToken
      },
  )
  .extend('shownFor', ({ biuwer, newVisitor }) => async (token: string) => {
    const page = await (await newVisitor()).newPage()
    await page.addInitScript((name) => {
      window.name = name
    }, `${RESOURCES.revenue}:${token}`)
    await page.goto(`${biuwer.origin}/share`)
    await page.locator('main:not([aria-busy])').waitFor()
    return page.locator('main').innerText()
  })

function timeAfter(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString()
}

test('the stand-in shows a report to a Biuwer token within its interval, and "Content not found" outside', async ({
  create,
  shownFor,
  biuwer,
}) => {
  expect(await shownFor('endless-1')).toContain('Store 1')
  expect(await shownFor((await create(-1000, HOUR)).token)).toContain('Store 1')
  expect(await shownFor((await create(-1000, null)).token)).toContain('Store 1')
  expect(await shownFor((await create(HOUR, 2 * HOUR)).token)).toBe('Content not found')
  const ended = { token: 'ended', store: 'Store 1', from: 0, to: Date.now(), reference: null }
  biuwer.tokens.add(ended)
  expect(await shownFor('ended')).toBe('Content not found')
})

test('an interval of the stand-in has its first moment and not its last', async ({ biuwer }) => {
  biuwer.tokens.add({ token: 'bounded', store: 'Store 1', from: 1000, to: 2000, reference: null })
  const at = (now: number) => biuwer.tokens.storeOf('bounded', now)
  expect([999, 1000, 1999, 2000].map(at)).toEqual([undefined, 'Store 1', 'Store 1', undefined])
})

test('a Biuwer token that was deleted shows nothing, and only that one', async ({
  call,
  create,
  shownFor,
}) => {
  const [gone, left] = [await create(0, HOUR), await create(0, HOUR)]
  expect((await call('delete', { store: 'Store 2', token: gone.token })).status).toBe(404)
  expect((await call('delete', { store: 'Store 1', token: gone.token })).status).toBe(204)
  expect((await call('delete', { store: 'Store 1', token: gone.token })).status).toBe(404)
  expect(await shownFor(gone.token)).toBe('Content not found')
  expect(await shownFor(left.token)).toContain('Store 1')
})

test('the invented API gives one Biuwer token under one reference, and lists those of a store', async ({
  call,
  create,
}) => {
  const first = await create(0, HOUR, 'once')
  expect(await create(0, HOUR, 'once')).toEqual(first)
  const other = await create(0, HOUR, 'twice')
  expect(other.token).not.toBe(first.token)
  const { tokens } = await (await call('list', { store: 'Store 1' })).json()
  expect(tokens).toEqual([
    { token: 'endless-1', from: '1970-01-01T00:00:00Z', to: null, reference: null },
    first,
    other,
  ])
})

test('the invented API takes its own key alone, stores that there are, and intervals that are to come', async ({
  call,
  biuwer,
}) => {
  const ask = { store: 'Store 1', from: timeAfter(0), to: timeAfter(HOUR), reference: null }
  for (const what of ['create', 'delete', 'list'] as const)
    expect((await call(what, ask, 'another')).status).toBe(401)
  expect((await call('create', { ...ask, store: 'Store 3' })).status).toBe(404)
  expect((await call('create', { ...ask, to: timeAfter(-1) })).status).toBe(400)
  expect((await call('create', { ...ask, from: timeAfter(2 * HOUR) })).status).toBe(400)
  expect((await call('create', { store: 'Store 1' })).status).toBe(400)
  expect(biuwer.tokens.live('Store 1')).toHaveLength(1)
})
