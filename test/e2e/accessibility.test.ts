import { expect } from 'vitest'
import { complaints } from './axe.ts'
import { admin, issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { type Host, tag } from './host.ts'

/** A page with a tag of these attributes. */
const around = (attributes: string) => `<main><h1>Sales</h1>${tag(attributes)}</main>`

/** A page for each state that the tag can be in, and what tells that it is there. */
const STATES: Record<string, (host: Host) => Promise<{ html: string; there: string }>> = {
  loading: async (host) => {
    host.giveToken = () => new Promise(() => {})
    const html = around('token-url="/token"')
    return { html, there: 'biuwer-embed:state(connecting)' }
  },
  ready: async () => ({
    html: around(`token="${(await issue()).token}"`),
    there: 'biuwer-embed:state(ready)',
  }),
  'in Spanish, not valid yet': async () => ({
    html: around(`token="${(await issue({ from: '2037-06-01T00:00:00Z' })).token}" lang="es"`),
    there: 'biuwer-embed [role=timer]',
  }),
  revoked: async () => {
    const { id, token } = await issue()
    await admin('DELETE', `/v1/tokens/${id}`)
    return { html: around(`token="${token}"`), there: 'biuwer-embed [part=report]' }
  },
  'failed, to be tried again': async (host) => {
    host.giveToken = () => ''
    const html = around('token-url="/token"')
    return { html, there: 'biuwer-embed [part=retry]' }
  },
}

test.for(Object.entries(STATES))(
  'axe finds nothing in a tag that is %s, wide and light, narrow and dark, narrow in forced colours',
  async ([, state], { host }) => {
    const { html, there } = await state(host)
    const page = await host.open(html)
    await page.locator(there).waitFor()
    await page
      .locator('biuwer-embed')
      .evaluate((element) =>
        Promise.all(element.shadowRoot?.getAnimations().map(({ finished }) => finished) ?? []),
      )
    for (const [width, look] of [
      [1000, { colorScheme: 'light' }],
      [320, { colorScheme: 'dark' }],
      [320, { colorScheme: 'light', forcedColors: 'active' }],
    ] as const) {
      await page.emulateMedia(look)
      await page.setViewportSize({ width, height: 700 })
      expect(await complaints(page), `${JSON.stringify(look)} at ${width}`).toEqual([])
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wider, `overflow at ${width}`).toBeLessThanOrEqual(0)
    }
  },
)

test("the keyboard reaches the panel's buttons in order", async ({ host }) => {
  host.giveToken = () => ''
  const page = await host.open(tag('token-url="/token"'))
  await page.locator('biuwer-embed [part=retry]').waitFor()
  const focused = () =>
    page.evaluate(() => document.querySelector('biuwer-embed')?.shadowRoot?.activeElement?.textContent)
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Try again')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Copy report')
})
