import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import type { startEdge, TestEdge } from '../../testing/edge/edge.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const packed = new URL('../../dist/package/testing/edge/index.js', import.meta.url)

let edge: TestEdge
let folder: string
beforeAll(async () => {
  const built: { startEdge: typeof startEdge } = await import(packed.href)
  edge = await built.startEdge({ users: ['store-2'] })
  folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-curl-'))
  writeFileSync(join(folder, 'store-1.json'), '{"biuwer_token": "the-token"}')
})
afterAll(async () => {
  await edge?.stop()
  rmSync(folder, { recursive: true })
})

it('links a user, makes a key and gives a token by the commands of docs/http-api.md', async () => {
  const [, commands = ''] =
    /^```sh\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'docs/http-api.md'), 'utf8')) ?? []
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
  const env = { PATH, EDGE: edge.origin, ADMIN_KEY: edge.rootKey }
  const { stdout } = await promisify(execFile)('sh', ['-euc', commands], { cwd: folder, env })
  const token = stdout.trim().split('\n').at(-1) ?? ''
  const { allowed, checks } = await new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey }).explain({
    token,
  })
  expect([allowed, checks.find(({ ok }) => !ok)]).toEqual([true, undefined])
})
