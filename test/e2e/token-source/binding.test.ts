import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from 'vitest'
import { createTestHarness } from 'wrangler'
import { BiuwerEdge } from '../../../client/biuwer-edge.ts'
import { type RunningBiuwer, startBiuwer } from '../../../demo/biuwer/serve.ts'
import { makeSecrets } from '../../../demo/run/secrets.ts'
import { reservePort } from '../reserved-ports.ts'
import { copyOfExample, ROOT } from './example.ts'

/** The edge's `wrangler.toml`, with the lines that the example's README adds to it. */
function edgeConfig(folder: string): string {
  const readme = readFileSync(join(ROOT, 'examples/biuwer-token-source/README.md'), 'utf8')
  const [, binding = ''] = /```toml\n([\s\S]*?)```/.exec(readme) ?? []
  const toml = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')
    .replace('"worker/index.ts"', `"${ROOT}worker/index.ts"`)
    .replace('"dist/cdn"', `"${ROOT}dist/cdn"`)
  const path = join(folder, 'wrangler.toml')
  writeFileSync(path, `${toml}\n${binding}`)
  return path
}

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('biuwer', async ({}, { onCleanup }): Promise<RunningBiuwer> => {
    const { port, release } = await reservePort()
    const users = [{ store: 'Store 1', token: 'endless' }]
    const biuwer = await startBiuwer({ port, users, apiKey: 'key-of-the-invented-api' })
    onCleanup(async () => {
      await biuwer.stop()
      await release()
    })
    return biuwer
  })
  // The edge, bound to the example, which is filled in for the stand-in.
  .extend('edge', async ({ biuwer }, { onCleanup }) => {
    const { edge, tokenSource, host } = makeSecrets()
    const { BIUWER_TOKEN_SOURCE_SECRET } = tokenSource
    const folders = [mkdtempSync(join(tmpdir(), 'biuwer-edge-')), copyOfExample('filled in')] as const
    const harness = createTestHarness({
      workers: [
        { configPath: edgeConfig(folders[0]), secrets: { ...edge, BIUWER_TOKEN_SOURCE_SECRET } },
        {
          configPath: join(folders[1], 'wrangler.toml'),
          secrets: {
            BIUWER_TOKEN_SOURCE_SECRET,
            BIUWER_ORIGIN: biuwer.origin,
            BIUWER_API_KEY: 'key-of-the-invented-api',
          },
        },
      ],
    })
    onCleanup(async () => {
      await harness.close()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
    const { url } = await harness.listen()
    return {
      client: new BiuwerEdge({ edge: url.origin, adminKey: host.DEMO_ADMIN_KEY }),
      /** Fires the cron trigger. */
      fireCron: () => harness.getWorker('biuwer-embed').scheduled({ cron: '* * * * *' }),
    }
  })

test('an edge that the example is bound to has Biuwer tokens made, and deleted when it ends them', async ({
  edge: { client, fireCron },
  biuwer,
}) => {
  await client.users.link('store-1', { biuwer_refresh: 'monthly' })
  const [token, ...more] = biuwer.tokens.live('Store 1').filter(({ reference }) => reference)
  expect(more).toEqual([])
  expect(token?.reference).toMatch(/^store-1 \S+$/)
  const { biuwer_token_status, biuwer_token_ends } = await client.users.get('store-1')
  expect(biuwer_token_status).toBe('active')
  expect(Date.parse(biuwer_token_ends ?? '')).toBe(token?.to)
  await client.users.unlink('store-1')
  await fireCron()
  expect(biuwer.tokens.live('Store 1').map(({ token }) => token)).toEqual(['endless'])
})

test('a user whom Biuwer does not know is linked, and fails until Biuwer does', async ({
  edge: { client },
  biuwer,
}) => {
  await client.users.link('store-2', { biuwer_refresh: 'daily' })
  const { biuwer_token_status, biuwer_refresh_failing_since } = await client.users.get('store-2')
  expect(biuwer_token_status).toBe('none')
  expect(biuwer_refresh_failing_since).not.toBeNull()
  expect(biuwer.tokens.live('Store 2')).toEqual([])
})
