import type { Page } from 'playwright'
import { expect } from 'vitest'
import { test as base } from './fixtures.ts'
import { giveToken, nextEvent } from './host.ts'

const BIUWER = 'https://acme.biuwer.com'
const POLICY = [
  "default-src 'none'",
  'script-src *',
  `frame-src ${BIUWER}`,
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** Opens a page with Biuwer's own in it, which shows the name that its window has. */
const test = base.extend('openManual', ({ host, newVisitor }) => async (policy = POLICY, headers = {}) => {
  const visitor = await newVisitor()
  await visitor.route(`${BIUWER}/share`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>Biuwer</title><script>document.title = window.name</script>',
    }),
  )
  const html = '<biuwer-embed instance="acme" resource-id="sales" token="s3cret"></biuwer-embed>'
  return host.open(html, { visitor, policy, headers })
})

/** Waits until Biuwer's page shows this as the name of its window. */
async function named(page: Page, name: string): Promise<void> {
  const shown = () =>
    page
      .frames()
      .find((frame) => frame.url() === `${BIUWER}/share`)
      ?.title()
  await expect.poll(shown).toBe(name)
}

test("in manual integration Biuwer's page gets resource and token by its window's name, and no attribute holds them", async ({
  openManual,
}) => {
  const page = await openManual()
  await page.locator('biuwer-embed:state(ready)').waitFor()
  await named(page, 'sales:s3cret')
  const markup = await page
    .locator('biuwer-embed')
    .evaluate((element) => document.documentElement.outerHTML + element.shadowRoot?.innerHTML)
  expect(markup).toContain('<iframe')
  expect(markup.replace(/<biuwer-embed[^>]*>/, '')).not.toContain('s3cret')
  expect(await page.locator('biuwer-embed').getAttribute('token')).toBeNull()
})

test("in manual integration Biuwer's page may go full screen and write to the clipboard", async ({
  openManual,
}) => {
  const page = await openManual()
  await named(page, 'sales:s3cret')
  const share = page.frames().find((frame) => frame.url() === `${BIUWER}/share`)
  const allowed = await share?.evaluate(() => [
    document.fullscreenEnabled,
    (
      document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } }
    ).featurePolicy.allowsFeature('clipboard-write'),
  ])
  expect(allowed).toEqual([true, true])
})

test("in manual integration Chromium shows Biuwer's page in an isolated page", async ({ openManual }) => {
  const page = await openManual(POLICY, {
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Opener-Policy': 'same-origin',
  })
  await named(page, 'sales:s3cret')
})

test("in manual integration another token opens Biuwer's page anew", async ({ openManual }) => {
  const page = await openManual()
  await named(page, 'sales:s3cret')
  const ready = nextEvent(page, 'biuwer-ready')
  await giveToken(page, 'other')
  await ready
  await named(page, 'sales:other')
})

test("in manual integration the tag says that the page's policy keeps Biuwer's page out", async ({
  openManual,
}) => {
  const page = await openManual(POLICY.replace(BIUWER, "'none'"))
  await page.locator('biuwer-embed:state(error)').waitFor()
  const code = await page
    .locator('biuwer-embed')
    .evaluate((element) => (element as HTMLElement & { error: { code: string } }).error.code)
  expect(code).toBe('frame_blocked')
})
