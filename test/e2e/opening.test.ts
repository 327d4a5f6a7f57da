import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { listen } from '../../demo/listening.ts'
import { freePort } from '../../demo/ports.ts'
import { admin, issue, linkStores } from './edge-api.ts'
import { biuwerFrame, biuwerFrames, Host, nextEvent, panelText } from './host.ts'
import { CHECK, LEASE } from './stack.ts'

const { resources, biuwer } = inject('stack')
const tag = (attributes: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`

let host: Host
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

/** Requests of Biuwer's share page that a page makes from now on. */
function shareRequests(page: Awaited<ReturnType<Host['open']>>): string[] {
  const requests: string[] = []
  page.on('request', (request) => {
    if (request.url() === `${biuwer}/share`) requests.push(request.url())
  })
  return requests
}

describe('a dashboard opens', () => {
  test.each(['none', 'daily', 'monthly', 'single-use'])(
    'with a %s value in the attribute',
    async (refresh) => {
      const { token } = await issue({ refresh })
      const page = await host.open(tag(`token="${token}"`))
      const frame = await biuwerFrame(page, 'Film rentals')
      expect(await frame.locator('canvas').count()).toBeGreaterThan(0)
      expect(await frame.getByText('Store 1').count()).toBeGreaterThan(0)
      await page.context().close()
    },
  )

  test('with a value from the host, asked for once by all tags of the page', async () => {
    const { id } = await issue({ refresh: 'single-use' })
    let asked = 0
    host.giveToken = async () => {
      asked++
      return (await admin('POST', `/v1/tokens/${id}/refresh`)).token
    }
    const page = await host.open(
      [resources.rentals, resources.revenue, resources.reports]
        .map((id) => `<biuwer-embed resource-id="${id}" token-url="/token"></biuwer-embed>`)
        .join(''),
    )
    await page.waitForFunction(() => document.querySelectorAll('biuwer-embed:state(ready)').length === 3)
    expect(asked).toBe(1)
    await page.context().close()
  })

  test('as what its user may see', async () => {
    const { token } = await issue({ user: 'store-2' })
    const page = await host.open(tag(`token="${token}"`))
    const frame = await biuwerFrame(page, 'Film rentals')
    expect(await frame.getByText('Store 2').count()).toBeGreaterThan(0)
    expect(await frame.getByText('Store 1').count()).toBe(0)
    await page.context().close()
  })

  test('once, when the element is appended, removed and appended in one task', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open('')
    const requests = shareRequests(page)
    await page.evaluate(
      ([resource, token]) => {
        const embed = document.createElement('biuwer-embed')
        Object.assign(embed, { resourceId: resource, token })
        document.body.append(embed)
        embed.remove()
        document.body.append(embed)
      },
      [resources.rentals, token] as const,
    )
    await biuwerFrame(page, 'Film rentals')
    expect(requests).toHaveLength(1)
    await page.context().close()
  })

  test('again when the reader reloads its frame, with the same single-use value', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tag(`token="${token}"`))
    const first = await biuwerFrame(page, 'Film rentals')
    const document = first.parentFrame()
    const ready = nextEvent(page, 'biuwer-ready')
    await document?.evaluate(() => location.reload())
    await ready
    await biuwerFrame(page, 'Film rentals')
    await page.context().close()
  })
})

test('a frame document cached from another configuration is fetched anew, once', async () => {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open('')
  let served = 0
  await page.context().route('**/v1/frame?*', async (route) => {
    served++
    if (served > 1) return route.continue()
    const answer = await route.fetch()
    const body = (await answer.text()).replace(biuwer, 'https://former.example')
    return route.fulfill({ response: answer, body })
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
  expect(served).toBe(2)
  await page.context().close()
})

describe('a renewal', () => {
  test("by a new value leaves Biuwer's page as it is", async () => {
    const { id, token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tag(`token="${token}"`))
    const frame = await biuwerFrame(page, 'Film rentals')
    await frame.evaluate(() => document.documentElement.setAttribute('data-kept', 'yes'))
    const requests = shareRequests(page)
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

describe('a refusal is shown for what it is', () => {
  const refused = async (value: string, attributes = '') => {
    const page = await host.open('')
    const error = nextEvent(page, 'biuwer-error')
    await page.evaluate(
      ([html, value]) => {
        const embed = document.createElement('biuwer-embed')
        embed.setAttribute('resource-id', html)
        embed.setAttribute('token', value)
        document.body.append(embed)
      },
      [attributes || resources.rentals, value] as const,
    )
    const detail = await error
    const text = await panelText(page)
    expect(biuwerFrames(page)).toHaveLength(0)
    return { page, detail, text }
  }

  test('not valid yet, with the time from which it is', async () => {
    const { token } = await issue({ from: '2037-06-01T00:00:00Z' })
    const { page, detail, text } = await refused(token)
    expect(detail).toMatchObject({ code: 'token_not_yet_valid', retryable: false })
    expect(text).toContain('2037')
    await page.context().close()
  })

  test('spent by another page view', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const first = await host.open(tag(`token="${token}"`))
    await biuwerFrame(first, 'Film rentals')
    const { page, detail } = await refused(token)
    expect(detail).toMatchObject({ code: 'token_spent', requestId: expect.stringMatching(/^req_/) })
    await first.context().close()
    await page.context().close()
  })

  test('another resource', async () => {
    const { token } = await issue({ resources: [resources.revenue] })
    const { page, detail } = await refused(token)
    expect(detail).toMatchObject({ code: 'resource_not_allowed', retryable: false })
    await page.context().close()
  })

  test('another origin', async () => {
    const { token } = await issue({ origins: [`http://127.0.0.1:${inject('stack').hostPort}`] })
    const { page, detail } = await refused(token)
    expect(detail).toMatchObject({ code: 'origin_not_allowed', retryable: false })
    await page.context().close()
  })

  test('expired', async () => {
    const to = new Date(Date.now() + 1500).toISOString()
    const { token } = await issue({ to })
    await expect.poll(() => Date.now() >= Date.parse(to), { timeout: 3000 }).toBe(true)
    const { page, detail } = await refused(token)
    expect(detail).toMatchObject({ code: 'token_expired' })
    await page.context().close()
  })

  test('a page that the edge does not allow to frame it', { timeout: 30_000 }, async () => {
    const { token } = await issue()
    const port = await freePort(18900)
    const app = new Hono().get('/', (c) =>
      c.html(
        `<!doctype html><script type="module" src="${inject('stack').edge}/biuwer-embed.js"></script><body>${tag(`token="${token}"`)}`,
      ),
    )
    const foreign = await listen(app.fetch, port, ['127.0.0.1'])
    const visitor = await host.visitor()
    const stranger = await visitor.newPage()
    await stranger.goto(`http://127.0.0.1:${port}/`)
    const detail = await nextEvent(stranger, 'biuwer-error')
    expect(detail).toMatchObject({ code: 'frame_unreachable', retryable: true })
    await visitor.close()
    await foreign.stop()
  })
})

describe('a session ends', () => {
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
