import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Engine, Tab } from './engine.ts'
import { launch } from './launch.ts'

/** Strict, because the tag's own pages are, and the drivers have to work there too. */
const POLICY = "script-src 'unsafe-inline'; require-trusted-types-for 'script'; trusted-types 'none'"

/** A button in a closed shadow root below an open one, far down the page. */
const BUTTONS = `<div style="height: 3000px"></div><div id="outer"></div><input id="field">
  <script>
    const openRoot = document.querySelector('#outer').attachShadow({ mode: 'open' })
    const inner = openRoot.appendChild(document.createElement('div'))
    globalThis.closedRoot = inner.attachShadow({ mode: 'closed' })
    globalThis.button = closedRoot.appendChild(document.createElement('button'))
    button.textContent = 'Open'
    button.onclick = (event) => {
      globalThis.clicked = { trusted: event.isTrusted, active: navigator.userActivation.isActive }
      open('/second')
    }
    globalThis.keys = []
    document.addEventListener('keydown', ({ shiftKey, isTrusted }) => keys.push([shiftKey, isTrusted]))
  </script>`

/** What the page with the button keeps for the tests. */
interface Page {
  button: Element
  closedRoot: ShadowRoot
  clicked: { trusted: boolean; active: boolean } | undefined
  frame: Element
  told: string[]
  keys: [shift: boolean, trusted: boolean][]
}

const name = inject('engine')

/** A frame of another site, in a closed shadow root, that tells what a person does in it. */
const AROUND = `<div id="host" style="margin: 100px"></div>
  <script>
    globalThis.told = []
    onmessage = ({ data }) => told.push(data)
    globalThis.frame = document.createElement('iframe')
    frame.src = location.origin.replace('127.0.0.1', '127.0.0.2') + '/inside'
    document.querySelector('#host').attachShadow({ mode: 'closed' }).append(frame)
  </script>`
const INSIDE = `<input style="position: fixed; inset: 0; width: 100%">
  <script>
    const tell = (what) => parent.postMessage(what, '*')
    onclick = ({ isTrusted }) => tell('click ' + isTrusted + ' ' + navigator.userActivation.isActive)
    onkeydown = ({ key, isTrusted }) => tell(key + ' ' + isTrusted)
    tell('here')
  </script>`
const PAGES: Record<string, string> = {
  '/buttons': BUTTONS,
  '/around': AROUND,
  '/inside': INSIDE,
  '/unended': '<img src="/picture">',
}

let server: Server
let port: number
/** The answer that a frame's script waits for, while its thread does nothing else. */
let held: ((response: ServerResponse) => void) | undefined
/** The requests for a page that goes on loading, and the answer to each one's image. */
let unended: string[] = []
const pictures: ServerResponse[] = []

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === '/held') return held?.(response)
    if (url === '/picture') return pictures.push(response)
    if (url === '/unended') unended.push(url)
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader('Content-Security-Policy', POLICY)
    if (url === '/frames') return response.end(`<iframe src="http://127.0.0.2:${port}/waiting"></iframe>`)
    if (url === '/waiting')
      return response.end(`<script>
        onload = () => setTimeout(() => {
          const request = new XMLHttpRequest()
          request.open('GET', '/held', false)
          request.send()
        })
      </script>`)
    return response.end(`<!doctype html><title>${url}</title>${PAGES[url ?? ''] ?? ''}`)
  }).listen(0)
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

const at = (path: string) => `http://127.0.0.1:${port}${path}`

let engine: Engine
let tab: Tab

beforeAll(async () => {
  engine = await launch(name)
  tab = await (await engine.visitor()).open(at('/'))
})
afterAll(() => engine.stop())

test('tells its version', () => {
  expect(engine.version).toMatch(/^\d+\.\d/)
})

test('gives what a function in the page resolves to', async () => {
  const given = await tab.evaluate(
    async ({ add }) => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      return [document.title, 1 + add, undefined]
    },
    { add: 2 },
  )
  expect(given).toEqual(['/', 3, null])
  expect(await tab.evaluate(() => undefined)).toBeUndefined()
})

test('waits for a page that began to load, however long that takes, and does not ask for it again', async () => {
  const visitor = await engine.visitor()
  const tab = await visitor.open(at('/'))
  unended = []
  const gone = tab.goto(at('/unended'))
  await expect.poll(() => pictures.length, { timeout: 10_000 }).toBe(1)
  // Longer than the driver of Firefox waits before it looks after a navigation.
  if (name === 'firefox') await delay(14_000)
  expect(await Promise.race([gone, delay(200, 'still loading')])).toBe('still loading')
  for (const picture of pictures.splice(0)) picture.end()
  await gone
  expect(unended).toEqual(['/unended'])
  await visitor.close()
})

