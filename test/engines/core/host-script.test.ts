import { describe, expect, test } from 'vitest'
import {
  ARRANGEMENTS,
  biuwer,
  biuwerToken,
  issue,
  ONE_SITE,
  open,
  prepareCore,
  RESOURCE,
  STRANGER,
} from './core.ts'
import { openDashboard, renew, stateIn } from './dashboard.ts'
import { openings, overhear } from './overhear.ts'

prepareCore()

/**
 * A script that came before the tag's: keeps all strings that go into or come out of functions and accessors of the
 * browser, and makes every shadow root an open one.
 */
const WIRETAP = `<script>(${wiretap})()</script>`

interface Wiretapped {
  /** Strings that went through the browser's functions. */
  overheard: string[]
  /** Messages that went into ports. */
  posted: unknown[]
}

function wiretap(): void {
  const overheard: string[] = []
  const posted: unknown[] = []
  Object.assign(window, { overheard, posted })
  let isKeeping = false
  const keep = (value: unknown, depth = 0): void => {
    if (typeof value === 'string') overheard[overheard.length] = value
    // All that is in the page's own window would take minutes to read through, each time that it goes by.
    if (typeof value !== 'object' || value === null || value === window || depth > 3) return
    for (const key of Object.keys(value)) {
      try {
        keep((value as Record<string, unknown>)[key], depth + 1)
      } catch {
        // A window of another origin.
      }
    }
  }
  const wrap = <F>(original: F): F => {
    if (typeof original !== 'function') return original
    return function (this: unknown, ...args: unknown[]) {
      const result = Reflect.apply(original, this, args)
      if (isKeeping) return result
      isKeeping = true
      keep(args)
      keep(result)
      isKeeping = false
      return result
    } as F
  }
  const targets = [
    ...[EventTarget, Node, Element, HTMLElement, HTMLIFrameElement, Document, ShadowRoot, MessagePort],
    ...[MessageEvent, Event, Map, WeakMap, Set, Response, Request, Headers, URL, CSSStyleSheet],
  ].map(({ prototype }) => prototype as object)
  for (const target of [...targets, window, JSON, performance, Object]) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(target))) {
      const isWindows = target === window && !/^(postMessage|fetch|open|setTimeout|atob|btoa)$/.test(key)
      if (!descriptor.configurable || key === 'constructor' || isWindows) continue
      const { value, get, set } = descriptor
      // A class stays as it is.
      if (typeof value === 'function' && value.prototype) continue
      if ('value' in descriptor) descriptor.value = wrap(value)
      if (get) descriptor.get = wrap(get)
      if (set) descriptor.set = wrap(set)
      Object.defineProperty(target, key, descriptor)
    }
  }
  const { attachShadow } = Element.prototype
  Element.prototype.attachShadow = function (init) {
    return attachShadow.call(this, { ...init, mode: 'open' })
  }
  const { postMessage } = MessagePort.prototype
  MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]) {
    posted[posted.length] = message
    return Reflect.apply(postMessage, this, [message, ...rest])
  }
}

