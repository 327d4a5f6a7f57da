import type { BrowserContext, Route } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { admin, issue, linkStores } from './edge-api.ts'
import { biuwerFrame, biuwerFrames, frameSettled, HOST, Host, nextEvent, requestsOf } from './host.ts'
import { CHECK, LEASE } from './stack.ts'

const { edge, resources, biuwer } = inject('stack')
const tag = (attributes: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`

let host: Host
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

/** A visit whose clock a test winds on. Its sessions are to be checked within 2,000 seconds. */
async function woundVisitor(time = Date.now()): Promise<BrowserContext> {
  const visitor = await host.visitor()
  await visitor.clock.install({ time })
  await visitor.route('**/v1/sessions', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), check_after_seconds: 2000 } })
  })
  return visitor
}

describe('a renewal', () => {
  test('is not undone by what a check that began before it says', async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const { token: newer } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const visitor = await woundVisitor()
    const held: Route[] = []
    await visitor.route('**/v1/sessions/current', (route) => void held.push(route), { times: 1 })
    const page = await host.open(tag(`token="${token}"`), { visitor })
    await biuwerFrame(page, 'Film rentals')
    await page.clock.fastForward(1_220_000)
    await expect.poll(() => held.length).toBe(1)
    const renewed = nextEvent(page, 'biuwer-renewed')
    await page.locator('biuwer-embed').evaluate((embed, token) => Object.assign(embed, { token }), newer)
    await renewed
    await held[0]?.fulfill({ status: 401, json: { code: 'session_revoked' } })
    await frameSettled(page)
    const checked = page.waitForResponse('**/v1/sessions/current', { timeout: 5000 })
    await page.clock.fastForward(1_220_000)
    expect((await checked).status()).toBe(200)
    expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
    await visitor.close()
  })

  test("by a new value leaves Biuwer's page as it is", async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tag(`token="${token}"`))
    const frame = await biuwerFrame(page, 'Film rentals')
    await frame.evaluate(() => document.documentElement.setAttribute('data-kept', 'yes'))
    const requests = requestsOf(page, `${biuwer}/share`)
    const { token: newer } = await admin('POST', `/v1/tokens/${id}/refresh`)
    const renewed = nextEvent(page, 'biuwer-renewed')
    await page.evaluate(
      (value) => Object.assign(document.querySelector('biuwer-embed') ?? {}, { token: value }),
      newer,
    )
    await renewed
    expect(await frame.evaluate(() => document.documentElement.getAttribute('data-kept'))).toBe('yes')
    expect(requests).toHaveLength(0)
    await page.context().close()
  })

  test("of another user replaces Biuwer's page", async () => {
    const { token } = await issue({ user: 'store-1' })
    const { token: other } = await issue({ user: 'store-2' })
    const page = await host.open(tag(`token="${token}"`))
    await biuwerFrame(page, 'Film rentals')
    const renewed = nextEvent(page, 'biuwer-renewed')
    const replaced = page.waitForEvent('framenavigated', (frame) => frame.url() === `${biuwer}/share`)
    await page.evaluate(
      (value) => Object.assign(document.querySelector('biuwer-embed') ?? {}, { token: value }),
      other,
    )
    await renewed
    const frame = await replaced
    await frame.getByText('Store 2').first().waitFor()
    expect(await frame.getByText('Store 1').count()).toBe(0)
    await page.context().close()
  })
})

test("a page of Biuwer's that never finishes loading is the reader's to see after ten seconds", async () => {
  const { token } = await issue()
  const visitor = await woundVisitor()
  await visitor.route(`${biuwer}/share`, () => {})
  const page = await visitor.newPage()
  const asked = page.waitForRequest(`${biuwer}/share`)
  await host.open(tag(`token="${token}"`), { page })
  await asked
  await page.clock.fastForward(8000)
  await frameSettled(page)
  expect(await page.locator('biuwer-embed:state(connecting)').count()).toBe(1)
  await page.clock.fastForward(3000)
  await page.locator('biuwer-embed:state(ready)').waitFor({ timeout: 3000 })
  await visitor.close()
})

test("a session is checked first at about half of the time for which the edge's word holds", async () => {
  const { token } = await issue()
  const visitor = await woundVisitor()
  const page = await host.open(tag(`token="${token}"`), { visitor })
  await biuwerFrame(page, 'Film rentals')
  const checks = requestsOf(page, `${edge}/v1/sessions/current`)
  await page.clock.fastForward(780_000)
  await frameSettled(page)
  expect(checks).toHaveLength(0)
  await page.clock.fastForward(430_000)
  await frameSettled(page)
  expect(checks).toHaveLength(1)
  await visitor.close()
})

test('a page opens again by itself once no key verifies its session any more', async () => {
  const { id } = await issue({ refresh: 'single-use' })
  host.giveToken = async () => (await admin('POST', `/v1/tokens/${id}/refresh`)).token
  const visitor = await host.visitor()
  const forged = { authorization: 'Bearer of.no.key' }
  await visitor.route('**/v1/sessions/current', (route) => route.continue({ headers: forged }), { times: 1 })
  const page = await visitor.newPage()
  const asked = requestsOf(page, `${HOST}/token`)
  const checked = page.waitForResponse('**/v1/sessions/current')
  await host.open(tag('token-url="/token"'), { page })
  expect((await (await checked).json()).code).toBe('unauthorized')
  await expect.poll(() => asked.length).toBe(2)
  await biuwerFrame(page, 'Film rentals')
  await visitor.close()
})

describe('a session ends', () => {
  test.each([
    ['ahead', 2],
    ['behind', -2],
  ])("at its end by the edge's clock, with the browser's two days %s", async (_, days) => {
    const { token } = await issue({ to: new Date(Date.now() + 700_000).toISOString() })
    const visitor = await woundVisitor(Date.now() + days * 86_400_000)
    const page = await host.open(tag(`token="${token}"`), { visitor })
    await biuwerFrame(page, 'Film rentals')
    await page.clock.fastForward(670_000)
    await frameSettled(page)
    expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
    await page.clock.fastForward(31_000)
    await page.locator('biuwer-embed:state(expired)').waitFor({ timeout: 3000 })
    await visitor.close()
  })

  test('when the edge can not be asked any more, within the time for which its last word holds', async () => {
    const { token } = await issue()
    const page = await host.open(tag(`token="${token}"`))
    await biuwerFrame(page, 'Film rentals')
    const gone = page.waitForEvent('framedetached', (frame) => frame.url().startsWith(biuwer))
    const lost = Date.now()
    await page.context().route('**/v1/sessions/current', (route) => route.abort())
    await page.context().route('**/v1/sessions', (route) => route.abort())
    await gone
    expect(Date.now() - lost).toBeLessThanOrEqual(CHECK * 1000 + 500)
    await page.locator('biuwer-embed:state(error)').waitFor()
    await page.context().close()
  })

  test("when its token is revoked: Biuwer's page is gone by the promised time", async () => {
    const { id, token } = await issue()
    const page = await host.open(tag(`token="${token}"`))
    await biuwerFrame(page, 'Film rentals')
    const error = nextEvent(page, 'biuwer-error')
    const { effective_by } = await admin('DELETE', `/v1/tokens/${id}`)
    expect(Date.parse(effective_by.open_sessions) - Date.now()).toBeLessThanOrEqual(
      (LEASE + CHECK + 2) * 1000,
    )
    expect(await error).toMatchObject({ code: 'session_revoked' })
    expect(Date.now()).toBeLessThanOrEqual(Date.parse(effective_by.open_sessions))
    expect(biuwerFrames(page)).toHaveLength(0)
    await page.context().close()
  })

  test('at its end, and says so, where nobody renews it', async () => {
    const to = new Date(Date.now() + 4000).toISOString()
    const { token } = await issue({ to })
    const page = await host.open('')
    // Even where the edge keeps saying that all is well.
    await page.context().route('**/v1/sessions/current', (route) => {
      const answer = { expires_at: to, check_after_seconds: CHECK }
      return route.fulfill({ json: answer, headers: { date: new Date().toUTCString() } })
    })
    await page.evaluate(
      ([resource, token]) => {
        const embed = document.createElement('biuwer-embed')
        Object.assign(embed, { resourceId: resource, token })
        document.body.append(embed)
      },
      [resources.rentals, token] as const,
    )
    await biuwerFrame(page, 'Film rentals')
    await nextEvent(page, 'biuwer-expired')
    expect(biuwerFrames(page)).toHaveLength(0)
    expect(
      await page.evaluate(() => document.querySelector('biuwer-embed')?.matches(':state(expired)')),
    ).toBe(true)
    await page.context().close()
  })
})
