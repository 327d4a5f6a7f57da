import { expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import {
  engineName,
  issue,
  OTHER_RESOURCE,
  open,
  prepareCore,
  RESOURCE,
  THREE_SITES,
  tabs,
} from '../core/core.ts'
import type { Tab } from '../engine.ts'

prepareCore()

let tab: Tab

const stateOf = (tab: Tab, state: string) =>
  tab.until(
    `a tag in the state ${state}`,
    (state) => (document.querySelector('biuwer-embed') as BiuwerEmbedElement | null)?.state === state,
    state,
  )

/** A page whose tag is settled in the page, and whose scripts keep the window that the tag opens. */
async function settledPage(): Promise<void> {
  tab = await open(THREE_SITES, '<button>Open in full</button><biuwer-embed></biuwer-embed>')
  const settled = engineName === 'firefox' ? 'error' : 'ready'
  await tab.evaluate(
    ({ resource, token }) => {
      const { open } = window
      window.open = (...what) => {
        const opened = open.apply(window, what)
        Object.assign(window, { opened })
        return opened
      }
      const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
      const button = document.querySelector('button') as HTMLButtonElement
      button.onclick = () => tag.openInWindow()
      Object.assign(tag, { resourceId: resource, token })
    },
    { resource: RESOURCE, token: (await issue()).token },
  )
  await stateOf(tab, settled)
}

/** The window that a click opened, once the dashboard is in it. */
async function openedWindow(): Promise<Tab> {
  await stateOf(tab, 'ready')
  await tab.until(
    'words that say where the dashboard is',
    () =>
      document
        .querySelector('biuwer-embed')
        ?.shadowRoot?.querySelector('[part=panel]')
        ?.textContent?.includes('window of its own') ?? false,
  )
  const opened = (await tabs()).find((other) => other !== tab)
  if (!opened) throw new Error('no window was opened')
  return opened
}

if (engineName === 'firefox')
  test('the panel of an exposed frame (Firefox) opens the dashboard in a window of its own', async () => {
    await settledPage()
    await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=open]'))
    const opened = await openedWindow()
    expect(await opened.evaluate(() => [location.pathname, String(parent === self)])).toEqual([
      '/v1/frame',
      'true',
    ])
  })

test('a page opens the dashboard in a window of its own, reads nothing there, and has it back when that is closed', async () => {
  await settledPage()
  await tab.click(() => document.querySelector('button'))
  const opened = await openedWindow()
  const names = await tab.evaluate(async () => {
    const { opened } = window as unknown as { opened: Window }
    const names: string[] = []
    for (let tries = 0; tries < 6; tries++) {
      const inner = opened.length > 0 ? opened[0] : undefined
      try {
        if (inner) {
          inner.location.href = 'about:blank'
          names.push(inner.name)
        }
      } catch (error) {
        if (!(error instanceof DOMException)) throw error
      }
      // A page in the background waits a second for each timer in Firefox.
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return names
  })
  expect(names).toEqual([])
  await opened.close()
  const back = engineName === 'firefox' ? '[part=open]' : '[part=frame]'
  await tab.until(
    `${back} in the tag`,
    (back) => Boolean(document.querySelector('biuwer-embed')?.shadowRoot?.querySelector(back)),
    back,
  )
})

test('a window of its own follows the tag to another resource', async () => {
  await settledPage()
  await tab.click(() => document.querySelector('button'))
  await openedWindow()
  await tab.evaluate((resource) => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    Object.assign(window, { again: new Promise((resolve) => tag.addEventListener('biuwer-ready', resolve)) })
    tag.resourceId = resource
  }, OTHER_RESOURCE)
  await tab.evaluate(() => (window as unknown as { again: Promise<unknown> }).again.then(() => true))
  expect(await tabs()).toHaveLength(2)
  expect(
    await tab.evaluate(() =>
      Boolean(document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')),
    ),
  ).toBe(false)
})

test('a tag without a token opens no window', async () => {
  tab = await open(THREE_SITES, '<button>Open in full</button><biuwer-embed></biuwer-embed>')
  await tab.evaluate(() => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    const button = document.querySelector('button') as HTMLButtonElement
    tag.resourceId = 'sales'
    button.onclick = () => {
      tag.openInWindow()
      document.title = 'clicked'
    }
  })
  await tab.click(() => document.querySelector('button'))
  await tab.until('the click', () => document.title === 'clicked')
  expect(await tabs()).toHaveLength(1)
})

test('a window of its own is named by the label, and ends with its session', async () => {
  await settledPage()
  const to = new Date(Date.now() + 5000).toISOString()
  const { token } = await issue({ refresh: 'none', to })
  await tab.evaluate(
    (token) => Object.assign(document.querySelector('biuwer-embed') ?? {}, { token, label: 'Rentals' }),
    token,
  )
  await tab.click(() => document.querySelector('button'))
  const opened = await openedWindow()
  expect(await opened.evaluate(() => document.title)).toBe('Rentals')
  await stateOf(tab, 'expired')
})
