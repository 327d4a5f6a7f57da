import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import repository from '../../package.json' with { type: 'json' }
import { issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { appendTag, biuwerFrame, diagnose, nextEvent, tagWith } from './host.ts'

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
  expect(await violated()).toEqual([])
})

test('a panel is shown and dressed under the strictest policy', async ({ host }) => {
  const { token } = await issue({ from: '2037-06-01T00:00:00Z' })
  const page = await host.open('')
  const violated = await violations(page)
  const failed = nextEvent(page, 'biuwer-error')
  await appendTag(page, token)
  await failed
  const panel = page.locator('biuwer-embed [part=panel]')
  expect(await panel.evaluate((element) => getComputedStyle(element).display)).toBe('grid')
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

test('a page that loads the tag twice, pinned by its hashes, opens the dashboard without an error', async ({
  host,
  newVisitor,
}) => {
  const { token } = await issue({ refresh: 'single-use' })
  const hashes = await (await fetch(`${edge}/${VERSION}/integrity.json`)).json()
  const script = (name: string, type: string) =>
    `<script ${type} src="${edge}/${VERSION}/${name}" crossorigin integrity="${hashes[name]}"></script>`
  const errors: string[] = []
  const visitor = await newVisitor()
  visitor.on('weberror', (error) => errors.push(String(error.error())))
  const scripts = script('biuwer-embed.iife.js', '') + script('biuwer-embed.js', 'type="module"')
  const page = await host.open(scripts + tagWith(token), { visitor })
  await biuwerFrame(page, 'Film rentals')
  expect(errors).toEqual([])
})
