import type { Page, Route } from 'playwright'
import { describe, expect, inject } from 'vitest'
import { issue } from './edge-api.ts'
import { test as base } from './fixtures.ts'
import { appendTag, biuwerFrame, frameSettled, HOST, nextEvent, requestsOf, tagWith } from './host.ts'
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

describe('a page that may not frame the edge', () => {
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
    expect(await kept('/')).toBe('no-store, no-transform')
    // Around a page that is allowed, the edge can't see it: then nothing is kept at all.
    expect(await kept('/around-the-host')).toBe('no-cache, no-transform')
  })
})
