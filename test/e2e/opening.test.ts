import { Hono } from 'hono'
import type { Page, Route } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { listen } from '../../demo/run/listening.ts'
import { freePort, loopbackAddresses } from '../../demo/run/ports.ts'
import { admin, issue, linkStores } from './edge-api.ts'
import {
  biuwerFrame,
  biuwerFrames,
  frameSettled,
  HOST,
  Host,
  nextEvent,
  panelText,
  requestsOf,
} from './host.ts'

const { edge, resources, biuwer } = inject('stack')
const tag = (attributes: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`

let host: Host
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

/** Requests of Biuwer's share page that a page makes from now on. */
const shareRequests = (page: Page) => requestsOf(page, `${biuwer}/share`)

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

  test('of the resource that the page asked for last, in whatever order the edge is heard', async () => {
    const { token } = await issue()
    const visitor = await host.visitor()
    const held: Route[] = []
    await visitor.route('**/v1/sessions', (route) => void held.push(route))
    const page = await host.open(tag(`token="${token}"`), { visitor })
    const shown = shareRequests(page)
    await expect.poll(() => held.length).toBe(1)
    await page.locator('biuwer-embed').evaluate((embed, id) => {
      embed.setAttribute('resource-id', id)
    }, resources.revenue)
    await expect.poll(() => held.length).toBe(2)
    for (const route of held) {
      const heard = page.waitForEvent('requestfinished', (request) => request === route.request())
      await route.continue()
      await heard
      await frameSettled(page)
    }
    await biuwerFrame(page, 'Revenue')
    expect(shown).toHaveLength(1)
    await visitor.close()
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
})

describe('a page that the edge does not allow to frame it', () => {
  let foreign: { origin: string; stop(): Promise<void> }
  beforeAll(async () => {
    const port = await freePort(18900)
    const script = `<script type="module" src="${edge}/biuwer-embed.js"></script>`
    const app = new Hono()
      .get('/', (c) => c.html(`<!doctype html>${script}${tag('token="x"')}`))
      .get('/around-the-host', (c) => c.html(`<!doctype html><iframe src="${HOST}/"></iframe>`))
    const { stop } = await listen(app.fetch, port, loopbackAddresses())
    foreign = { origin: `http://localhost:${port}`, stop }
  })
  afterAll(() => foreign.stop())

  test('says so', async () => {
    const visitor = await host.visitor()
    await visitor.clock.install()
    const page = await visitor.newPage()
    await page.goto(`${foreign.origin}/`)
    const refused = () => page.frames().some((frame) => frame.url().startsWith('chrome-error:'))
    await expect.poll(refused).toBe(true)
    const error = nextEvent(page, 'biuwer-error')
    await page.clock.fastForward(15_000)
    expect(await error).toMatchObject({ code: 'frame_unreachable', retryable: true })
    await visitor.close()
  })

  test('is let in once it is allowed, whatever the browser kept for other pages of its site', async () => {
    const { token } = await issue()
    const visitor = await host.visitor()
    const page = await host.open(tag(`token="${token}"`), { visitor })
    await biuwerFrame(page, 'Film rentals')
    const kept = async (path: string) => {
      const answer = page.waitForResponse((response) => response.url().startsWith(`${edge}/v1/frame`))
      await page.goto(`${foreign.origin}${path}`)
      return (await answer).headers()['cache-control']
    }
    expect(await kept('/')).toBe('no-store')
    // Around a page that is allowed, the edge can't see it: then nothing is kept at all.
    expect(await kept('/around-the-host')).toBe('no-cache')
    await visitor.close()
  })
})
