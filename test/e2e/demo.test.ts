import { expect, inject } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { type HostKey, newKey, startDemoHost } from './demo-host.ts'
import { test } from './fixtures.ts'
import { biuwerFrames } from './host.ts'

const { edge, adminKey } = inject('stack')
const { signers } = new BiuwerEdge({ edge, adminKey })

/** The ids of the signers that have a key. */
async function signersOf({ kid }: HostKey): Promise<string[]> {
  const ids: string[] = []
  for await (const { id, keys } of signers.list()) if (keys.keys.some((key) => key.kid === kid)) ids.push(id)
  return ids
}

test('a page shows a dashboard by a token of the edge beside one by a token that its backend has signed', async ({
  newVisitor,
}) => {
  const host = await startDemoHost(newKey())
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
  const host = await startDemoHost(newKey())
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
  await (await startDemoHost(key)).stop()
  const [id = '', ...others] = await signersOf(key)
  expect(others).toEqual([])
  await (await startDemoHost(key)).stop()
  expect(await signersOf(key)).toEqual([id])
  await signers.delete(id)
  await (await startDemoHost(key)).stop()
  expect(await signersOf(key)).toEqual([id])
  expect((await signers.get(id)).status).toBe('revoked')
})
