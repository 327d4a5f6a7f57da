import { expect, inject } from 'vitest'
import { issue } from '../edge-api.ts'
import { biuwerFrame, biuwerFrames, HOST, LOOSE_POLICY, tagWith } from '../host.ts'
import { test } from './fixtures.ts'

const { edge } = inject('stack')

test('a site that frames the host does not show the dashboard in it', async ({ host, stranger }) => {
  const { token } = await issue()
  const allowed = await host.open(tagWith(token), { policy: LOOSE_POLICY })
  await biuwerFrame(allowed, 'Film rentals')
  stranger.html = `<!doctype html><title>Stranger</title><iframe src="${HOST}/"></iframe>`
  const page = await allowed.context().newPage()
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
  await page.goto(stranger.origin)
  expect((await refused).text()).toContain(edge)
  const inHost = page.frames().find((frame) => frame.url() === `${HOST}/`)
  await inHost?.locator('biuwer-embed:state(connecting), biuwer-embed:state(error)').waitFor()
  expect(biuwerFrames(page)).toHaveLength(0)
})

test("another tab of the host's own origin finds nothing where tabs share", async ({
  host,
  openDashboard,
}) => {
  const { page } = await openDashboard()
  const other = await host.open('', { visitor: page.context(), policy: LOOSE_POLICY })
  const shared = await other.evaluate(async () => ({
    local: { ...localStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    locks: (await navigator.locks.query()).held?.length,
  }))
  expect(shared).toEqual({ local: {}, cookie: '', databases: 0, caches: 0, workers: 0, locks: 0 })
  expect(await page.context().cookies()).toEqual([])
})
