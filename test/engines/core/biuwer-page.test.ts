import { describe, expect, test } from 'vitest'
import type { Tab } from '../engine.ts'
import type { BiuwerPage } from './biuwer.ts'
import { ARRANGEMENTS, biuwer, heard, issue, open, prepareCore, tabs } from './core.ts'
import { openDashboard, renew, stateIn, tagOf } from './dashboard.ts'
import { prepareForeignSite } from './foreign-site.ts'

prepareCore()
const foreign = prepareForeignSite()

const clickInside = (tab: Tab) =>
  tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe'))

/** Runs in Biuwer's page: tries each way to take the windows around it elsewhere, and gives what kept it from that. */
function leadAway(origin: string): string[] {
  const attempt = (run: () => unknown) => {
    try {
      return `${run()}`
    } catch (error) {
      return (error as Error).name
    }
  }
  const go = (target: string) => {
    const link = Object.assign(document.createElement('a'), { href: `${origin}/link`, target })
    const form = Object.assign(document.createElement('form'), { action: `${origin}/form`, target })
    document.body.append(link, form)
    link.click()
    form.submit()
  }
  return [
    attempt(() => {
      if (top) top.location.href = `${origin}/top`
    }),
    attempt(() => {
      parent.location.href = `${origin}/parent`
    }),
    attempt(() => parent.location.replace('about:blank')),
    attempt(() => window.open(`${origin}/top`, '_top')),
    attempt(() => window.open(`${origin}/parent`, '_parent')),
    attempt(() => go('_top')),
    attempt(() => go('_parent')),
  ]
}

/**
 * The host page and the dashboard are as they were. Pages of the foreign site are in windows of their own at most: WebKit
 * opens one where the sandbox forbids the reader's click to lead the windows around away.
 */
async function expectUntouched(tab: Tab, page: BiuwerPage, address: string): Promise<void> {
  await page.evaluate((origin) => fetch(`${origin}/last`).then(() => {}), foreign.origin)
  await renew(tab)
  const shown = foreign.asked.filter((path) => path !== '/last')
  expect(await tabs()).toHaveLength(1 + shown.length)
  expect(await tab.evaluate(() => location.href)).toBe(address)
  expect(await stateIn(tab)).toBe('ready')
  expect(page.isGone).toBe(false)
}

describe.each(ARRANGEMENTS)("%s, Biuwer's page", (_, sites) => {
  test('that goes to another site is taken down, and that site is never asked', async () => {
    const { tab, page } = await openDashboard(sites)
    await page.evaluate((url) => {
      document.onclick = () => location.assign(url)
    }, `${foreign.origin}/inner`)
    await clickInside(tab)
    expect((await heard(tab, 'biuwer-error')).code).toBe('misconfigured')
    await page.gone
    expect(foreign.asked).toEqual([])
    expect(await stateIn(tab)).toBe('error')
  })

  test('that is redirected to another site is not shown, and that site is never asked', async () => {
    biuwer.answerInstead = ({ url }, response) => {
      if (url !== '/share') return false
      response.writeHead(302, { Location: `${foreign.origin}/redirected` }).end()
      return true
    }
    const tab = await open(sites, tagOf((await issue()).token))
    expect((await heard(tab, 'biuwer-error')).code).toBe('misconfigured')
    expect(foreign.asked).toEqual([])
    expect(biuwer.asked).toBe(1)
  })

  test('takes neither the host page nor the frame elsewhere by itself', async () => {
    const { tab, page } = await openDashboard(sites)
    const address = await tab.evaluate(() => location.href)
    await page.evaluate(leadAway, foreign.origin)
    await expectUntouched(tab, page, address)
    expect(foreign.asked).toEqual(['/last'])
  })

  test('takes neither the host page nor the frame elsewhere by a click of the reader', async () => {
    const { tab, page } = await openDashboard(sites)
    const address = await tab.evaluate(() => location.href)
    await page.evaluate(
      ({ source, origin }) => {
        document.onclick = ({ isTrusted }) => {
          // A link that is clicked by a script would come here again.
          document.onclick = null
          new Function('origin', `(${source})(origin)`)(origin)
          document.title = `${isTrusted}`
        }
      },
      { source: `${leadAway}`, origin: foreign.origin },
    )
    await clickInside(tab)
    await expect.poll(() => page.evaluate(() => document.title)).toBe('true')
    await expectUntouched(tab, page, address)
  })

  test('opens a window by a click alone, from which neither its name is read nor the pages around are led away', async () => {
    const { tab, page } = await openDashboard(sites)
    const address = await tab.evaluate(() => location.href)
    expect(await page.evaluate((url) => window.open(url) === null, `${foreign.origin}/uncalled-for`)).toBe(
      true,
    )
    await page.evaluate((url) => {
      document.onclick = () => window.open(url)
    }, `${foreign.origin}/window`)
    await clickInside(tab)
    await expect.poll(async () => (await tabs()).length).toBe(2)
    const opened = (await tabs()).find((other) => other !== tab) as Tab
    await opened.until('the page', () => document.title === 'Foreign')
    const tried = await opened.evaluate((origin) => {
      const attempt = (run: () => unknown) => {
        try {
          return `${run()}`
        } catch (error) {
          return (error as Error).name
        }
      }
      const inner = opener as Window
      const { port2 } = new MessageChannel()
      inner.parent.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
      for (const window of [inner.parent, inner.parent.parent])
        attempt(() => {
          window.location.href = `${origin}/led-away`
        })
      return { name, read: attempt(() => inner.name) }
    }, foreign.origin)
    expect(tried).toEqual({ name: '', read: 'SecurityError' })
    await opened.close()
    expect(foreign.asked.splice(0)).toEqual(['/window'])
    await expectUntouched(tab, page, address)
    expect(foreign.asked).toEqual(['/last'])
  })

  test('reads neither frame nor host page, gives the frame no orders and does not pass for it', async () => {
    const { tab, page } = await openDashboard(sites)
    const read = await page.evaluate(() => {
      const attempt = (look: () => unknown) => {
        try {
          return `${look()}`
        } catch (error) {
          return (error as Error).name
        }
      }
      const answers: unknown[] = []
      Object.assign(window, { answers })
      addEventListener('message', ({ data, ports }) => answers.push(data, ports.length))
      for (const target of [parent, top as Window]) {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }) => answers.push(data)
        target.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
        target.postMessage({ type: 'biuwer-embed:hello' }, '*')
        target.postMessage({ type: 'ended', order: 1, code: 'token_revoked' }, '*')
        port1.postMessage({
          type: 'open',
          order: 9,
          token: 'x',
          session_key: 'y',
          resource: 'z',
          title: '',
          ended: '',
        })
      }
      return [
        attempt(() => parent.document),
        attempt(() => parent.location.href),
        attempt(() => parent.name),
        attempt(() => top?.document),
        attempt(() => top?.location.href),
        attempt(() => frameElement),
      ]
    })
    expect(read).toEqual([...Array(5).fill('SecurityError'), 'null'])
    await renew(tab)
    expect(await page.evaluate(() => (window as unknown as { answers: unknown[] }).answers)).toEqual([])
    expect(await stateIn(tab)).toBe('ready')
    expect(page.isGone).toBe(false)
  })
})
