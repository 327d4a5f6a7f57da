import type { BrowserContext, Route } from 'playwright'
import { describe, expect, inject } from 'vitest'
import { admin, issue } from './edge-api.ts'
import { test as base } from './fixtures.ts'
import {
  biuwerFrame,
  biuwerFrames,
  frameSettled,
  giveToken,
  HOST,
  type Host,
  nextEvent,
  requestsOf,
  tag,
  tagWith,
} from './host.ts'

const { edge, biuwer } = inject('stack')

/** Makes a visit whose clock Chromium's driver winds on. Its sessions are to be checked within this many seconds. */
const test = base.extend(
  'newWoundVisitor',
  ({ newVisitor }) =>
    async (time = Date.now(), checkAfter = 2000) => {
      const visitor = await newVisitor()
      await visitor.clock.install({ time })
      await visitor.route(/\/v1\/sessions(\/current)?$/, async (route) => {
        const response = await route.fetch()
        if (!response.ok()) return route.fulfill({ response })
        await route.fulfill({
          response,
          json: { ...(await response.json()), check_after_seconds: checkAfter },
        })
      })
      return visitor
    },
)

describe('renewing a session', () => {
  test('a renewed session outlives the refusal of a check that began before the renewal', async ({
    host,
    newWoundVisitor,
  }) => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const { token: newer } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const visitor = await newWoundVisitor()
    const held: Route[] = []
    await visitor.route('**/v1/sessions/current', (route) => void held.push(route), { times: 1 })
    const page = await host.open(tagWith(token), { visitor })
    await biuwerFrame(page, 'Film rentals')
    await page.clock.fastForward(1_220_000)
    await expect.poll(() => held.length).toBe(1)
    const renewed = nextEvent(page, 'biuwer-renewed')
    await giveToken(page, newer)
    await renewed
    await held[0]?.fulfill({ status: 401, json: { code: 'session_revoked' } })
    await frameSettled(page)
    const checked = page.waitForResponse('**/v1/sessions/current', { timeout: 5000 })
    await page.clock.fastForward(1_220_000)
    expect((await checked).status()).toBe(200)
    expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
  })
})

test("Biuwer's page is shown after ten seconds even if it never finishes loading", async ({
  host,
  newWoundVisitor,
}) => {
  const { token } = await issue()
  const visitor = await newWoundVisitor()
  await visitor.route(`${biuwer}/share`, () => {})
  const page = await visitor.newPage()
  const asked = page.waitForRequest(`${biuwer}/share`)
  await host.open(tagWith(token), { page })
  await asked
  await page.clock.fastForward(4000)
  await frameSettled(page)
  expect(await page.locator('biuwer-embed:state(connecting)').count()).toBe(1)
  await page.clock.fastForward(7000)
  await page.locator('biuwer-embed:state(ready)').waitFor({ timeout: 3000 })
})

test('a session is first checked after about half of the seconds within which the edge wants it checked', async ({
  host,
  newWoundVisitor,
}) => {
  const { token } = await issue()
  const visitor = await newWoundVisitor()
  const page = await host.open(tagWith(token), { visitor })
  await biuwerFrame(page, 'Film rentals')
  const checks = requestsOf(page, `${edge}/v1/sessions/current`)
  await page.clock.fastForward(780_000)
  await frameSettled(page)
  expect(checks).toHaveLength(0)
  await page.clock.fastForward(430_000)
  await frameSettled(page)
  expect(checks).toHaveLength(1)
})

test('a page opens again by itself when no key verifies its session any more', async ({
  host,
  newVisitor,
}) => {
  const { id } = await issue({ refresh: 'single-use' })
  host.giveToken = async () => (await admin('POST', `/v1/tokens/${id}/refresh`)).token
  const visitor = await newVisitor()
  const forged = { authorization: 'Bearer of.no.key' }
  await visitor.route('**/v1/sessions/current', (route) => route.continue({ headers: forged }), { times: 1 })
  const page = await visitor.newPage()
  const asked = requestsOf(page, `${HOST}/token`)
  const checked = page.waitForResponse('**/v1/sessions/current')
  await host.open(tag('token-url="/token"'), { page })
  expect((await (await checked).json()).code).toBe('unauthorized')
  await expect.poll(() => asked.length).toBe(2)
  await biuwerFrame(page, 'Film rentals')
})

