import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestEdge } from '../../testing/edge/edge.ts'
import { NODES, OwnFolder } from './own-folder.ts'

let folder: OwnFolder
let edge: TestEdge
beforeAll(async () => {
  folder = await OwnFolder.make()
  await folder.link('miniflare')
  const file = join(folder.path, 'node_modules/biuwer-embed/testing/edge/index.js')
  const { startEdge } = await import(pathToFileURL(file).href)
  edge = await startEdge({ users: ['store-1'] })
})
afterAll(async () => {
  await edge.stop()
  await folder.remove()
})

it.each(NODES)('operates an edge in Node $version', async ({ path: node }) => {
  const env = { BIUWER_EDGE: edge.origin, BIUWER_ADMIN_KEY: edge.rootKey }
  const user = await folder.run(['users', 'list', '--json'], { node, env })
  expect([user.exit, JSON.parse(user.stdout).user, user.stderr]).toEqual([0, 'store-1', ''])
  const keys = await folder.run(['keys', 'list'], { node, env })
  expect([keys.exit, keys.stdout]).toEqual([0, expect.stringContaining('issuer')])
  expect((await folder.run(['signers', 'list'], { node, env })).exit).toBe(0)
})

it.each(NODES)('makes secrets in Node $version', async ({ path: node }) => {
  const { exit, stdout } = await folder.run(['secrets', 'token', '--out', '-', '--json'], { node })
  expect([exit, JSON.parse(stdout).keys]).toEqual([0, [expect.objectContaining({ alg: 'HS256' })]])
})

it.each(NODES)('ends as in the repository, in Node $version', async ({ path: node }) => {
  const env = { BIUWER_EDGE: edge.origin, BIUWER_ADMIN_KEY: 'bwadm_of-nobody' }
  const exits = await Promise.all([
    folder.run(['users', 'list'], { node, env }),
    folder.run(['users', 'lost'], { node, env }),
    folder.run(['health', '--edge', 'http://localhost:1'], { node }),
  ])
  expect(exits.map(({ exit, stdout }) => [exit, stdout])).toEqual([
    [1, ''],
    [2, ''],
    [3, ''],
  ])
})

it.each(['', 'users', 'tokens create'])('is called npx biuwer-embed in its help: %s', async (name) => {
  const command = name.split(' ').filter(Boolean)
  const { exit, stdout } = await folder.run([...command, '--help'])
  expect(exit).toBe(0)
  expect(stdout).toMatch(new RegExp(`^Usage: ${['npx biuwer-embed', ...command].join(' ')} `))
  expect(stdout).not.toMatch(/^ *\$ (?!npx biuwer-embed )/m)
})
