import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
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
