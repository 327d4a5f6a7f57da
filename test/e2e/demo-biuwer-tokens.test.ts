import type { Frame, Page } from 'playwright'
import { expect, inject } from 'vitest'
import type { RunningHost } from '../../demo/host/serve.ts'
import { complaints } from './axe.ts'
import { newKey, startDemoHost } from './demo-host.ts'
import { test as base } from './fixtures.ts'

const { biuwer, resources } = inject('stack')

/** Seconds until a Biuwer token ends: enough for a busy machine to do on the page what the test does. */
const BRIEF_LIFE = 20

const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('demo', async ({}, { onCleanup }): Promise<RunningHost> => {
    const host = await startDemoHost(newKey(), { briefLife: BRIEF_LIFE })
    onCleanup(() => host.stop())
    return host
  })
  // Opens a page of the demo, once its dashboard is there.
  .extend('open', ({ demo, newVisitor }) => async (reader: string) => {
    const page = await (await newVisitor()).newPage()
    await page.goto(`${demo.origin}/biuwer-tokens/${reader}?store=store-2`)
    await page.locator('biuwer-embed:state(ready)').waitFor()
    const dashboard = dashboardOf(page)
    await dashboard.getByText('Store 2').first().waitFor()
    return { page, dashboard }
  })

/** Biuwer's page in the tag, within the frame of the edge. */
function dashboardOf(page: Page): Frame {
  const ofBiuwer = page.frames().filter((frame) => frame.url().startsWith(biuwer))
  const found = ofBiuwer.find((frame) => frame.parentFrame() !== page.mainFrame())
  if (!found) throw new Error("the tag is ready and Biuwer's page is not there")
  return found
}

/** What Biuwer's page says to whoever pastes the copied Biuwer token into the manual integration. */
async function pasted(page: Page): Promise<string> {
  await page.getByRole('button', { name: /^Paste it/ }).click()
  const frame = page.frameLocator('iframe[title="Manual integration"]')
  await frame.locator('main:not([aria-busy])').waitFor()
  return frame.locator('main').innerText()
}

/** The events that the page has listed. */
function logOf(page: Page): Promise<string> {
  return page.locator('[data-events]').innerText()
}

/** Cells of the list of Biuwer tokens: how each was made, and its status. */
async function listed(page: Page): Promise<string[][]> {
  const rows = page.locator('[data-biuwer-tokens] tr')
  return rows.evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('td')].slice(1).map((cell) => cell.textContent ?? '')),
  )
}

test('a Biuwer token that ends takes its session with it, and the tag tells of it where Biuwer would say "Content not found"', async ({
  open,
}) => {
  const { page } = await open('ends')
  expect(await pasted(page)).toContain('Store 2')
  await expect.poll(() => listed(page)).toEqual([['by hand', 'active']])
  await page.locator('biuwer-embed:state(error)').waitFor()
  expect(await logOf(page)).toContain('biuwer_token_expired')
  expect(await pasted(page)).toBe('Content not found')
  await expect.poll(() => listed(page)).toEqual([['by hand', 'expired']])
})

test('a Biuwer token that the edge replaces in time stops no dashboard: it goes on by the next one', async ({
  open,
}) => {
  const { page, dashboard } = await open('replaced')
  const first = await tokenOf(dashboard)
  await page.getByRole('button', { name: 'Let the edge replace it' }).click()
  await expect
    .poll(() => listed(page))
    .toEqual([
      ['by hand', 'active'],
      ['by the token source', 'active'],
    ])
  await expect.poll(() => shares(first), { timeout: 30_000 }).toBe(false)
  expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
  expect(await logOf(page)).toContain('biuwer-renewed')
  expect(await logOf(page)).not.toContain('biuwer-error')
  const next = dashboardOf(page)
  await next.getByText('Store 2').first().waitFor()
  expect(await shares(await tokenOf(next))).toBe(true)
})

test('a Biuwer token of a session opens the dashboard elsewhere until the reader is signed out, and nothing after', async ({
  open,
}) => {
  const { page, dashboard } = await open('session')
  const token = await tokenOf(dashboard)
  expect(await pasted(page)).toContain('Store 2')
  await page.getByRole('button', { name: 'Sign the reader out' }).click()
  await page.getByText('is closed everywhere by').waitFor()
  await expect.poll(() => shares(token)).toBe(false)
  expect(await pasted(page)).toBe('Content not found')
  await expect.poll(() => logOf(page)).toContain('signed_out')
  await expect.poll(() => page.frames().filter((frame) => frame.url().startsWith(biuwer))).toHaveLength(1)
  await page.reload()
  await page.locator('biuwer-embed:state(ready)').waitFor()
})

test.for(['ends', 'replaced', 'session'])(
  'axe finds nothing in the page of the reader "%s", wide and light, narrow and dark',
  async (reader, { open }) => {
    const { page } = await open(reader)
    await pasted(page)
    for (const [width, colorScheme] of [
      [1000, 'light'],
      [320, 'dark'],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 700 })
      expect(await complaints(page), `${colorScheme} at ${width}`).toEqual([])
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect(wider, `overflow at ${width}`).toBeLessThanOrEqual(0)
    }
  },
)

/** The Biuwer token, as a reader finds it in the developer tools. */
async function tokenOf(dashboard: Frame): Promise<string> {
  const name = await dashboard.evaluate(() => window.name)
  return name.slice(name.indexOf(':') + 1)
}

/** Whether Biuwer shows something to this Biuwer token. */
async function shares(token: string): Promise<boolean> {
  const answer = await fetch(`${biuwer}/share/resource`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ resource: resources.rentals, token }),
  })
  return answer.ok
}
