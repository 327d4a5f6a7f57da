import { describe, expect, test } from 'vitest'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  biuwer,
  biuwerToken,
  engineName,
  issue,
  open,
  prepareCore,
  RESOURCE,
  tabs,
} from './core.ts'
import { openDashboard, renew, stateIn, tagOf } from './dashboard.ts'
import { prepareForeignSite } from './foreign-site.ts'

prepareCore()
const foreign = prepareForeignSite()

/** What a page knows of the window that it opened. */
interface Opener {
  opened: Window
  answers: unknown[]
}

/** Opens this address by a click in this page, and gives the new window. */
async function openByClick(tab: Tab, url: string): Promise<Tab> {
  await tab.evaluate((url) => {
    const button = document.body.appendChild(document.createElement('button'))
    button.textContent = 'Open'
    button.onclick = () => Object.assign(window, { opened: window.open(url) })
  }, url)
  const before = await tabs()
  await tab.click(() => document.querySelector('button'))
  await expect.poll(async () => (await tabs()).length).toBe(before.length + 1)
  return (await tabs()).find((other) => !before.includes(other)) as Tab
}

/** A page with a tag that anybody can open by its address: its token is for many openings. */
async function addressOfHost(sites: (typeof ARRANGEMENTS)[number][1]): Promise<string> {
  const { token } = await issue({ refresh: 'none' })
  const tab = await open(sites, tagOf(token))
  await biuwer.shown(1)
  const address = await tab.evaluate(() => location.href)
  await tab.goto('about:blank')
  await biuwer.shown(0)
  return address
}

describe.each(ARRANGEMENTS)('%s, a page of another site that opened the host page', (_, sites) => {
  const given = engineName === 'firefox' ? 'gets handles on the frame and Biuwer’s window' : 'gets no handle'
  test(`${given}, navigates nothing, and is not heard`, async () => {
    const address = await addressOfHost(sites)
    const opener = await open({ ...sites, host: foreign.origin }, '', { script: false })
    const victim = await openByClick(opener, address)
    await victim.until('a dashboard', () => window.heard?.some(({ type }) => type === 'biuwer-ready'))
    const page = await biuwer.page()
    const seen = await opener.evaluate(
      async ({ edge, resource }) => {
        const { opened } = window as unknown as Opener
        const found: Window[] = []
        for (let at = 0; at < opened.length; at++) {
          const frame = opened[at] as Window
          found.push(frame)
          for (let inner = 0; inner < frame.length; inner++) found.push(frame[inner] as Window)
        }
        const answers: unknown[] = []
        Object.assign(window, { answers })
        const outcomes: string[] = []
        for (const target of [opened, ...found]) {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = ({ data }) => answers.push(data)
          target.postMessage({ type: 'biuwer-embed:hello' }, '*')
          target.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
          port1.postMessage({
            type: 'open',
            order: 9,
            token: 'x',
            session_key: 'y',
            resource,
            title: '',
            ended: '',
          })
        }
        for (const target of found) {
          try {
            target.location.href = 'about:blank'
            outcomes.push('set')
          } catch (error) {
            outcomes.push((error as Error).name)
          }
          for (let tries = 0; tries < 10; tries++) {
            try {
              outcomes.push(`read ${target.name}`)
            } catch (error) {
              if (!(error instanceof DOMException)) throw error
            }
            await fetch(`${edge}/healthz`, { mode: 'no-cors' })
          }
        }
        return { handles: found.length, outcomes }
      },
      { edge: sites.edge, resource: RESOURCE },
    )
    expect(seen.handles).toBe(engineName === 'firefox' ? 2 : 0)
    expect(seen.outcomes.filter((outcome) => outcome.startsWith('read'))).toEqual([])
    await renew(victim)
    expect(await opener.evaluate(() => (window as unknown as Opener).answers)).toEqual([])
    expect(await stateIn(victim)).toBe('ready')
    expect(page.isGone).toBe(false)
  })
})

/**
 * Takes the window that the page has as `handle` to `about:blank`, which has the origin of the page that took it there, and
 * gives the name that was left in it; null where the window does not move.
 */
function nameLeftIn(tab: Tab): Promise<string | null> {
  return tab.evaluate(async () => {
    const { handle } = window as unknown as { handle: Window }
    const attempt = <T>(run: () => T): T | undefined => {
      try {
        return run()
      } catch (error) {
        if (!(error instanceof DOMException)) throw error
        return undefined
      }
    }
    attempt(() => {
      handle.location.href = 'about:blank'
    })
    for (let tries = 0; tries < 50; tries++) {
      if (attempt(() => handle.location.href) === 'about:blank') return handle.name
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return null
  })
}

describe.each(ARRANGEMENTS)('%s, a host page with a handle on Biuwer’s window', (_, sites) => {
  const reads = engineName === 'webkit' ? 'moves it nowhere' : 'reads Biuwer’s token, which no edge prevents'
  const left = engineName === 'webkit' ? null : `${RESOURCE}:${biuwerToken}`

  test(`from a message of Biuwer's page to its top window ${reads}`, async () => {
    const { tab, page } = await openDashboard(sites)
    await tab.evaluate(() =>
      addEventListener('message', ({ data, source }) => {
        if (data === 'from Biuwer') Object.assign(window, { handle: source })
      }),
    )
    await page.evaluate(() => top?.postMessage('from Biuwer', '*'))
    await tab.until('the message', () => 'handle' in window)
    expect(await nameLeftIn(tab)).toBe(left)
  })

  test(`because Biuwer's page opened it with an opener ${reads}`, async () => {
    const { tab, page } = await openDashboard(sites, '<script>window.handle = opener</script>')
    const address = await tab.evaluate(() => location.href)
    await page.evaluate((address) => {
      document.onclick = () => window.open(`${address}#opened`)
    }, address)
    await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe'))
    await expect.poll(async () => (await tabs()).length).toBe(2)
    const opened = (await tabs()).find((other) => other !== tab) as Tab
    await opened.until('the handle', () => location.hash === '#opened' && 'handle' in window)
    expect(await nameLeftIn(opened)).toBe(left)
  })
})
