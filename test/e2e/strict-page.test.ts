import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import repository from '../../package.json' with { type: 'json' }
import { issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { appendTag, biuwerFrame, diagnose, tagWith } from './host.ts'

const { edge } = inject('stack')
const VERSION = `v${repository.version}`

/** Violations of the page's policy, from now on. */
async function violations(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(globalThis, { seen })
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective))
  })
  return () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)
}

test('a healthy page passes its diagnosis under the strictest policy, and the report tells no token', async ({
  host,
}) => {
  const { token } = await issue()
  const page = await host.open('')
  const violated = await violations(page)
  await appendTag(page, token)
  await biuwerFrame(page, 'Film rentals')
  const report = await diagnose(page)
  expect(report.checks.filter(({ ok }) => ok === false)).toEqual([])
  expect(report.checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['frame_policy', 'edge', 'token']),
  )
  expect(JSON.stringify(report)).not.toContain(token)
  // Whether Biuwer answers, which this policy lets no page ask, the edge's frame has asked.
  expect(report.checks.find(({ check }) => check === 'biuwer')?.ok).toBe(true)
  expect(await violated()).toEqual([])
})

test('the diagnosis names a policy that lacks frame-src', async ({ host }) => {
  const { token } = await issue()
  const page = await host.open(tagWith(token), { policy: `default-src 'none'; script-src ${edge}` })
  await page.locator('biuwer-embed:state(error)').waitFor()
  const report = await diagnose(page)
  expect(report.code).toBe('frame_blocked')
  const [policy] = report.checks.filter(({ check }) => check === 'frame_policy')
  expect(policy).toMatchObject({ ok: false, detail: expect.stringContaining('frame-src') })
})

test('a diagnosis script that was altered on its way does not run', async ({ host, newVisitor }) => {
  const { token } = await issue()
  const visitor = await newVisitor()
  await visitor.route(`**/${VERSION}/diagnosis.js`, (route) =>
    route.fulfill({
      headers: { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' },
      body: 'document.documentElement.dataset.altered = "ran"; export const diagnose = () => ({})',
    }),
  )
  const page = await host.open(tagWith(token), { visitor })
  await biuwerFrame(page, 'Film rentals')
  await expect(diagnose(page)).rejects.toThrow('diagnosis.js could not be loaded')
  expect(await page.evaluate(() => document.documentElement.dataset.altered)).toBeUndefined()
})
