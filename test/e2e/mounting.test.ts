import { chromium, type Page } from 'playwright'
import { expect, inject } from 'vitest'
import { CHROMIUM } from '../chromium.ts'
import { admin, issue } from './edge-api.ts'
import { test as base } from './fixtures.ts'
import { biuwerFrame, HOST, tagWith } from './host.ts'

const { biuwer, resources } = inject('stack')

/** A whole browser, which keeps pages for its back button where its driver does not switch that off. */
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
const test = base.extend('browserWithPast', async ({}, { onCleanup }) => {
  const ignoreDefaultArgs = ['--disable-back-forward-cache']
  const browser = await chromium.launch({ ...CHROMIUM, ignoreDefaultArgs })
  onCleanup(() => browser.close())
  return browser
})

/** Counts what a page's scripts leave running: timers, listeners of the window and the document, open ports. */
async function counting(page: Page): Promise<() => Promise<Record<string, number>>> {
  await page.addInitScript(() => {
    if (window !== top) return
    const timers = new Set<number>()
    const listeners = new Set<object>()
    const ports = new Set<MessagePort>()
    Object.assign(globalThis, {
      alive: () => ({ timers: timers.size, listeners: listeners.size, ports: ports.size }),
    })
    const { setTimeout: set, clearTimeout: clear, setInterval: every, clearInterval: stop } = window
    window.setTimeout = ((act: () => void, ms?: number) => {
      const id = set(() => {
        timers.delete(id)
        act()
      }, ms)
      timers.add(id)
      return id
    }) as typeof window.setTimeout
    window.setInterval = ((act: () => void, ms?: number) => {
      const id = every(act, ms)
      timers.add(id)
      return id
    }) as typeof window.setInterval
    window.clearTimeout = (id) => {
      timers.delete(Number(id))
      clear(id)
    }
    window.clearInterval = (id) => {
      timers.delete(Number(id))
      stop(id)
    }
    for (const target of [window, document] as EventTarget[]) {
      const { addEventListener: add, removeEventListener: remove } = target
      const kept = new Map<unknown, object>()
      target.addEventListener = function (this: EventTarget, type, listener, options) {
        const signal = typeof options === 'object' ? options?.signal : undefined
        if (!signal?.aborted && listener) {
          const entry = { type }
          listeners.add(entry)
          kept.set(listener, entry)
          signal?.addEventListener('abort', () => listeners.delete(entry))
        }
        add.call(target, type, listener, options)
      }
      target.removeEventListener = function (this: EventTarget, type, listener, options) {
        const entry = kept.get(listener)
        if (entry) listeners.delete(entry)
        remove.call(target, type, listener, options)
      }
    }
    const Channel = MessageChannel
    window.MessageChannel = class extends Channel {
      constructor() {
        super()
        const { port1 } = this
        ports.add(port1)
        const { close } = port1
        port1.close = () => {
          ports.delete(port1)
          close.call(port1)
        }
      }
    }
  })
  return () => page.evaluate(() => (globalThis as unknown as { alive(): Record<string, number> }).alive())
}

test('a tag that comes and goes fifty times leaves nothing behind and opens fifty sessions', async ({
  host,
  newVisitor,
}) => {
  const { id } = await issue({ refresh: 'single-use' })
  host.giveToken = async () => (await admin('POST', `/v1/tokens/${id}/refresh`)).token
  const visitor = await newVisitor()
  const page = await visitor.newPage()
  const alive = await counting(page)
  const requests: string[] = []
  page.on('request', (request) => requests.push(request.url()))
  await host.open('', { page })
  const before = await alive()
  const states = await page.evaluate(async (resourceId) => {
    const seen: string[] = []
    for (let cycle = 0; cycle < 50; cycle++) {
      const tag = Object.assign(document.createElement('biuwer-embed'), { resourceId, tokenUrl: '/token' })
      const settled = new Promise<string>((resolve) => {
        for (const type of ['biuwer-ready', 'biuwer-error'])
          tag.addEventListener(type, () => resolve(type), { once: true })
      })
      document.body.append(tag)
      seen.push(await settled)
      tag.remove()
      await (tag as unknown as { updateComplete: Promise<unknown> }).updateComplete
    }
    return seen
  }, resources.rentals)
  expect(new Set(states)).toEqual(new Set(['biuwer-ready']))
  expect(requests.filter((url) => url === `${biuwer}/share`)).toHaveLength(50)
  await expect.poll(alive).toEqual(before)
  await expect.poll(() => page.frames()).toHaveLength(1)
}, 180_000)

test('printing the page opens nothing anew', async ({ host }) => {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open(tagWith(token))
  await biuwerFrame(page, 'Film rentals')
  const opened: string[] = []
  page.on('request', (request) => {
    // A session may be looked after meanwhile; none is begun, and no document is loaded again.
    if (request.method() !== 'GET' || request.isNavigationRequest()) opened.push(request.url())
  })
  await page.pdf()
  await page.locator('biuwer-embed:state(ready)').waitFor()
  expect(opened).toEqual([])
})

test('Chromium’s back button brings the dashboard back without spending another token', async ({
  host,
  browserWithPast,
}) => {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open(tagWith(token), { visitor: await browserWithPast.newContext() })
  await biuwerFrame(page, 'Film rentals')
  await page.evaluate(() =>
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted })),
  )
  await page.goto(`${HOST}/elsewhere`)
  await page.evaluate(() => history.back()).catch(() => {})
  const kept = () =>
    page.evaluate(() => [
      (globalThis as unknown as { persisted?: boolean }).persisted,
      document.querySelector('biuwer-embed')?.matches(':state(ready)'),
    ])
  await expect.poll(kept, { timeout: 8000 }).toEqual([true, true])
})
