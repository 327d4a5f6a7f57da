import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { biuwerFrame, diagnose, FOREIGN_HOST, tagWith } from './host.ts'

const { edge, resources } = inject('stack')

/** Whether the tag's frame is a `credentialless` one, and whether the page is isolated. */
const standing = (page: Page) =>
  page.locator('biuwer-embed').evaluate((element) => {
    const frame = element.shadowRoot?.querySelector('iframe') as
      | { credentialless?: boolean }
      | null
      | undefined
    return { credentialless: frame?.credentialless, isolated: crossOriginIsolated }
  })

const COOP = { 'Cross-Origin-Opener-Policy': 'same-origin' }

test.for([
  ['require-corp, isolated', true, { 'Cross-Origin-Embedder-Policy': 'require-corp', ...COOP }],
  ['require-corp alone', false, { 'Cross-Origin-Embedder-Policy': 'require-corp' }],
  ['credentialless, isolated', true, { 'Cross-Origin-Embedder-Policy': 'credentialless', ...COOP }],
  ['credentialless alone', false, { 'Cross-Origin-Embedder-Policy': 'credentialless' }],
] as const)(
  'Chromium shows the dashboard in a page whose embedder policy is %s',
  async ([, isolated, headers], { host }) => {
    const { token } = await issue({ refresh: 'single-use' })
    const page = await host.open(tagWith(token), { headers })
    const biuwer = await biuwerFrame(page, 'Film rentals')
    expect(await standing(page)).toEqual({ credentialless: true, isolated })
    expect(await biuwer.evaluate(() => [window.name, crossOriginIsolated])).toEqual([
      expect.stringContaining(resources.rentals),
      false,
    ])
    const { checks } = await diagnose(page)
    expect(checks.filter(({ ok }) => ok === false)).toEqual([])
  },
)

test.for([
  ['no embedder policy', {}],
  ['one that only reports', { 'Cross-Origin-Embedder-Policy-Report-Only': 'require-corp' }],
] as const)(
  'a page with %s keeps an ordinary frame, loaded once',
  async ([, headers], { host, newVisitor }) => {
    const { token } = await issue()
    const visitor = await newVisitor()
    const asked: string[] = []
    visitor.on('request', (request) => asked.push(request.url()))
    const page = await host.open(tagWith(token), { visitor, headers })
    await biuwerFrame(page, 'Film rentals')
    expect((await standing(page)).credentialless).toBe(false)
    expect(asked.filter((url) => url.startsWith(`${edge}/v1/frame`))).toHaveLength(1)
  },
)

test('under an embedder policy too, Chromium’s diagnosis names the origin that is not allowed', async ({
  host,
}) => {
  const { token } = await issue()
  const page = await host.open(tagWith(token), {
    origin: FOREIGN_HOST,
    headers: { 'Cross-Origin-Embedder-Policy': 'require-corp' },
  })
  const { checks } = await diagnose(page)
  expect(checks.find(({ check }) => check === 'context')?.ok).toBe(true)
  expect(checks.find(({ check }) => check === 'origin')).toMatchObject({
    ok: false,
    detail: expect.stringContaining(`add ${FOREIGN_HOST} to ALLOWED_ORIGINS`),
  })
})
