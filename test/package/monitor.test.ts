import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestHarness } from 'wrangler'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { listen } from '../../demo/run/listening.ts'
import type { startEdge, TestEdge } from '../../testing/edge/edge.ts'
import { NODES } from './own-folder.ts'

/** The monitor of examples/monitor, as it is copied, at a real edge. */

const FOLDER = fileURLToPath(new URL('../../examples/monitor', import.meta.url))
const packed = new URL('../../dist/package/testing/edge/index.js', import.meta.url)

let edge: TestEdge
let root: BiuwerEdge
let viewer: string
/** What the chat was told. */
let told: string[] = []
let chat: string
let stopChat: () => Promise<void>
beforeAll(async () => {
  const built: { startEdge: typeof startEdge } = await import(packed.href)
  edge = await built.startEdge({ users: ['store-1'], resources: ['sales'] })
  root = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
  viewer = (await root.keys.create({ name: 'Monitor', role: 'viewer' })).key
  const { port, stop } = await listen(
    async (request) => {
      told.push(((await request.json()) as { text: string }).text)
      return new Response()
    },
    0,
    ['127.0.0.1'],
  )
  chat = `http://127.0.0.1:${port}/`
  stopChat = stop
})
afterAll(async () => {
  await stopChat()
  await edge.stop()
})
beforeEach(() => {
  told = []
})

/** Runs the monitor in a Node. Gives its exit code and its lines. */
async function look(env: Record<string, string> = {}, node = process.execPath): Promise<[number, string[]]> {
  const settings = { BIUWER_EDGE: edge.origin, BIUWER_MONITOR_KEY: viewer, ALERT_WEBHOOK: chat, ...env }
  const child = spawn(node, ['monitor.mjs'], {
    cwd: FOLDER,
    env: settings,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [exit]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return [exit, said.split('\n').filter(Boolean)]
}

/** An opening of a resource that the token is not for. */
async function refused(): Promise<void> {
  const token = await edge.signToken({ user: 'store-1', resources: ['sales'] })
  const answer = await fetch(`${edge.origin}/v1/sessions`, {
    method: 'POST',
    headers: { Origin: edge.origin, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      token,
      resource: 'stock',
      origin: 'http://localhost',
      session_key: 'k'.repeat(22),
    }),
  })
  expect(((await answer.json()) as { code: string }).code).toBe('resource_not_allowed')
}

test.each(NODES)('nothing is told of an edge that is well, in Node $version', async ({ path }) => {
  expect(await look({}, path)).toEqual([0, []])
  expect(told).toEqual([])
})

test('refusals are told from the limit on, with their code and a request to look up', async () => {
  for (let times = 0; times < 3; times++) await refused()
  expect(await look({ REFUSALS_LIMIT: '4' })).toEqual([0, []])
  const [exit, lines] = await look({ REFUSALS_LIMIT: '3' })
  expect([exit, lines]).toEqual([
    1,
    [
      expect.stringMatching(
        /^Refused openings in 15 minutes: 3\. resource_not_allowed 3 \(such as req_[\w-]+\)$/,
      ),
    ],
  ])
  expect(told).toEqual(lines)
  // None of them is of the last moment.
  expect(await look({ REFUSALS_LIMIT: '3', REFUSALS_MINUTES: '0' })).toEqual([0, []])
})

test('Biuwer tokens that end within a week are told', async () => {
  const to = new Date(Date.now() + 86_400_000).toISOString()
  await root.users.link('store-1', { biuwer_token: 'that-ends', to })
  const [exit, lines] = await look()
  expect([exit, lines]).toEqual([1, ['Users who have Biuwer tokens that end within a week: 1']])
})

test('an edge that is away or takes the key no longer is told, and no key', async () => {
  const [away, reasons] = await look({ BIUWER_EDGE: 'http://localhost:1' })
  expect([away, reasons]).toEqual([
    1,
    ['/healthz', '/v1/refusals?limit=100'].map((path) =>
      expect.stringContaining(`http://localhost:1: ${path} can't be reached: `),
    ),
  ])
  const [exit, lines] = await look({ BIUWER_MONITOR_KEY: 'bwk_of-nobody' })
  expect([exit, lines[0]]).toEqual([1, expect.stringContaining('/healthz answers 401 unauthorized')])
  expect([...lines, ...told].join()).not.toContain('of-nobody')
})

test('the Worker tells the chat by its cron trigger', async () => {
  const secrets = { BIUWER_EDGE: edge.origin, BIUWER_MONITOR_KEY: 'bwk_of-nobody', ALERT_WEBHOOK: chat }
  const harness = createTestHarness({ workers: [{ configPath: `${FOLDER}/wrangler.toml`, secrets }] })
  await harness.listen()
  try {
    await harness.getWorker('biuwer-edge-monitor').scheduled({ cron: '*/15 * * * *' })
    expect(told).toEqual([expect.stringContaining('/healthz answers 401 unauthorized')])
  } finally {
    await harness.close()
  }
})
