import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  biuwer,
  heard,
  issue,
  manage,
  open,
  otherBiuwerToken,
  prepareCore,
  RESOURCE,
  type Sites,
  setEdge,
} from './core.ts'
import { openDashboard, stateIn } from './dashboard.ts'
import { CHECK, LEASE } from './stack.ts'

prepareCore()

const panelWords = (tab: Tab) =>
  tab.evaluate(
    () => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=panel]')?.textContent,
  )

/** Gives the page's tag a token. */
const give = (tab: Tab, token: string) =>
  tab.evaluate((token) => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    tag.token = token
  }, token)

/** A dashboard of a record that a test can end, or that ends `life` seconds after the page was there. */
async function openRecord(sites: Sites, life?: number) {
  const tab = await open(sites, `<biuwer-embed resource-id="${RESOURCE}"></biuwer-embed>`)
  const to = life ? new Date(Date.now() + life * 1000).toISOString() : null
  const { id, token } = await issue({ refresh: 'none', to })
  const before = [...biuwer.pages]
  await give(tab, token)
  await heard(tab, 'biuwer-ready')
  const page = await biuwer.page(before)
  return { id, tab, goneAt: page.gone.then(Date.now), to: to ? Date.parse(to) : Infinity }
}

/** A window in each arrangement with such a dashboard: what a test then waits for, all of them wait for at once. */
async function openInEachArrangement(life?: number) {
  const dashboards: Awaited<ReturnType<typeof openRecord>>[] = []
  for (const [, sites] of ARRANGEMENTS) dashboards.push(await openRecord(sites, life))
  return dashboards
}

describe.each(ARRANGEMENTS)('%s', (_, sites) => {
  test('another token renews the session, and Biuwer’s page stays as it is', async () => {
    const { tab, page } = await openDashboard(sites)
    await page.evaluate(() => document.documentElement.setAttribute('data-kept', 'yes'))
    // An opening would take this Biuwer token, which came last. A renewal goes on with the one that is shown.
    const vault = '/v1/users/store-1/biuwer-tokens'
    const { id } = await manage('POST', vault, { biuwer_token: randomUUID() })
    onTestFinished(() => manage('DELETE', `${vault}/${id}`))
    await give(tab, (await issue()).token)
    await heard(tab, 'biuwer-renewed')
    expect(await page.evaluate(() => document.documentElement.dataset.kept)).toBe('yes')
    expect(biuwer.asked).toBe(1)
    expect(page.isGone).toBe(false)
  })
})

const everywhere = ARRANGEMENTS.map(([name]) => name).join(' and ')

test(`${everywhere}, a session ends with its token record, and Biuwer’s page is taken away`, async () => {
  await Promise.all(
    (await openInEachArrangement(6)).map(async ({ tab, goneAt, to }) => {
      expect(await goneAt).toBeGreaterThan(to - 1000)
      await heard(tab, 'biuwer-expired')
      expect(await stateIn(tab)).toBe('expired')
      expect(await panelWords(tab)).toContain('Your session has ended.')
    }),
  )
})

test(`${everywhere}, a revocation takes Biuwer’s page away by the promised time`, async () => {
  await Promise.all(
    (await openInEachArrangement()).map(async ({ id, tab, goneAt }) => {
      const { effective_by } = await manage('DELETE', `/v1/tokens/${id}`)
      const promised = Date.parse(effective_by.open_sessions)
      expect(promised - Date.now()).toBeLessThanOrEqual((LEASE + CHECK + 2) * 1000)
      expect(await goneAt).toBeLessThanOrEqual(promised)
      expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'session_revoked' })
      expect(await panelWords(tab)).toContain('Your access was withdrawn.')
    }),
  )
})

const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]

test('a session renews itself before its end, and Biuwer’s page stays', async () => {
  const second = await issue()
  const tab = await open(sites)
  const to = new Date(Date.now() + 8000).toISOString()
  const first = await issue({ refresh: 'none', to })
  await tab.evaluate(
    ({ resourceId, tokens }) => {
      window.reasons = []
      const tokenProvider = async (reason: string) => {
        window.reasons.push(reason)
        return tokens[window.reasons.length - 1]
      }
      const tag = document.createElement('biuwer-embed')
      document.body.append(Object.assign(tag, { resourceId, tokenProvider }))
    },
    { resourceId: RESOURCE, tokens: [first.token, second.token] },
  )
  await heard(tab, 'biuwer-renewed')
  expect(Date.now()).toBeLessThan(Date.parse(to))
  const seen = await tab.evaluate(() => ({
    reasons: window.reasons,
    events: window.heard.map(({ type }) => type),
    expiresAt: Number((document.querySelector('biuwer-embed') as BiuwerEmbedElement).expiresAt),
  }))
  expect(seen.reasons).toEqual(['initial', 'expiring'])
  expect(seen.events).toEqual(['biuwer-ready', 'biuwer-expiring', 'biuwer-renewed'])
  expect(seen.expiresAt).toBeGreaterThan(Date.parse(to))
  await biuwer.shown(1)
  expect(biuwer.asked).toBe(1)
})

test('a token of another user replaces Biuwer’s page', async () => {
  const { tab, page } = await openDashboard(sites)
  await give(tab, (await issue({ user: 'store-2' })).token)
  await page.gone
  await heard(tab, 'biuwer-renewed')
  expect(await (await biuwer.page()).evaluate(() => name)).toBe(`${RESOURCE}:${otherBiuwerToken}`)
})

test('a renewal that is refused is told, and the session goes on', async () => {
  const { tab, page } = await openDashboard(sites)
  await give(tab, 'no-token')
  expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'token_malformed' })
  expect(await stateIn(tab)).toBe('ready')
  expect(page.isGone).toBe(false)
  expect(biuwer.asked).toBe(1)
})

test('where the edge can’t be asked any more, Biuwer’s page stays no longer than its last word holds', async () => {
  const { tab, page } = await openDashboard(sites)
  const lost = Date.now()
  await setEdge('shut')
  await page.gone
  expect(Date.now() - lost).toBeLessThanOrEqual(CHECK * 1000 + 1000)
  expect(await heard(tab, 'biuwer-error')).toMatchObject({ code: 'unavailable', retryable: true })
  await setEdge('open')
  await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=retry]'))
  await biuwer.shown(1)
})

declare global {
  interface Window {
    reasons: string[]
  }
}