describe.each(ARRANGEMENTS)('%s, a script of the host page', (_, sites) => {
  test('reaches no window in the frame, and gets nothing by taking the frame to about:blank', async () => {
    const { tab, page } = await openDashboard(sites)
    const tried = await tab.evaluate(async () => {
      const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')
        ?.contentWindow as Window
      const attempt = (read: () => unknown) => {
        try {
          return `${read()}`
        } catch (error) {
          return (error as Error).name
        }
      }
      const before = [
        frame.length,
        frame.frames.length,
        attempt(() => frame[0]?.name),
        attempt(() => frame.name),
        attempt(() => frame.document),
        attempt(() => frame.frameElement),
        window.length,
      ]
      frame.location.href = 'about:blank'
      while (attempt(() => frame.location.href) !== 'about:blank')
        await new Promise((run) => setTimeout(run, 10))
      return [...before, frame.name, frame.length]
    })
    expect(tried).toEqual([0, 0, ...Array(4).fill('SecurityError'), 0, '', 0])
    await page.gone
  })

  test('gets no orders to a frame that the tag speaks with', async () => {
    const exchanges = await overhear()
    const { tab, token } = await openDashboard(sites)
    const { token: own } = await issue()
    await tab.evaluate(
      ({ token, resource }) => {
        const frame = document
          .querySelector('biuwer-embed')
          ?.shadowRoot?.querySelector('iframe')?.contentWindow
        const { port1, port2 } = new MessageChannel()
        const answers: unknown[] = []
        Object.assign(window, { answers })
        port1.onmessage = ({ data }) => answers.push(data)
        frame?.postMessage({ type: 'biuwer-embed:hello' }, '*')
        frame?.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
        const session_key = 'k'.repeat(32)
        port1.postMessage({ type: 'open', order: 9, token, session_key, resource, title: '', ended: '' })
      },
      { token: own, resource: RESOURCE },
    )
    await renew(tab)
    await renew(tab)
    expect(await tab.evaluate(() => (window as unknown as { answers: unknown[] }).answers)).toEqual([])
    const opened = openings(exchanges).map((each) => each.token)
    expect(opened).toContain(token)
    expect(opened).not.toContain(own)
  })

  test('that wraps the functions of the browser overhears the page’s own token and session key alone', async () => {
    const exchanges = await overhear()
    const { tab, token } = await openDashboard(sites, WIRETAP)
    await renew(tab)
    const overheard = await tab.evaluate(() => (window as unknown as Wiretapped).overheard.join('\n'))
    const opened = openings(exchanges)
    expect(new Set(opened.map((each) => each.token)).size).toBe(2)
    expect(overheard).toContain(token)
    for (const { session_key, session_token } of opened) {
      expect(overheard).toContain(session_key)
      expect(overheard.includes(session_token)).toBe(false)
    }
    expect(overheard.includes(biuwerToken)).toBe(false)
    const windows = await tab.evaluate(
      () =>
        document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')?.contentWindow?.length,
    )
    expect(windows).toBe(0)
  })

  test('that replays to a frame of its own what it overheard learns nothing but times and codes', async () => {
    const exchanges = await overhear()
    const { tab } = await openDashboard(sites, WIRETAP)
    const { answers, windows } = await tab.evaluate(async (edge) => {
      const { posted } = window as unknown as Wiretapped
      const order = posted.find((message) => (message as { type?: string }).type === 'open') as object
      const frame = document.createElement('iframe')
      const hello = new Promise((resolve) => addEventListener('message', resolve, { once: true }))
      // As the tag's own: a page of the edge's process lists no frame of a shadow tree.
      const place = document.body.appendChild(document.createElement('div'))
      place.attachShadow({ mode: 'open' }).append(frame)
      frame.src = `${edge}/v1/frame`
      await hello
      const { port1, port2 } = new MessageChannel()
      const answers: Record<string, unknown>[] = []
      const told = (type: string) =>
        new Promise<void>((resolve) => {
          port1.onmessage = ({ data }) => {
            answers.push(data)
            if (data.type === type) resolve()
          }
        })
      frame.contentWindow?.postMessage({ type: 'biuwer-embed:port' }, edge, [port2])
      const opened = told('ready')
      port1.postMessage({ ...order, order: 1 })
      await opened
      const refused = told('refused')
      port1.postMessage({ ...order, order: 2, type: 'renew', session_key: 'k'.repeat(32) })
      await refused
      return { answers, windows: frame.contentWindow?.length }
    }, sites.edge)
    expect(answers.map(({ type, code }) => code ?? type)).toEqual(['opened', 'ready', 'token_spent'])
    const secrets = [biuwerToken, ...openings(exchanges).map(({ session_token }) => session_token)]
    expect(secrets.length).toBeGreaterThan(2)
    expect(secrets.some((secret) => JSON.stringify(answers).includes(secret))).toBe(false)
    expect(windows).toBe(0)
  })

  test('can not redeem by itself what it overheard', async () => {
    const { tab } = await openDashboard(sites, WIRETAP)
    const answers = await tab.evaluate(
      async ({ url, resource }) => {
        const { posted } = window as unknown as Wiretapped
        const order = posted.find((message) => (message as { type?: string }).type === 'open') as object
        const { token, session_key } = order as Record<string, string>
        const body = JSON.stringify({ token, session_key, resource, origin: location.origin })
        const ask = (type: string, mode: RequestMode) =>
          fetch(url, { method: 'POST', body, headers: { 'Content-Type': type }, mode }).then(
            (answer) => answer.type,
            (error: Error) => error.name,
          )
        return [
          await ask('application/json', 'cors'),
          await ask('text/plain', 'cors'),
          await ask('text/plain', 'no-cors'),
        ]
      },
      { url: `${sites.edge}/v1/sessions`, resource: RESOURCE },
    )
    // Opaque: it was sent, and nothing of the answer can be read.
    expect(answers).toEqual(['TypeError', 'TypeError', 'opaque'])
  })

  test('moves the tag in nothing by reports that it forges as window messages', async () => {
    const { tab, page } = await openDashboard(sites)
    await tab.evaluate(async (edge) => {
      const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')?.contentWindow
      for (const order of [0, 1, 2])
        for (const type of ['opened', 'ready', 'renewed', 'refused', 'ended']) {
          const data = {
            type,
            order,
            code: 'token_revoked',
            left: 1,
            now: 1,
            expires_at: '1970-01-01T00:00:00Z',
          }
          window.postMessage(data, '*')
          const event = new MessageEvent('message', { data, origin: edge })
          // Firefox takes no window of another process into an event.
          dispatchEvent(Object.defineProperty(event, 'source', { value: frame }))
        }
      window.postMessage({ type: 'biuwer-embed:hello' }, '*')
      await new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'last' && resolve(undefined))
        window.postMessage('last', '*')
      })
    }, sites.edge)
    await renew(tab)
    expect(await tab.evaluate(() => window.heard.map(({ type }) => type))).toEqual([
      'biuwer-ready',
      'biuwer-renewed',
    ])
    expect(await stateIn(tab)).toBe('ready')
    expect(page.isGone).toBe(false)
  })

  test('that lays itself over the dashboard sees neither its clicks nor its keys', async () => {
    const { tab, page } = await openDashboard(sites)
    await page.evaluate(() => {
      const field = document.body.appendChild(document.createElement('input'))
      Object.assign(field.style, { position: 'fixed', inset: '0', width: '100%', height: '100%' })
    })
    await tab.evaluate(() => {
      const sensed: string[] = []
      Object.assign(window, { sensed })
      const cover = document.body.appendChild(document.createElement('div'))
      Object.assign(cover.style, { position: 'fixed', inset: '0', pointerEvents: 'none' })
      for (const target of [window, document, cover])
        for (const type of ['click', 'pointerdown', 'mousedown', 'keydown', 'keypress', 'input', 'copy'])
          target.addEventListener(type, (event) => sensed.push(event.type), true)
    })
    await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe'))
    await expect
      .poll(() => page.evaluate(() => document.hasFocus() && document.activeElement?.localName))
      .toBe('input')
    await tab.type('north')
    await expect.poll(() => page.evaluate(() => document.querySelector('input')?.value)).toBe('north')
    expect(await tab.evaluate(() => (window as unknown as { sensed: string[] }).sensed)).toEqual([])
  })
})

