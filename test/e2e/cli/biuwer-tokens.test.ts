import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OwnEdge, startOwnEdge } from '../own-edge.ts'
import { type SimpleSource, startSimpleSource } from '../simple-source.ts'
import { lines, object, run } from './process.ts'

const within = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z')
const secret = () => ({ env: { BIUWER_TOKEN: randomUUID() } })

test('Biuwer tokens are linked with an end, added ahead of it, listed without themselves, and forgotten', async () => {
  const user = `ends-${randomUUID().slice(0, 8)}`
  const [soon, later] = [within(5), within(90)]
  await object(['users', 'link', user, '--to', soon], secret())
  const ending = async () =>
    (await lines(['users', 'list', '--biuwer-tokens', 'ending', '--prefix', user])).map(({ user }) => user)
  expect(await ending()).toEqual([user])
  const table = (await run(['users', 'list', '--biuwer-tokens', 'ending', '--prefix', user])).stdout
  expect(table).toMatch(new RegExp(`${user} .* ${soon} \\(in 5 days\\) +manual`))
  const next = { env: { BIUWER_TOKEN: randomUUID() } }
  const added = await object(
    ['users', 'biuwer-tokens', 'add', user, '--from', within(4), '--to', later],
    next,
  )
  expect(added).toMatchObject({ status: 'pending', to: later })
  expect(await ending()).toEqual([])
  const listed = await run(['users', 'biuwer-tokens', 'list', user])
  expect(listed.stdout).toContain(soon)
  expect(listed.stdout).toContain(later)
  expect(listed.stdout).not.toContain(next.env.BIUWER_TOKEN)
  const remove = ['users', 'biuwer-tokens', 'delete', user, String(added.id)]
  expect((await run(remove)).exit).toBe(2)
  expect(await object([...remove, '--yes'])).toMatchObject({ id: added.id, effective_by: expect.anything() })
  expect(await ending()).toEqual([user])
})

test('where there is no token source, Biuwer tokens are replaced by hand, and the edge says why', async () => {
  const edge = await startOwnEdge()
  try {
    const env = { BIUWER_EDGE: edge.origin, BIUWER_ADMIN_KEY: edge.adminKey }
    const { exit, stderr } = await run(['users', 'link', 'store-1', '--refresh', 'daily'], { env })
    expect([exit, stderr]).toEqual([1, expect.stringContaining('no token source')])
  } finally {
    await edge.stop()
  }
})

describe('with a token source', () => {
  let source: SimpleSource
  let edge: OwnEdge
  beforeAll(async () => {
    source = await startSimpleSource()
    edge = await startOwnEdge(source.origin)
  })
  afterAll(async () => {
    await edge.stop()
    await source.stop()
  })
  const there = (env = {}) => ({ env: { BIUWER_EDGE: edge.origin, BIUWER_ADMIN_KEY: edge.adminKey, ...env } })

  test('a user is linked without a Biuwer token, and how those are replaced is changed', async () => {
    const asked = await object(['users', 'link', 'daily-1', '--refresh', 'daily'], there())
    expect(asked).toMatchObject({ user: 'daily-1', biuwer_refresh: 'daily' })
    const listed = await run(['users', 'biuwer-tokens', 'list', 'daily-1'], there())
    expect(listed.stdout).toMatch(/active .* \(in \d+ hours\) +token source/)
    expect((await run(['users', 'update', 'daily-1'], there())).exit).toBe(2)
    const changed = await object(['users', 'update', 'daily-1', '--refresh', 'session'], there())
    expect(changed).toMatchObject({ biuwer_refresh: 'session', effective_by: expect.anything() })
    expect((await run(['users', 'list', '--prefix', 'daily-1'], there())).stdout).toMatch(/session$/m)
  })

  test('a Biuwer token of the environment is linked along, and another is not asked for', async () => {
    await object(['users', 'link', 'along', '--refresh', 'monthly'], there({ BIUWER_TOKEN: randomUUID() }))
    const [first] = await lines(['users', 'biuwer-tokens', 'list', 'along'], there())
    expect(first).toMatchObject({ by_source: false, to: null })
  })

  test('users whom the source gives no Biuwer token are listed, with since when', async () => {
    await object(['users', 'link', 'refused-1', '--refresh', 'daily'], there())
    const failing = () => lines(['users', 'list', '--biuwer-tokens', 'failing'], there())
    await expect.poll(failing).toMatchObject([{ user: 'refused-1' }])
    const { stdout } = await run(['users', 'list', '--biuwer-tokens', 'failing'], there())
    expect(stdout).toMatch(/refused-1 .* daily, failing since 2\d{3}-/)
  })
})
