import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { issue, linkStores } from './edge-api.ts'
import { biuwerFrame, Host } from './host.ts'

const { edge, hostPort, resources } = inject('stack')

let host: Host
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

const tag = (token: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`

/** Whether the tag's frame is a `credentialless` one, and whether the page is isolated. */
const standing = (page: Page) =>
  page.locator('biuwer-embed').evaluate((element) => {
    const frame = element.shadowRoot?.querySelector('iframe') as
      | { credentialless?: boolean }
      | null
      | undefined
    return { credentialless: frame?.credentialless, isolated: crossOriginIsolated }
  })

interface Report {
  checks: { check: string; ok: boolean | null; detail: string }[]
}
const diagnose = (page: Page) =>
  page
    .locator('biuwer-embed')
    .evaluate((element) => (element as unknown as { diagnose(): Promise<Report> }).diagnose())

const COOP = { 'Cross-Origin-Opener-Policy': 'same-origin' }

test.each([
  ['require-corp, isolated', true, { 'Cross-Origin-Embedder-Policy': 'require-corp', ...COOP }],
  ['require-corp alone', false, { 'Cross-Origin-Embedder-Policy': 'require-corp' }],
  ['credentialless, isolated', true, { 'Cross-Origin-Embedder-Policy': 'credentialless', ...COOP }],
  ['credentialless alone', false, { 'Cross-Origin-Embedder-Policy': 'credentialless' }],
])('Chromium shows the dashboard in a page whose embedder policy is %s', async (_, isolated, headers) => {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open(tag(token), { headers })
  const biuwer = await biuwerFrame(page, 'Film rentals')
  expect(await standing(page)).toEqual({ credentialless: true, isolated })
  expect(await biuwer.evaluate(() => [window.name, crossOriginIsolated])).toEqual([
    expect.stringContaining(resources.rentals),
    false,
  ])
  const { checks } = await diagnose(page)
  expect(checks.filter(({ ok }) => ok === false)).toEqual([])
  await page.context().close()
})

test.each([
  ['no embedder policy', {}],
  ['one that only reports', { 'Cross-Origin-Embedder-Policy-Report-Only': 'require-corp' }],
])('a page with %s keeps an ordinary frame, loaded once', async (_, headers) => {
  const { token } = await issue()
  const visitor = await host.visitor()
  const asked: string[] = []
  visitor.on('request', (request) => asked.push(request.url()))
  const page = await host.open(tag(token), { visitor, headers })
  await biuwerFrame(page, 'Film rentals')
  expect((await standing(page)).credentialless).toBe(false)
  expect(asked.filter((url) => url.startsWith(`${edge}/v1/frame`))).toHaveLength(1)
  await page.context().close()
})

test('under an embedder policy too, Chromium’s diagnosis names the origin that is not allowed', async () => {
  const { token } = await issue()
  const origin = `http://other.localhost:${hostPort}`
  const page = await host.open(tag(token), {
    origin,
    headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' },
  })
  const { checks } = await diagnose(page)
  expect(checks.find(({ check }) => check === 'context')?.ok).toBe(true)
  expect(checks.find(({ check }) => check === 'origin')).toMatchObject({
    ok: false,
    detail: expect.stringContaining(`add ${origin} to ALLOWED_ORIGINS`),
  })
  await page.context().close()
})