describe('a page that the edge does not allow', () => {
  test('opens nothing in a frame with a token and a session key that it stole', async () => {
    const exchanges = await overhear()
    const tab = await open(STRANGER, '', { script: false })
    const { token } = await issue()
    await tab.evaluate(
      async ({ edge, token, resource }) => {
        const frame = document.createElement('iframe')
        frame.src = `${edge}/v1/frame`
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve))
        document.body.append(frame)
        await loaded
        const { port1, port2 } = new MessageChannel()
        frame.contentWindow?.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
        const session_key = 'k'.repeat(32)
        port1.postMessage({ type: 'open', order: 1, token, session_key, resource, title: '', ended: '' })
        // The edge answers this after what a frame of its own would have sent before.
        await fetch(`${edge}/healthz`, { mode: 'no-cors' })
      },
      { edge: STRANGER.edge, token, resource: RESOURCE },
    )
    expect(exchanges.map(({ path }) => path)).toEqual(['/v1/frame', '/healthz'])
  })

  test('opens nothing in a window with them either', async () => {
    const exchanges = await overhear()
    const { token } = await issue()
    const tab = await open(STRANGER, '<button>Open</button>', { script: false })
    await tab.evaluate(
      ({ edge, token, resource }) => {
        const button = document.querySelector('button') as HTMLButtonElement
        const answered = new Promise((resolve) => {
          button.onclick = () => {
            const opened = window.open(`${edge}/v1/frame`)
            addEventListener('message', () => {
              const { port1, port2 } = new MessageChannel()
              port1.onmessage = ({ data }) => resolve(data.code ?? data.type)
              opened?.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
              const session_key = 'k'.repeat(32)
              port1.postMessage({
                type: 'open',
                order: 1,
                token,
                session_key,
                resource,
                title: '',
                ended: '',
              })
            })
          }
        })
        Object.assign(window, { answered })
      },
      { edge: STRANGER.edge, token, resource: RESOURCE },
    )
    await tab.click(() => document.querySelector('button'))
    expect(await tab.evaluate(() => (window as unknown as { answered: Promise<string> }).answered)).toBe(
      'origin_not_allowed',
    )
    expect(openings(exchanges)).toEqual([])
    expect(biuwer.asked).toBe(0)
  })
})

test('a page of the edge’s own, which may look into the frame, finds no way into its root', async () => {
  const tab = await open(ONE_SITE, '', { script: false })
  await tab.goto(`${ONE_SITE.edge}/console`)
  const found = await tab.evaluate(async () => {
    const frame = document.createElement('iframe')
    const hello = new Promise((resolve) => addEventListener('message', resolve, { once: true }))
    frame.src = '/v1/frame'
    document.body.append(frame)
    await hello
    const body = frame.contentDocument?.body
    return { document: body?.localName, root: body?.shadowRoot ?? null, windows: frame.contentWindow?.length }
  })
  expect(found).toEqual({ document: 'body', root: null, windows: 0 })
})