test('rejects with what a function in the page throws', async () => {
  await expect(tab.evaluate(() => Promise.reject(new TypeError('not today')))).rejects.toThrow(
    /^TypeError: not today$/,
  )
  await expect(tab.evaluate(() => JSON.parse('{'))).rejects.toThrow(/^SyntaxError/)
})

test('clicks as a person does, inside closed shadow roots, and sees the window that this opens', async () => {
  const visitor = await engine.visitor()
  const tab = await visitor.open(at('/buttons'))
  expect(await tab.evaluate(() => open('/by-a-script') === null)).toBe(true)
  await tab.click(() => (globalThis as unknown as Page).button)
  const clicked = await tab.until('the click', () => (globalThis as unknown as Page).clicked)
  expect(clicked).toEqual({ trusted: true, active: true })
  await expect.poll(async () => (await visitor.tabs()).length, { timeout: 5000 }).toBe(2)
  const second = (await visitor.tabs()).find((other) => other !== tab)
  await second?.until('the second page', () => document.title === '/second')
  await second?.close()
  expect(await visitor.tabs()).toEqual([tab])
  await visitor.close()
})

test('clicks while a function in the page waits for it, in whichever window', async () => {
  const visitor = await engine.visitor()
  const [one, other] = [await visitor.open(at('/')), await visitor.open(at('/'))]
  const waiting = (tab: Tab) =>
    tab.evaluate(() => new Promise<string>((resolve) => addEventListener('click', () => resolve('hit'))))
  const hits = [waiting(one), waiting(other)]
  await one.click(() => document.documentElement.appendChild(document.createElement('button')))
  await other.click(() => document.documentElement.appendChild(document.createElement('button')))
  expect(await Promise.all(hits)).toEqual(['hit', 'hit'])
  await visitor.close()
})

test('clicks and types in a frame of another site, in a closed shadow root', async () => {
  const tab = await (await engine.visitor()).open(at('/around'))
  const told = (count: number) =>
    tab.until(
      'what the frame tells',
      (count) => {
        const { told } = globalThis as unknown as Page
        return told.length >= count && told
      },
      count,
    )
  await told(1)
  await tab.click(() => (globalThis as unknown as Page).frame)
  await told(2)
  await tab.type('x')
  expect(await told(3)).toEqual(['here', 'click true true', 'x true'])
})

test('types as a person does', async () => {
  const tab = await (await engine.visitor()).open(at('/buttons'))
  await tab.click(() => document.querySelector('#field'))
  await tab.type('aB')
  expect(await tab.evaluate(() => document.querySelector<HTMLInputElement>('#field')?.value)).toBe('aB')
  await tab.press('Shift+Tab')
  const focused = await tab.evaluate(() => {
    const { closedRoot, keys } = globalThis as unknown as Page
    return [closedRoot.activeElement?.textContent, keys.at(-1)]
  })
  expect(focused).toEqual(['Open', [true, true]])
})

test('gives each visitor a storage of its own', async () => {
  const other = await (await engine.visitor()).open(at('/'))
  const left = await tab.evaluate(() => {
    localStorage.setItem('left', 'here')
    return localStorage.getItem('left')
  })
  expect(left).toBe('here')
  expect(await other.evaluate(() => localStorage.getItem('left'))).toBeNull()
})

test('takes a picture of a page with a text cursor', async () => {
  const tab = await (await engine.visitor()).open(at('/buttons'))
  await tab.click(() => document.querySelector('#field'))
  expect((await tab.screenshot()).subarray(1, 4).toString()).toBe('PNG')
})

test('tells what the console says, but in WebKit', async () => {
  await tab.evaluate(() => console.warn('mind', 'the gap'))
  if (name === 'webkit') expect(tab.console()).toBeUndefined()
  else await expect.poll(() => tab.console()).toContain('mind the gap')
})

test('runs a frame of another site in a process of its own, but in WebKitGTK', async () => {
  const waiting = new Promise<ServerResponse>((resolve) => {
    held = resolve
  })
  const opened = (await engine.visitor()).open(at('/frames'))
  const response = await waiting
  const page = (await opened).evaluate(() => 'free')
  const first = await Promise.race([page, delay(3000, 'blocked by the frame')])
  expect(first).toBe(name === 'webkit' ? 'blocked by the frame' : 'free')
  response.end()
  await page
})