describe('a device whose clock is set ahead by a day', () => {
  const DAY = 86_400_000

  /** A dashboard in a page whose clock is then set ahead, and what was asked of the edge. */
  async function aheadByADay(host: Host, newWoundVisitor: () => Promise<BrowserContext>) {
    const { token } = await issue()
    const visitor = await newWoundVisitor()
    const page = await host.open(tagWith(token), { visitor })
    const shown = await biuwerFrame(page, 'Film rentals')
    await shown.evaluate(() => document.documentElement.setAttribute('data-kept', 'yes'))
    const kept = () => shown.evaluate(() => document.documentElement.dataset.kept)
    const checks = requestsOf(page, `${edge}/v1/sessions/current`)
    const sessions = requestsOf(page, `${edge}/v1/sessions`)
    const ahead = async () => {
      await page.clock.setSystemTime(Date.now() + DAY)
      await page.clock.runFor(6000)
    }
    return { page, kept, checks, sessions, ahead }
  }

  test('is no reason to end a session: the edge is asked first', async ({ host, newWoundVisitor }) => {
    const { page, kept, checks, sessions, ahead } = await aheadByADay(host, newWoundVisitor)
    const checked = page.waitForResponse('**/v1/sessions/current')
    await ahead()
    await checked
    await frameSettled(page)
    expect(await kept()).toBe('yes')
    expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
    expect(checks).toHaveLength(1)
    expect(sessions).toHaveLength(0)
    const [frame] = page.frames().filter((frame) => frame.url().startsWith(`${edge}/v1/frame`))
    expect(await frame?.evaluate(() => getComputedStyle(document.body).visibility)).toBe('visible')
  })

  test('shows nothing until the edge has answered, and ends where that says so', async ({
    host,
    newWoundVisitor,
  }) => {
    const { page, ahead } = await aheadByADay(host, newWoundVisitor)
    const [frame] = page.frames().filter((frame) => frame.url().startsWith(`${edge}/v1/frame`))
    const held: Route[] = []
    await page.route('**/v1/sessions/current', (route) => void held.push(route))
    await ahead()
    await expect.poll(() => held.length).toBe(1)
    expect(await frame?.evaluate(() => getComputedStyle(document.body).visibility)).toBe('hidden')
    const failed = nextEvent(page, 'biuwer-error')
    await held[0]?.fulfill({ status: 401, json: { code: 'session_revoked' } })
    await failed
    await expect.poll(() => biuwerFrames(page)).toHaveLength(0)
  })
})

describe('the end of a session', () => {
  test.for([
    ['ahead', 2],
    ['behind', -2],
  ] as const)(
    "a session ends by the edge's clock where the browser's clock is two days %s",
    async ([, days], { host, newWoundVisitor }) => {
      const to = new Date(Date.now() + 700_000).toISOString()
      const { token } = await issue({ to })
      const visitor = await newWoundVisitor(Date.now() + days * 86_400_000, 700)
      let wound = 0
      let checks = 0
      // Even where every check is answered with all is well.
      await visitor.route('**/v1/sessions/current', (route) => {
        checks++
        const headers = { date: new Date(Date.now() + wound).toUTCString() }
        return route.fulfill({ headers, json: { expires_at: to, check_after_seconds: 700 } })
      })
      const page = await host.open(tagWith(token), { visitor })
      await biuwerFrame(page, 'Film rentals')
      const wind = (ms: number) => {
        wound += ms
        return page.clock.fastForward(ms)
      }
      await wind(670_000)
      await expect.poll(() => checks).toBe(1)
      await frameSettled(page)
      expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
      const expired = nextEvent(page, 'biuwer-expired')
      await wind(31_000)
      await expired
      await expect.poll(() => biuwerFrames(page)).toHaveLength(0)
      await page.locator('biuwer-embed:state(expired)').waitFor({ timeout: 3000 })
    },
  )
})
