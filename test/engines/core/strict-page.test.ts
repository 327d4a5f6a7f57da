import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import { VERSION } from '../../../widget/version.ts'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  BIUWER,
  biuwer,
  engineName,
  heard,
  issue,
  leave,
  ONE_SITE,
  open,
  prepareCore,
  RESOURCE,
  type Sites,
  setBiuwer,
} from './core.ts'
import { renew, tagOf } from './dashboard.ts'

prepareCore()

/** The policy that docs/tag.md tells host pages to have, and for a script of the page's own. */
const policyFor = ({ edge }: Sites) => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src 'self' ${edge}`,
    `frame-src ${edge}`,
    "connect-src 'self'",
    // WebKit counts its own request for the page's icon as the page's.
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
})

/** Keeps what the page's policy refuses and what its scripts fail at. */
const KEEP_COMPLAINTS = `
  window.complaints = []
  document.addEventListener('securitypolicyviolation', (event) => complaints.push(event.violatedDirective))
  addEventListener('error', (event) => complaints.push(event.message), true)
  addEventListener('unhandledrejection', (event) => complaints.push(event.reason + ''))`

const COMPLAINTS = '<script src="complaints.js"></script>'

/** Opens a page that keeps its complaints, whose backend gives this token. */
const openStrict = (
  sites: Sites,
  body: string,
  token: string,
  script = true,
  policy = policyFor(sites)['Content-Security-Policy'],
) =>
  open(sites, COMPLAINTS + body, {
    headers: { 'Content-Security-Policy': policy },
    script,
    answer({ url = '' }, response) {
      const [type, content] = url.endsWith('/complaints.js')
        ? ['text/javascript', KEEP_COMPLAINTS]
        : ['application/json', JSON.stringify({ token })]
      response.writeHead(200, { 'Content-Type': type }).end(content)
    },
  })

const biuwerCheck = (tab: Tab) =>
  tab.evaluate(async () => {
    const { checks } = await (document.querySelector('biuwer-embed') as BiuwerEmbedElement).diagnose()
    return checks.find(({ check }) => check === 'biuwer')
  })

async function expectNoComplaint(tab: Tab): Promise<void> {
  expect(await tab.evaluate(() => (window as unknown as { complaints: string[] }).complaints)).toEqual([])
  // Chromium writes down each refusal of the edge.
  expect((tab.console() ?? []).filter((line) => !line.startsWith('Failed to load resource'))).toEqual([])
}

const hashes = async ({ edge }: Sites, version = VERSION): Promise<Record<string, string>> =>
  (await fetch(`${edge}/v${version}/integrity.json`)).json()

const pinned = ({ edge }: Sites, file: string, type: string, hash: string | undefined, version = VERSION) =>
  `<script ${type} src="${edge}/v${version}/${file}" crossorigin integrity="${hash}"></script>`

/** The versions that pages may have pinned before this one was made. */
const PUBLISHED = readdirSync(fileURLToPath(new URL('../../../published', import.meta.url)))
  .filter((name) => /^v\d/.test(name))
  .map((name) => name.slice(1))

describe.each(ARRANGEMENTS)('%s', (_, sites) => {
  test('a dashboard opens and renews in a page under the policy of the docs, without a complaint', async () => {
    const body = `<biuwer-embed resource-id="${RESOURCE}" token-url="token" theme="dark"></biuwer-embed>`
    const tab = await openStrict(sites, body, (await issue()).token)
    await heard(tab, 'biuwer-ready')
    await renew(tab)
    await expectNoComplaint(tab)
  })

  test('a diagnosis says whether Biuwer answers, which nobody but the edge’s frame may ask, without a complaint', async () => {
    // WebKit gives a page that requires Trusted Types no diagnosis.
    const policy = policyFor(sites)['Content-Security-Policy'].replace(/; require-trusted-types.*/, '')
    const tab = await openStrict(sites, tagOf((await issue()).token), '', true, policy)
    await heard(tab, 'biuwer-ready')
    expect(await biuwerCheck(tab)).toMatchObject({ ok: true, detail: expect.stringContaining(BIUWER) })
    await setBiuwer('shut')
    expect(await biuwerCheck(tab)).toMatchObject({ ok: false, detail: expect.stringContaining(BIUWER) })
    await expectNoComplaint(tab)
  })

  test('a panel is shown and dressed there, without a complaint', async () => {
    const { token } = await issue({ from: '2037-06-01T00:00:00Z', refresh: 'none' })
    const tab = await openStrict(sites, tagOf(token), '')
    await heard(tab, 'biuwer-error')
    const display = await tab.until('the panel', () => {
      const panel = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=panel]')
      return panel && getComputedStyle(panel).display
    })
    expect(display).toBe('grid')
    await expectNoComplaint(tab)
  })

  test('a tag pinned by its hash works, as a module and as a classic script, and both together', async () => {
    const { 'biuwer-embed.js': module, 'biuwer-embed.iife.js': classic } = await hashes(sites)
    const scripts = [
      pinned(sites, 'biuwer-embed.iife.js', '', classic),
      pinned(sites, 'biuwer-embed.js', 'type="module"', module),
    ]
    for (const used of [scripts, scripts.slice(0, 1), scripts.slice(1)]) {
      const tab = await openStrict(sites, used.join('') + tagOf((await issue()).token), '', false)
      await heard(tab, 'biuwer-ready')
      await expectNoComplaint(tab)
      await leave(tab)
      await biuwer.shown(0)
    }
  })
})

test.each(PUBLISHED)(
  'the tag of version %s, pinned by its hash, opens a dashboard and renews it',
  async (version) => {
    const { 'biuwer-embed.js': hash } = await hashes(ONE_SITE, version)
    const script = pinned(ONE_SITE, 'biuwer-embed.js', 'type="module"', hash, version)
    const tag = `<biuwer-embed resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`
    const tab = await openStrict(ONE_SITE, script + tag, (await issue()).token, false)
    await heard(tab, 'biuwer-ready')
    await renew(tab)
    await expectNoComplaint(tab)
  },
)

test('a panel speaks French there, except in WebKit, where such a page lets nothing be loaded whose hash is checked', async () => {
  const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]
  const tab = await openStrict(sites, `<div lang="fr">${tagOf('no-token')}</div>`, '')
  await heard(tab, 'biuwer-error')
  const words = engineName === 'webkit' ? 'Your access isn’t valid.' : 'Votre accès n’est pas valide.'
  await tab.until(
    'the words',
    (words) =>
      document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=message]')?.textContent ===
      words,
    words,
  )
  if (engineName !== 'webkit') await expectNoComplaint(tab)
})

test('a script whose hash is another one than the page’s is not run', async () => {
  const { 'biuwer-embed.js': module, 'biuwer-embed.iife.js': classic } = await hashes(ONE_SITE)
  const scripts =
    pinned(ONE_SITE, 'biuwer-embed.iife.js', '', module) +
    pinned(ONE_SITE, 'biuwer-embed.js', 'type="module"', classic)
  const tab = await openStrict(ONE_SITE, scripts + tagOf((await issue()).token), '', false)
  await tab.until(
    'two refused scripts',
    () => (window as unknown as { complaints: string[] }).complaints.length === 2,
  )
  const [isDefined, state] = await tab.evaluate(() => [
    customElements.get('biuwer-embed') !== undefined,
    (document.querySelector('biuwer-embed') as BiuwerEmbedElement).state,
  ])
  expect([isDefined, state ?? 'none']).toEqual([false, 'none'])
})
