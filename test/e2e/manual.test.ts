import { afterAll, beforeAll, expect, test } from 'vitest'
import { Host, nextEvent } from './host.ts'

const BIUWER = 'https://acme.biuwer.com'
const POLICY = [
  "default-src 'none'",
  'script-src *',
  `frame-src ${BIUWER}`,
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

let host: Host
beforeAll(async () => {
  host = await Host.start()
})
afterAll(() => host.stop())

/** A page with Biuwer's own in it, which shows the name that its window has. */
async function manual(policy = POLICY, headers = {}) {
  const visitor = await host.visitor()
  await visitor.route(`${BIUWER}/share`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><title>Biuwer</title><script>document.title = window.name</script>',
    }),
  )
  const html = '<biuwer-embed instance="acme" resource-id="sales" token="s3cret"></biuwer-embed>'
  const page = await host.open(html, { visitor, policy, headers })
  const named = (name: string) =>
    expect
      .poll(() =>
        page
          .frames()
          .find((frame) => frame.url() === `${BIUWER}/share`)
          ?.title(),
      )
      .toBe(name)
  return { page, named }
}

test("Biuwer's page gets resource and token by its window's name, and no attribute holds them", async () => {
  const { page, named } = await manual()
  await page.locator('biuwer-embed:state(ready)').waitFor()
  await named('sales:s3cret')
  const markup = await page
    .locator('biuwer-embed')
    .evaluate((element) => document.documentElement.outerHTML + element.shadowRoot?.innerHTML)
  expect(markup).toContain('<iframe')
  expect(markup.replace(/<biuwer-embed[^>]*>/, '')).not.toContain('s3cret')
  expect(await page.locator('biuwer-embed').getAttribute('token')).toBeNull()
  await page.context().close()
})

test("Chromium shows Biuwer's page in an isolated page", async () => {
  const { page, named } = await manual(POLICY, {
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Opener-Policy': 'same-origin',
  })
  await named('sales:s3cret')
  await page.context().close()
})

test("another token opens Biuwer's page anew", async () => {
  const { page, named } = await manual()
  await named('sales:s3cret')
  const ready = nextEvent(page, 'biuwer-ready')
  await page.evaluate(() => Object.assign(document.querySelector('biuwer-embed') ?? {}, { token: 'other' }))
  await ready
  await named('sales:other')
  await page.context().close()
})

test("a page whose policy keeps Biuwer's out says so", async () => {
  const { page } = await manual(POLICY.replace(BIUWER, "'none'"))
  await page.locator('biuwer-embed:state(error)').waitFor()
  const code = await page
    .locator('biuwer-embed')
    .evaluate((element) => (element as HTMLElement & { error: { code: string } }).error.code)
  expect(code).toBe('frame_blocked')
  await page.context().close()
})
