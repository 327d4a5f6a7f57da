import type { Page, Route } from 'playwright'
import { describe, expect, inject } from 'vitest'
import { admin, issue } from './edge-api.ts'
import { test as base } from './fixtures.ts'
import {
  appendTag,
  biuwerFrame,
  biuwerFrames,
  frameSettled,
  HOST,
  nextEvent,
  OTHER_HOST,
  panelText,
  requestsOf,
  tagWith,
} from './host.ts'
import { Stranger } from './stranger.ts'

const { edge, resources, biuwer } = inject('stack')

// A page on the host's site, at an origin that the edge does not allow.
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
const test = base.extend('neighbour', async ({}, { onCleanup }) => {
  const neighbour = await Stranger.start('127.0.0.1', 'localhost')
  onCleanup(() => neighbour.stop())
  const script = `<script type="module" src="${edge}/biuwer-embed.js"></script>`
  neighbour.html = `<!doctype html>${script}${tagWith('x')}`
  return neighbour
})

/** Requests of Biuwer's share page that a page makes from now on. */
const shareRequests = (page: Page) => requestsOf(page, `${biuwer}/share`)

describe('opening a dashboard', () => {
  test.for(['none', 'daily', 'monthly', 'single-use'])(
    'a token of a record with refresh %s opens the dashboard from the attribute',
    async (refresh, { host }) => {
      const { token } = await issue({ refresh })
      const page = await host.open(tagWith(token))
      const frame = await biuwerFrame(page, 'Film rentals')
      expect(await frame.locator('canvas').count()).toBeGreaterThan(0)
      expect(await frame.getByText('Store 1').count()).toBeGreaterThan(0)
    },
  )

  test('three tags with one token-url ask the host for a token once', async ({ host }) => {
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
  })

  test('a dashboard shows what its user may see and nothing of another user', async ({ host }) => {
    const { token } = await issue({ user: 'store-2' })
    const page = await host.open(tagWith(token))
    const frame = await biuwerFrame(page, 'Film rentals')
    expect(await frame.getByText('Store 2').count()).toBeGreaterThan(0)
    expect(await frame.getByText('Store 1').count()).toBe(0)
  })

  test('the resource that the page asked for last is shown, in whatever order the edge answers', async ({
    host,
    newVisitor,
  }) => {
    const { token } = await issue()
    const visitor = await newVisitor()
    const held: Route[] = []
    await visitor.route('**/v1/sessions', (route) => void held.push(route))
    const page = await host.open(tagWith(token), { visitor })
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
  })

  test('a tag that is appended, removed and appended in one task opens once', async ({ host }) => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open('')
    const requests = shareRequests(page)
    await page.evaluate(
      ([resourceId, token]) => {
        const embed = Object.assign(document.createElement('biuwer-embed'), { resourceId, token })
        document.body.append(embed)
        embed.remove()
        document.body.append(embed)
      },
      [resources.rentals, token] as const,
    )
    await biuwerFrame(page, 'Film rentals')
    expect(requests).toHaveLength(1)
  })

  test('a reader who reloads the frame opens the dashboard again with the same single-use token', async ({
    host,
  }) => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tagWith(token))
    const shown = await biuwerFrame(page, 'Film rentals')
    const ready = nextEvent(page, 'biuwer-ready')
    await shown.parentFrame()?.evaluate(() => location.reload())
    await ready
    await biuwerFrame(page, 'Film rentals')
  })

  test('a frame document cached from another configuration is fetched anew, once', async ({ host }) => {
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
    await appendTag(page, token)
    await biuwerFrame(page, 'Film rentals')
    expect(served).toBe(2)
  })
})

describe('refusals', () => {
  /** Appends a tag with a token that is refused, and gives what the tag's event and its panel say. */
  const refusal = async (page: Page, token: string) => {
    const error = nextEvent(page, 'biuwer-error')
    await appendTag(page, token)
    const event = await error
    const text = await panelText(page)
    expect(biuwerFrames(page)).toHaveLength(0)
    return { event, text }
  }

  test('a token that is not valid yet is refused with the time from which it is', async ({ host }) => {
    const { token } = await issue({ from: '2037-06-01T00:00:00Z' })
    const { event, text } = await refusal(await host.open(''), token)
    expect(event).toMatchObject({ code: 'token_not_yet_valid', retryable: false })
    expect(text).toContain('2037')
  })

  test('a single-use token that another page view spent is refused', async ({ host }) => {
    const { token } = await issue({ refresh: 'single-use' })
    await biuwerFrame(await host.open(tagWith(token)), 'Film rentals')
    const { event } = await refusal(await host.open(''), token)
    expect(event).toMatchObject({ code: 'token_spent', requestId: expect.stringMatching(/^req_/) })
  })

  test('a token for another resource is refused', async ({ host }) => {
    const { token } = await issue({ resources: [resources.revenue] })
    const { event } = await refusal(await host.open(''), token)
    expect(event).toMatchObject({ code: 'resource_not_allowed', retryable: false })
  })

  test('a token for another origin is refused', async ({ host }) => {
    const { token } = await issue({ origins: [OTHER_HOST] })
    const { event } = await refusal(await host.open(''), token)
    expect(event).toMatchObject({ code: 'origin_not_allowed', retryable: false })
  })

  test('an expired token is refused', async ({ host }) => {
    const to = new Date(Date.now() + 1500).toISOString()
    const { token } = await issue({ to })
    const page = await host.open('')
    await expect.poll(() => Date.now() >= Date.parse(to), { timeout: 3000 }).toBe(true)
    const { event } = await refusal(page, token)
    expect(event).toMatchObject({ code: 'token_expired' })
  })
})

describe('a page that may not frame the edge', () => {
  test('after 15 seconds the tag says that the frame can not be reached', async ({
    newVisitor,
    neighbour,
  }) => {
    const visitor = await newVisitor()
    await visitor.clock.install()
    const page = await visitor.newPage()
    await page.goto(`${neighbour.origin}/`)
    const refused = () => page.frames().some((frame) => frame.url().startsWith('chrome-error:'))
    await expect.poll(refused).toBe(true)
    const error = nextEvent(page, 'biuwer-error')
    await page.clock.fastForward(15_000)
    expect(await error).toMatchObject({ code: 'frame_unreachable', retryable: true })
  })

  test('the browser keeps no frame document for it, so that it is let in as soon as it is allowed', async ({
    host,
    neighbour,
  }) => {
    neighbour.pages.set('/around-the-host', `<!doctype html><iframe src="${HOST}/"></iframe>`)
    const { token } = await issue()
    const page = await host.open(tagWith(token))
    await biuwerFrame(page, 'Film rentals')
    const kept = async (path: string) => {
      const answer = page.waitForResponse((response) => response.url().startsWith(`${edge}/v1/frame`))
      await page.goto(`${neighbour.origin}${path}`)
      return (await answer).headers()['cache-control']
    }
    expect(await kept('/')).toBe('no-store')
    // Around a page that is allowed, the edge can't see it: then nothing is kept at all.
    expect(await kept('/around-the-host')).toBe('no-cache')
  })
})
