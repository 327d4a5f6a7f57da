import { expect, inject } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { type RunningHost, startHost } from '../../demo/host/serve.ts'
import { makeSecrets } from '../../demo/run/secrets.ts'
import { test } from './fixtures.ts'
import { biuwerFrames } from './host.ts'

const { edge, adminKey, biuwerTokens, hostPorts, resources } = inject('stack')
const port = hostPorts[Number(process.env.VITEST_POOL_ID) - 1] ?? 0
const { signers } = new BiuwerEdge({ edge, adminKey })

/** The demo's host application with a signing key of its own. */
function starting(signingKey: HostKey): Promise<RunningHost> {
  const users = [
    { id: 'store-1', name: 'Store 1', biuwerToken: biuwerTokens.store1 },
    { id: 'store-2', name: 'Store 2', biuwerToken: biuwerTokens.store2 },
  ]
  return startHost({ port, edge, adminKey, signingKey, users, resources })
}

type HostKey = Parameters<typeof startHost>[0]['signingKey']
const newKey = (): HostKey => JSON.parse(makeSecrets().host.DEMO_SIGNING_KEY)

/** The ids of the signers that have a key. */
async function signersOf({ kid }: HostKey): Promise<string[]> {
  const ids: string[] = []
  for await (const { id, keys } of signers.list()) if (keys.keys.some((key) => key.kid === kid)) ids.push(id)
  return ids
}

test('a page shows a dashboard by a token of the edge beside one by a token that its backend has signed', async ({
  newVisitor,
}) => {
  const host = await starting(newKey())
  try {
    const page = await (await newVisitor()).newPage()
    const asked: string[] = []
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    await page.goto(`${host.origin}/two-ways?store=store-2`)
    await expect.poll(() => page.locator('biuwer-embed:state(ready)').count()).toBe(2)
    const shown = biuwerFrames(page)
    expect(shown).toHaveLength(2)
    for (const frame of shown) await frame.getByText('Store 2').first().waitFor()
    expect(asked.filter((path) => path.startsWith('/api/')).sort()).toEqual([
      '/api/biuwer-token',
      '/api/signed-token',
    ])
  } finally {
    await host.stop()
  }
})

test('a signed token is not kept by anybody, and is for the two stores alone', async () => {
  const host = await starting(newKey())
  try {
    const answer = await fetch(`${host.origin}/api/signed-token?store=store-1`)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toEqual({ token: expect.stringMatching(/^eyJ/) })
    expect((await fetch(`${host.origin}/api/signed-token?store=other`)).status).toBe(400)
  } finally {
    await host.stop()
  }
})

test('a start finds the signer of its key again, and does not bring back one that was deleted', async () => {
  const key = newKey()
  await (await starting(key)).stop()
  const [id = '', ...others] = await signersOf(key)
  expect(others).toEqual([])
  await (await starting(key)).stop()
  expect(await signersOf(key)).toEqual([id])
  await signers.delete(id)
  await (await starting(key)).stop()
  expect(await signersOf(key)).toEqual([id])
  expect((await signers.get(id)).status).toBe('revoked')
})
