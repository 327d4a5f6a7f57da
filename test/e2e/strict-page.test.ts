import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { issue, linkStores } from './edge-api.ts'
import { biuwerFrame, Host, nextEvent } from './host.ts'

const { edge, resources } = inject('stack')
const DIAGNOSIS = '**/v0.1.0/diagnosis.js'

let host: Host
beforeAll(async () => {
  await linkStores()
  host = await Host.start()
})
afterAll(() => host.stop())

const tag = (token: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`

interface Report {
  code: string | null
  checks: { check: string; ok: boolean | null; detail: string }[]
}

/** Violations of the page's policy, from now on. */
async function violations(page: Awaited<ReturnType<Host['open']>>): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(globalThis, { seen })
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.violatedDirective))
  })
  return () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)
}

const diagnose = (page: Awaited<ReturnType<Host['open']>>) =>
  page
    .locator('biuwer-embed')
    .first()
    .evaluate((element) => (element as unknown as { diagnose(): Promise<Report> }).diagnose())

test('a healthy page passes its diagnosis, under the strictest policy, and tells no token', async () => {
  const { token } = await issue()
  const page = await host.open('')
  const violated = await violations(page)
  await page.evaluate(
    ([resourceId, token]) =>
      document.body.append(Object.assign(document.createElement('biuwer-embed'), { resourceId, token })),
    [resources.rentals, token] as const,
  )
  await biuwerFrame(page, 'Film rentals')
  const report = await diagnose(page)
  expect(report.checks.filter(({ ok }) => ok === false)).toEqual([])
  expect(report.checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['frame_policy', 'edge', 'token']),
  )
  expect(JSON.stringify(report)).not.toContain(token)
  expect(await violated()).toEqual([])
  await page.context().close()
})

test('a panel is shown and dressed under the strictest policy', async () => {
  const { token } = await issue({ from: '2037-06-01T00:00:00Z' })
  const page = await host.open('')
  const violated = await violations(page)
  const failed = nextEvent(page, 'biuwer-error')
  await page.evaluate(
    ([resourceId, token]) =>
      document.body.append(Object.assign(document.createElement('biuwer-embed'), { resourceId, token })),
    [resources.rentals, token] as const,
  )
  await failed
  const panel = page.locator('biuwer-embed [part=panel]')
  expect(await panel.evaluate((element) => getComputedStyle(element).display)).toBe('grid')
  expect(await violated()).toEqual([])
  await page.context().close()
})

test('a policy without frame-src is named', async () => {
  const { token } = await issue()
  const page = await host.open(tag(token), { policy: `default-src 'none'; script-src ${edge}` })
  await page.locator('biuwer-embed:state(error)').waitFor()
  const report = await diagnose(page)
  expect(report.code).toBe('frame_blocked')
  const [policy] = report.checks.filter(({ check }) => check === 'frame_policy')
  expect(policy).toMatchObject({ ok: false, detail: expect.stringContaining('frame-src') })
  await page.context().close()
})

test('an altered diagnosis is not run', async () => {
  const { token } = await issue()
  const visitor = await host.visitor()
  await visitor.route(DIAGNOSIS, (route) =>
    route.fulfill({
      headers: { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' },
      body: 'document.documentElement.dataset.altered = "ran"; export const diagnose = () => ({})',
    }),
  )
  const page = await host.open(tag(token), { visitor })
  await biuwerFrame(page, 'Film rentals')
  await expect(diagnose(page)).rejects.toThrow('diagnosis.js could not be loaded')
  expect(await page.evaluate(() => document.documentElement.dataset.altered)).toBeUndefined()
  await visitor.close()
})

test('the tag works pinned by its hash, and loaded twice', async () => {
  const { token } = await issue({ refresh: 'single-use' })
  const hashes = await (await fetch(`${edge}/v0.1.0/integrity.json`)).json()
  const script = (name: string, type: string) =>
    `<script ${type} src="${edge}/v0.1.0/${name}" crossorigin integrity="${hashes[name]}"></script>`
  const errors: string[] = []
  const visitor = await host.visitor()
  visitor.on('weberror', (error) => errors.push(String(error.error())))
  const scripts = script('biuwer-embed.iife.js', '') + script('biuwer-embed.js', 'type="module"')
  const page = await host.open(scripts + tag(token), { visitor })
  await biuwerFrame(page, 'Film rentals')
  expect(errors).toEqual([])
  await visitor.close()
})
