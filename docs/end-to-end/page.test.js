import { BiuwerEdge } from 'biuwer-embed/server'
import { startEdge } from 'biuwer-embed/testing/edge'
import { chromium } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startApp } from './app.js'

// An edge and a browser start, which takes a slow machine longer than Vitest waits by default.
vi.setConfig({ hookTimeout: 30_000, testTimeout: 30_000 })

let edge, app, browser, page

beforeAll(async () => {
  edge = await startEdge({ users: ['ana'], resources: ['sales'], settings: { SESSION_CHECK: 2 } })
  app = await startApp({ edge: edge.origin, key: edge.key })
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH, args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await app?.stop()
  await edge?.stop()
})
beforeEach(async () => {
  page = await browser.newPage()
})
afterEach(() => page.close())

const signIn = (user) => page.context().addCookies([{ name: 'user', value: user, url: app.origin }])

/** The stand-in's page inside the tag, which has the resource id as its title and the user's name below. */
async function dashboard() {
  await page.locator('biuwer-embed:state(ready)').waitFor()
  return page.frames().find((frame) => frame.url().startsWith(edge.biuwer))
}

test("a reader sees their own dashboard, and the page's address holds no token", async () => {
  await signIn('ana')
  await page.goto(app.origin)
  const biuwer = await dashboard()
  await biuwer.getByRole('heading', { name: 'sales' }).waitFor()
  await biuwer.getByText('ana', { exact: true }).waitFor()
  expect(page.url()).toBe(`${app.origin}/`)
})

test('a visitor who is not signed in is told so', async () => {
  await page.goto(app.origin)
  await page.locator('biuwer-embed:state(error)').waitFor()
  expect(await page.locator('biuwer-embed').evaluate((tag) => tag.error.code)).toBe('signed_out')
})

test('the dashboard goes when its token record is revoked', async () => {
  const { tokens } = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
  await signIn('ana')
  await page.goto(app.origin)
  await dashboard()
  // From now on the backend has no token for her, and the session ends at its next check.
  await page.context().clearCookies()
  for await (const { id, status } of tokens.list({ user: 'ana' }))
    if (status === 'active') await tokens.revoke(id)
  await edge.clock.advance(61)
  await page.locator('biuwer-embed:state(expired), biuwer-embed:state(error)').waitFor()
  expect(page.frames().some((frame) => frame.url().startsWith(edge.biuwer))).toBe(false)
})

test('an hour later a token that nobody has used opens nothing', async () => {
  const token = await edge.signToken({ user: 'ana', resources: ['sales'], ttl: 3600 })
  const openings = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
  expect((await openings.explain({ token, resource: 'sales' })).allowed).toBe(true)
  await edge.clock.advance(3600)
  expect((await openings.explain({ token, resource: 'sales' })).allowed).toBe(false)
})
