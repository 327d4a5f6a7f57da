import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { complaints } from './axe.ts'
import { admin, issue, linkStores } from './edge-api.ts'
import { Host } from './host.ts'

const { resources } = inject('stack')

let host: Host
let page: Page
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

const tag = (token: string, attributes = '') =>
  `<main><h1>Sales</h1><biuwer-embed resource-id="${resources.rentals}" token="${token}" ${attributes}></biuwer-embed></main>`

/** A page for each state that the tag can be in, and what tells that it is there. */
const STATES: Record<string, () => Promise<{ html: string; there: string }>> = {
  loading: async () => {
    host.giveToken = () => new Promise(() => {})
    const html = `<main><h1>Sales</h1><biuwer-embed resource-id="${resources.rentals}" token-url="/token"></biuwer-embed></main>`
    return { html, there: 'biuwer-embed:state(connecting)' }
  },
  ready: async () => ({ html: tag((await issue()).token), there: 'biuwer-embed:state(ready)' }),
  'in Spanish, not valid yet': async () => ({
    html: tag((await issue({ from: '2037-06-01T00:00:00Z' })).token, 'lang="es"'),
    there: 'biuwer-embed [role=timer]',
  }),
  revoked: async () => {
    const { id, token } = await issue()
    await admin('DELETE', `/v1/tokens/${id}`)
    return { html: tag(token), there: 'biuwer-embed [part=report]' }
  },
  'failed, to be tried again': async () => {
    host.giveToken = () => ''
    const html = `<main><h1>Sales</h1><biuwer-embed resource-id="${resources.rentals}" token-url="/token"></biuwer-embed></main>`
    return { html, there: 'biuwer-embed [part=retry]' }
  },
}

describe.each(Object.keys(STATES))('%s', (state) => {
  test('has nothing that axe complains of, light and dark, wide and narrow, in forced colours', async () => {
    const { html, there } = (await STATES[state]?.()) ?? { html: '', there: '' }
    page = await host.open(html)
    await page.locator(there).waitFor()
    await page
      .locator('biuwer-embed')
      .evaluate((element) =>
        Promise.all(element.shadowRoot?.getAnimations().map(({ finished }) => finished) ?? []),
      )
    for (const look of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { colorScheme: 'light', forcedColors: 'active' },
    ] as const) {
      await page.emulateMedia(look)
      for (const width of [1000, 320]) {
        await page.setViewportSize({ width, height: 700 })
        expect(await complaints(page), `${JSON.stringify(look)} at ${width}`).toEqual([])
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect(wider, `overflow at ${width}`).toBeLessThanOrEqual(0)
      }
    }
    await page.context().close()
  })
})

test('the keyboard reaches what the panel offers', async () => {
  host.giveToken = () => ''
  page = await host.open(
    `<biuwer-embed resource-id="${resources.rentals}" token-url="/token"></biuwer-embed>`,
  )
  await page.locator('biuwer-embed [part=retry]').waitFor()
  const focused = () =>
    page.evaluate(() => document.querySelector('biuwer-embed')?.shadowRoot?.activeElement?.textContent)
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Try again')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Copy report')
  await page.context().close()
})
