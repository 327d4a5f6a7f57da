import { expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { BiuwerPage } from '../core/biuwer.ts'
import {
  biuwer,
  engineName,
  heard,
  issue,
  manage,
  open,
  prepareCore,
  THREE_SITES,
  tabs,
  until,
} from '../core/core.ts'
import { renew, stateIn, tagOf } from '../core/dashboard.ts'
import type { Tab } from '../engine.ts'

prepareCore()

interface OpenedWindow {
  /** The host page. */
  tab: Tab
  /** The window that its tag opened. */
  opened: Tab
  /** Biuwer's page in that. */
  page: BiuwerPage
  /** How the window looks with it. */
  blank: Buffer
}

/** Opens the window by a click in the host page. */
async function openWindow(token: string): Promise<OpenedWindow> {
  const tab = await open(THREE_SITES, `<button>Open</button>${tagOf(token)}`)
  await tab.until('a settled tag', () =>
    ['ready', 'error'].includes((document.querySelector('biuwer-embed') as BiuwerEmbedElement).state),
  )
  await tab.evaluate(() => {
    window.heard.length = 0
    const button = document.querySelector('button') as HTMLButtonElement
    button.onclick = () => (document.querySelector('biuwer-embed') as BiuwerEmbedElement).openInWindow()
  })
  await tab.click(() => document.querySelector('button'))
  await heard(tab, 'biuwer-ready')
  await biuwer.shown(1)
  const opened = (await tabs()).find((other) => other !== tab) as Tab
  return { tab, opened, page: await biuwer.page(), blank: await opened.screenshot() }
}

/**
 * Whether the window says that the session has ended. The words stand in a closed shadow root: no script reads them, but
 * a search in the page finds them. WebKit's doesn't; there it counts that the window looks otherwise than with Biuwer's
 * page, which is blank.
 */
async function saysEnded(opened: Tab, blank: Buffer): Promise<boolean> {
  if (engineName === 'webkit') return !blank.equals(await opened.screenshot())
  return opened.evaluate(() => {
    getSelection()?.removeAllRanges()
    return (window as unknown as { find(text: string): boolean }).find('Your session has ended.')
  })
}

test('a session in a window of its own is renewed from the page, and Biuwer’s page stays', async () => {
  const { tab, opened, page, blank } = await openWindow((await issue({ refresh: 'none' })).token)
  await renew(tab)
  expect(await stateIn(tab)).toBe('ready')
  expect(page.isGone).toBe(false)
  expect(await saysEnded(opened, blank)).toBe(false)
})

test('a session in a window of its own ends when its token is revoked, with words in its place', async () => {
  const { id, token } = await issue({ refresh: 'none' })
  const { tab, opened, page, blank } = await openWindow(token)
  await manage('DELETE', `/v1/tokens/${id}`)
  expect((await heard(tab, 'biuwer-error')).code).toBe('session_revoked')
  await page.gone
  await expect.poll(() => saysEnded(opened, blank)).toBe(true)
})

test('a session in a window of its own outlasts the page that opened it until its end, and then says so', async () => {
  const { tab, opened, page, blank } = await openWindow((await issue({ refresh: 'none' })).token)
  const to = new Date(Date.now() + 6000).toISOString()
  await renew(tab, { refresh: 'none', to })
  await tab.close()
  await until(new Date(Date.parse(to) - 2000).toISOString())
  expect(page.isGone).toBe(false)
  expect(await saysEnded(opened, blank)).toBe(false)
  await page.gone
  await expect.poll(() => saysEnded(opened, blank)).toBe(true)
})
