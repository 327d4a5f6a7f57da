import { expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  biuwer,
  biuwerToken,
  engineName,
  heard,
  issue,
  OTHER_RESOURCE,
  open,
  prepareCore,
  RESOURCE,
} from './core.ts'
import { openDashboard, tagOf } from './dashboard.ts'

prepareCore()

const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]

test('a tag that is appended, removed and appended in one task opens once', async () => {
  const { token } = await issue()
  const tab = await open(sites)
  await tab.evaluate(
    ({ resourceId, token }) => {
      const tag = Object.assign(document.createElement('biuwer-embed'), { resourceId, token })
      document.body.append(tag)
      tag.remove()
      document.body.append(tag)
    },
    { resourceId: RESOURCE, token },
  )
  await heard(tab, 'biuwer-ready')
  expect(biuwer.asked).toBe(1)
})

test('a tag that is appended elsewhere opens again, with the same single-use token', async () => {
  const { tab, page } = await openDashboard(sites, '<section></section>')
  await tab.evaluate(() => {
    const tag = document.querySelector('biuwer-embed')
    if (tag) document.querySelector('section')?.append(tag)
  })
  await page.gone
  await tab.until('the second opening', () => window.heard.length === 2)
  expect(await (await biuwer.page()).evaluate(() => name)).toBe(`${RESOURCE}:${biuwerToken}`)
  expect(biuwer.pages).toHaveLength(1)
  expect(biuwer.asked).toBe(2)
})

if (engineName !== 'webkit')
  test('a tag that moveBefore takes elsewhere (not in WebKit) keeps its dashboard, but Firefox loads it anew', async () => {
    const { tab, page } = await openDashboard(sites, '<section></section>')
    await tab.evaluate(() => {
      const section = document.querySelector('section') as unknown as {
        moveBefore(node: Node | null, before: null): void
      }
      section.moveBefore(document.querySelector('biuwer-embed'), null)
    })
    if (engineName === 'firefox') {
      await page.gone
      await tab.until('the second opening', () => window.heard.length === 2)
    }
    expect(await (await biuwer.page()).evaluate(() => name)).toBe(`${RESOURCE}:${biuwerToken}`)
    expect(page.isGone).toBe(engineName === 'firefox')
    expect(biuwer.pages).toHaveLength(1)
  })

test('a tag that is removed takes Biuwer’s page away, and opens again when it is back, with the same token', async () => {
  const { tab, page } = await openDashboard(sites)
  await tab.evaluate(() => {
    window.removed = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    window.removed.remove()
  })
  await page.gone
  const left = await tab.evaluate(() => [
    window.removed.state,
    window.removed.shadowRoot?.querySelectorAll('iframe').length,
  ])
  expect(left).toEqual(['idle', 0])
  await tab.evaluate(() => document.body.append(window.removed))
  await tab.until('the second opening', () => window.heard.length === 2)
  await biuwer.shown(1)
})

test('another resource replaces Biuwer’s page, with the same single-use token', async () => {
  const { tab, page } = await openDashboard(sites)
  await tab.evaluate((resource) => {
    document.querySelector('biuwer-embed')?.setAttribute('resource-id', resource)
  }, OTHER_RESOURCE)
  await page.gone
  await tab.until('the second opening', () => window.heard.length === 2)
  expect(await (await biuwer.page()).evaluate(() => name)).toBe(`${OTHER_RESOURCE}:${biuwerToken}`)
  expect(biuwer.asked).toBe(2)
})

test('a lazy tag opens when it comes near what is seen', async () => {
  const { token } = await issue({ refresh: 'none' })
  const lazy = tagOf(token).replace(' ', ' id="lazy" loading="lazy" ')
  const tab = await open(sites, `${tagOf(token)}<div style="height: 9000px"></div>${lazy}`)
  await heard(tab, 'biuwer-ready')
  const before = await tab.evaluate(() => (document.querySelector('#lazy') as BiuwerEmbedElement).state)
  expect(before).toBe('idle')
  expect(biuwer.asked).toBe(1)
  await tab.evaluate(() => document.querySelector('#lazy')?.scrollIntoView())
  await biuwer.shown(2)
})

test('a tag that is not displayed opens all the same', async () => {
  const { token } = await issue()
  const tab = await open(sites, `<div hidden>${tagOf(token)}</div>`)
  await heard(tab, 'biuwer-ready')
})

/** Takes the tag into the document of a frame, or of a window that a click of the reader's opens. */
const moves = {
  'a frame of the page': (tab: Tab) =>
    tab.evaluate(() => {
      const frame = document.createElement('iframe')
      frame.style.cssText = 'width: 900px; height: 700px'
      document.body.append(frame)
      frame.contentDocument?.body.append(document.querySelector('biuwer-embed') as Element)
    }),
  'a window of the page': async (tab: Tab) => {
    await tab.evaluate(() => {
      document.querySelector('button')?.addEventListener('click', () => {
        window.open('about:blank')?.document.body.append(document.querySelector('biuwer-embed') as Element)
      })
    })
    await tab.click(() => document.querySelector('button'))
  },
}

test.each(Object.entries(moves))(
  'a tag that is taken into %s opens there, and back again, styled',
  async (_, move) => {
    const { tab, page } = await openDashboard(sites, '<button>move</button>')
    await tab.evaluate(() => {
      window.moved = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    })
    await move(tab)
    await page.gone
    await tab.until('the opening there', () => window.moved.state === 'ready')
    await biuwer.shown(1)
    const there = await tab.evaluate(() => {
      const { moved } = window
      const { defaultView } = moved.ownerDocument
      return [moved.ownerDocument !== document, defaultView?.getComputedStyle(moved).position, moved.state]
    })
    expect(there).toEqual([true, 'relative', 'ready'])
    await tab.evaluate(() => document.body.append(window.moved))
    await tab.until('the opening here', () => window.moved.state === 'ready')
    expect(await tab.evaluate(() => getComputedStyle(window.moved).position)).toBe('relative')
  },
)

declare global {
  interface Window {
    moved: BiuwerEmbedElement
    removed: BiuwerEmbedElement
  }
}
