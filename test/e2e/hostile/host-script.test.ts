import { Hono } from 'hono'
import type { Frame, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { listen } from '../../../demo/run/listening.ts'
import { freePort } from '../../../demo/run/ports.ts'
import { issue, linkStores } from '../edge-api.ts'
import { biuwerFrame, biuwerFrames, HOST, Host, nextEvent } from '../host.ts'

const { edge, biuwer, biuwerTokens, resources } = inject('stack')
const tag = (attributes: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`

let host: Host
/** A site that is neither host, edge nor Biuwer: what it answers with, and what it was asked for. */
let third: { origin: string; html: string; asked: string[]; stop(): Promise<void> }

beforeAll(async () => {
  await linkStores()
  host = await Host.start()
  const port = await freePort(18950)
  const asked: string[] = []
  const app = new Hono().all('*', (c) => {
    asked.push(c.req.path)
    return c.html(third.html)
  })
  const { stop } = await listen(app.fetch, port, ['127.0.0.1'])
  third = { origin: `http://127.0.0.1:${port}`, html: '<!doctype html><title>Third</title>', asked, stop }
})

afterAll(async () => {
  await host.stop()
  await third.stop()
})

async function openDashboard(): Promise<{ page: Page; token: string; inner: Frame; outer: Frame }> {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open(tag(`token="${token}"`))
  const inner = await biuwerFrame(page, 'Film rentals')
  const outer = inner.parentFrame()
  if (!outer) throw new Error("Biuwer's page is not in the frame")
  return { page, token, inner, outer }
}

/** A page that lets its scripts do what they like. */
const loose = { policy: `script-src ${edge} 'unsafe-eval'; frame-src *` }

/** What somebody may hold of a dashboard that is open elsewhere: its value and its session key. */
interface Stolen {
  token: string
  session_key: string
}

/** A dashboard whose host page has a script that came before ours, and kept what the tag told its frame. */
async function overheard(): Promise<{ page: Page; stolen: Stolen }> {
  const { token } = await issue({ refresh: 'single-use' })
  const visitor = await host.visitor()
  await visitor.addInitScript(() => {
    const { postMessage } = MessagePort.prototype
    MessagePort.prototype.postMessage = function (this: MessagePort, message: unknown, ...rest: unknown[]) {
      Object.assign(globalThis, { stolen: message })
      return Reflect.apply(postMessage, this, [message, ...rest])
    }
  })
  const page = await host.open(tag(`token="${token}"`), { visitor, ...loose })
  await biuwerFrame(page, 'Film rentals')
  const stolen = await page.evaluate(() => Reflect.get(window, 'stolen') as Stolen)
  return { page, stolen }
}

describe("Biuwer's page", () => {
  test('can not take itself, the frame or the host to another site', async () => {
    const { page } = await openDashboard()
    const inner = biuwerFrames(page)[0]
    if (!inner) throw new Error("Biuwer's page is not there")
    const error = nextEvent(page, 'biuwer-error')
    // The page listens once it has answered this.
    await page.evaluate(() => {})
    await inner.evaluate((origin) => void setTimeout(() => location.assign(`${origin}/inner`)), third.origin)
    expect(await error).toMatchObject({ code: 'misconfigured' })
    expect(page.url()).toBe(`${HOST}/`)
    expect(third.asked).toEqual([])
    await page.context().close()

    const again = await openDashboard()
    const page2 = again.page
    const blocked = biuwerFrames(page2)[0]?.evaluate((origin) => {
      const tried = (move: () => void): string => {
        try {
          move()
          return 'let through'
        } catch (error) {
          return (error as Error).name
        }
      }
      return [
        tried(() => {
          if (top) top.location.href = `${origin}/top`
        }),
        String(window.open(`${origin}/top`, '_top')),
      ]
    }, third.origin)
    expect(await blocked).toEqual(['SecurityError', 'null'])
    expect(page2.url()).toBe(`${HOST}/`)
    expect(third.asked).toEqual([])
    await page2.context().close()
  })

  test('is not shown from another site that the share page redirects to', async () => {
    const { page } = await openDashboard()
    await page
      .context()
      .route(`${biuwer}/share`, (route) =>
        route.fulfill({ status: 302, headers: { Location: `${third.origin}/redirected` } }),
      )
    await page.evaluate(() =>
      (document.querySelector('biuwer-embed') as unknown as { reload(): void }).reload(),
    )
    expect(await nextEvent(page, 'biuwer-error')).toMatchObject({ code: 'misconfigured' })
    expect(third.asked).toEqual([])
    expect(page.frames().some((frame) => frame.url().startsWith(third.origin))).toBe(false)
    await page.context().close()
  })

  test('can not take the host elsewhere by a click, a link or a form either', async () => {
    const { page, inner } = await openDashboard()
    third.asked.length = 0
    await inner.evaluate((origin) => {
      const link = Object.assign(document.createElement('a'), {
        href: `${origin}/link`,
        target: '_top',
        textContent: 'link',
      })
      const form = Object.assign(document.createElement('form'), { action: `${origin}/form`, target: '_top' })
      const button = form.appendChild(
        Object.assign(document.createElement('button'), { textContent: 'form' }),
      )
      const mover = Object.assign(document.createElement('button'), { textContent: 'mover' })
      mover.onclick = () => {
        try {
          if (top) top.location.href = `${origin}/click`
        } catch (error) {
          document.title = (error as Error).name
        }
      }
      const box = document.createElement('div')
      Object.assign(box.style, { position: 'fixed', top: '0', left: '0' })
      box.append(link, button, mover, form)
      document.body.append(box)
    }, third.origin)
    await inner.getByText('mover', { exact: true }).click()
    await inner.waitForFunction(() => document.title === 'SecurityError')
    await inner.getByText('link', { exact: true }).click()
    await inner.getByText('form', { exact: true }).click()
    await inner.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
    expect(page.url()).toBe(`${HOST}/`)
    expect(third.asked).toEqual([])
    await page.context().close()
  })

  test('reads neither frame nor host, and may use no device', async () => {
    const { page, inner } = await openDashboard()
    const tried = await inner.evaluate(() => {
      const read = (look: () => unknown) => {
        try {
          return String(look())
        } catch (error) {
          return (error as Error).name
        }
      }
      const policy = Reflect.get(document, 'featurePolicy') as { allowsFeature(name: string): boolean }
      const features = ['camera', 'microphone', 'geolocation', 'payment', 'clipboard-read', 'display-capture']
      return {
        reads: [
          read(() => parent.document),
          read(() => parent.location.href),
          read(() => parent.name),
          read(() => top?.document),
          read(() => top?.location.href),
          read(() => frameElement),
        ],
        allowed: features.filter((feature) => policy.allowsFeature(feature)),
      }
    })
    expect(tried.reads).toEqual([...Array(5).fill('SecurityError'), 'null'])
    expect(tried.allowed).toEqual([])
    await page.context().close()
  })

  test('can neither give the frame orders nor pass for it', async () => {
    const { page, inner, outer } = await openDashboard()
    await inner.evaluate(() => {
      const heard: unknown[] = []
      Object.assign(window, { heard })
      addEventListener('message', ({ data, ports }) => heard.push(data, ports.length))
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => heard.push(data)
      parent.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
      port1.postMessage({ type: 'open', order: 9, token: 'x', session_key: 'y', resource: 'z', title: '' })
      top?.postMessage({ type: 'biuwer-embed:hello' }, '*')
      parent.postMessage('last', '*')
      top?.postMessage('last', '*')
    })
    for (const frame of [outer, page.mainFrame()]) {
      await frame.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    }
    await inner.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect(await inner.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
    expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
    await page.context().close()
  })

  test('that messages its top window gives the host a handle, and with that its secret: a known limit', async () => {
    const { page, inner } = await openDashboard()
    // It listens before the message is sent, and is asked for what it caught afterwards.
    await page.evaluate(() => {
      Object.assign(window, {
        caught: new Promise<string>((resolve) =>
          addEventListener('message', ({ data, source }) => {
            if (data !== 'hello from Biuwer' || !source) return
            const inner = source as Window
            inner.location.href = 'about:blank'
            const look = () => {
              try {
                if (inner.location.href === 'about:blank') return resolve(inner.name)
              } catch {
                // Still Biuwer's document.
              }
              setTimeout(look, 10)
            }
            look()
          }),
        ),
      })
    })
    await inner.evaluate(() => top?.postMessage('hello from Biuwer', '*'))
    expect(await page.evaluate(() => (window as unknown as { caught: Promise<string> }).caught)).toBe(
      `${resources.rentals}:${biuwerTokens.store1}`,
    )
    await page.context().close()
  })
})

describe('a script of the host page', () => {
  /** Runs in the host page with the frame's window; what it returns is what a thief would have. */
  const attack = (page: Page, script: (frame: Window, third: string) => unknown) =>
    page.evaluate(
      ([source, origin]) => {
        const frame = document
          .querySelector('biuwer-embed')
          ?.shadowRoot?.querySelector('iframe')?.contentWindow
        return new Function(`return (${source})`)()(frame, origin)
      },
      [script.toString(), third.origin] as const,
    )

  const openLoose = async () => {
    const { token } = await issue()
    const page = await host.open(tag(`token="${token}"`), loose)
    await biuwerFrame(page, 'Film rentals')
    return page
  }

  test("does not reach Biuwer's page through `frames`", async () => {
    const page = await openLoose()
    expect(
      await attack(page, (frame) => {
        const tried = [0, 1, 'frames', 'name'].map((key) => {
          try {
            const found = Reflect.get(frame, key)
            return key === 'frames' ? found.length : String(found)
          } catch (error) {
            return (error as Error).name
          }
        })
        return [frame.length, ...tried]
      }),
    ).toEqual([0, 'SecurityError', 'SecurityError', 0, 'SecurityError'])
    await page.context().close()
  })

  test('gets nothing from the frame by taking it to about:blank, and no name survives', async () => {
    const page = await openLoose()
    const stolen = await attack(page, (frame) => {
      frame.location.href = 'about:blank'
      return new Promise((resolve) => {
        const look = () => {
          try {
            if (frame.location.href === 'about:blank') return resolve([frame.name, frame.length])
          } catch {
            // Still the edge's document.
          }
          setTimeout(look, 10)
        }
        look()
      })
    })
    expect(stolen).toEqual(['', 0])
    expect(biuwerFrames(page)).toHaveLength(0)
    await page.context().close()
  })

  test("can not find Biuwer's page by guessing at its name, nor take it elsewhere", async () => {
    const page = await openLoose()
    const found = await attack(page, (frame, origin) => {
      const opened = frame.open?.call(window, `${origin}/named`, 'film-rentals-page')
      return opened === frame
    }).catch(() => false)
    expect(found).toBe(false)
    expect(biuwerFrames(page)).toHaveLength(1)
    await page.context().close()
  })

  test('can not make the frame talk to it instead of the tag', async () => {
    const page = await openLoose()
    const heard = await attack(
      page,
      (frame) =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel()
          const heard: string[] = []
          port1.onmessage = ({ data }) => heard.push(JSON.stringify(data))
          frame.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
          port1.postMessage({
            type: 'open',
            order: 1,
            token: 'x',
            session_key: 'y',
            resource: 'z',
            title: '',
          })
          // A port that nobody took keeps its messages: the frame has answered this one's twin by then.
          const probe = new MessageChannel()
          probe.port1.onmessage = () => resolve(heard)
          probe.port2.postMessage('done')
        }),
    )
    expect(heard).toEqual([])
    expect(biuwerFrames(page)).toHaveLength(1)
    await page.context().close()
  })

  test('finds neither value nor session key in what the element leads to', async () => {
    const { page, stolen } = await overheard()
    expect([typeof stolen.token, typeof stolen.session_key]).toEqual(['string', 'string'])
    const { seen, found } = await page.evaluate(
      (secrets) => {
        const embed = document.querySelector('biuwer-embed') as Element
        // The attribute is the page's own doing; all else that the tag holds has to be out of reach.
        embed.removeAttribute('token')
        const isWithin = (value: unknown) => {
          try {
            return embed.contains(value as Node) || (value as Node).getRootNode() === embed.shadowRoot
          } catch {
            return true
          }
        }
        const visited = new Set<unknown>()
        const paths: string[] = []
        const walk = (value: unknown, path: string): void => {
          if (typeof value === 'string') {
            if (secrets.some((secret) => value.includes(secret))) paths.push(path)
            return
          }
          if (value === null || !/object|function/.test(typeof value) || visited.has(value)) return
          if (value === window || value === document || value === Reflect.get(window, 'stolen')) return
          visited.add(value)
          if (value instanceof Map || value instanceof Set) {
            for (const entry of value.entries()) walk(entry, `${path}(entry)`)
          }
          for (let at: object | null = value as object; at; at = Object.getPrototypeOf(at)) {
            for (const key of Reflect.ownKeys(at)) {
              let inner: unknown
              try {
                inner = Reflect.get(at, key, value)
              } catch {
                continue
              }
              if (isWithin(inner)) walk(inner, `${path}.${String(key)}`)
            }
          }
        }
        walk(embed, 'embed')
        walk(customElements.get('biuwer-embed'), 'class')
        return { seen: visited.size, found: paths }
      },
      [stolen.token, stolen.session_key],
    )
    expect(seen).toBeGreaterThan(100)
    expect(found).toEqual([])
    await page.context().close()
  })

  test('can not redeem again what it overheard: the edge answers its own frame alone', async () => {
    const { page, stolen } = await overheard()
    const answers = await page.evaluate(
      async ([url, stolen, resource]) => {
        const body = JSON.stringify({ ...stolen, resource, origin: location.origin })
        const ask = (init: RequestInit) =>
          fetch(url, { method: 'POST', body, ...init }).then(
            (answer) => answer.type,
            (error: Error) => error.name,
          )
        return [
          await ask({ headers: { 'Content-Type': 'application/json' } }),
          await ask({ headers: { 'Content-Type': 'text/plain' } }),
          await ask({ headers: { 'Content-Type': 'text/plain' }, mode: 'no-cors' }),
        ]
      },
      [
        `${edge}/v1/sessions`,
        { token: stolen.token, session_key: stolen.session_key },
        resources.rentals,
      ] as const,
    )
    // Opaque: it was sent, and refused for its origin; nothing of the answer can be read.
    expect(answers).toEqual(['TypeError', 'TypeError', 'opaque'])
    await page.context().close()
  })

  test('that overlays the dashboard sees neither its clicks nor its keys', async () => {
    const { page, inner } = await openDashboard()
    await page.evaluate(() => {
      const heard: string[] = []
      Object.assign(window, { heard })
      const cover = document.body.appendChild(document.createElement('div'))
      Object.assign(cover.style, { position: 'fixed', inset: '0', pointerEvents: 'none' })
      for (const target of [window, document, cover]) {
        for (const type of ['click', 'pointerdown', 'pointermove', 'keydown', 'input', 'copy', 'wheel']) {
          target.addEventListener(type, (event) => heard.push(event.type), true)
        }
      }
    })
    await inner.evaluate(() => {
      const field = document.body.appendChild(document.createElement('input'))
      Object.assign(field.style, { position: 'fixed', top: '0', left: '0' })
    })
    const field = inner.locator('input').last()
    await field.click()
    await page.keyboard.type('north')
    expect(await field.inputValue()).toBe('north')
    expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
    await page.context().close()
  })

  test('that swaps the resource while a session opens gets what the value allows, and no more', async () => {
    const { token } = await issue({ resources: [resources.rentals] })
    const page = await host.open(tag(`token="${token}"`), loose)
    const error = nextEvent(page, 'biuwer-error')
    await page.evaluate((foreign) => {
      document.querySelector('biuwer-embed')?.setAttribute('resource-id', foreign)
    }, resources.revenue)
    expect(await error).toMatchObject({ code: 'resource_not_allowed' })
    expect(biuwerFrames(page)).toHaveLength(0)
    await page.context().close()
  })

  test('races with another page for a single-use value: one of them opens', async () => {
    const { token } = await issue({ refresh: 'single-use' })
    const pages = await Promise.all([host.open(''), host.open(''), host.open('')])
    const outcomes = await Promise.all(
      pages.map((page) =>
        page.evaluate(
          ([resource, token]) => {
            const embed = document.createElement('biuwer-embed')
            embed.setAttribute('resource-id', resource)
            embed.setAttribute('token', token)
            const over = new Promise<string>((resolve) => {
              embed.addEventListener('biuwer-ready', () => resolve('ready'))
              embed.addEventListener('biuwer-error', (event) => resolve(Reflect.get(event, 'code')))
            })
            document.body.append(embed)
            return over
          },
          [resources.rentals, token] as const,
        ),
      ),
    )
    expect(outcomes.sort()).toEqual(['ready', 'token_spent', 'token_spent'])
    await Promise.all(pages.map((page) => page.context().close()))
  })
})

describe('a look-alike', () => {
  /** Appends a tag whose value is `token`; resolves when it is ready, with what `meanwhile` left behind. */
  const openBeside = async (meanwhile: () => void) => {
    const { token } = await issue()
    const page = await host.open('', loose)
    await page.evaluate(meanwhile)
    await page.evaluate(
      ([resource, token]) => {
        const embed = document.createElement('biuwer-embed')
        Object.assign(embed, { resourceId: resource, token })
        document.body.append(embed)
      },
      [resources.rentals, token] as const,
    )
    await page.locator('biuwer-embed:state(ready)').waitFor()
    return page
  }

  test('of the frame is not answered: its hello comes from another window and origin', async () => {
    const page = await openBeside(() => {})
    const state = await page.evaluate(async () => {
      window.postMessage({ type: 'biuwer-embed:hello' }, '*')
      await new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'last' && resolve(undefined))
        window.postMessage('last', '*')
      })
      return Reflect.get(document.querySelector('biuwer-embed') ?? {}, 'state')
    })
    expect(state).toBe('ready')
    await page.context().close()
  })

  test("of the frame, on the edge's very origin, does not come between the tag and its frame", async () => {
    const page = await openBeside(() => {})
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => data?.type === 'biuwer-embed:hello' && resolve(undefined))
          document.body.appendChild(document.createElement('iframe')).src = url
        }),
      `${edge}/v1/frame`,
    )
    const { token } = await issue()
    const renewed = nextEvent(page, 'biuwer-renewed')
    await page.evaluate((token) => {
      Object.assign(document.querySelector('biuwer-embed') ?? {}, { token })
    }, token)
    await renewed
    await page.context().close()
  })

  test('of the tag, in another window of the host, is not listened to, even if it comes first', async () => {
    const page = await openBeside(() => {
      const heard: string[] = []
      Object.assign(window, { heard })
      const other = document.body.appendChild(document.createElement('iframe')).contentWindow
      const post: (...args: unknown[]) => void = Reflect.construct(Reflect.get(other ?? {}, 'Function'), [
        'frame',
        'port',
        'frame.postMessage({ type: "biuwer-embed:port" }, "*", [port])',
      ])
      addEventListener('message', ({ data, source }) => {
        if (data?.type !== 'biuwer-embed:hello') return
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = (event) => heard.push(JSON.stringify(event.data))
        post(source, port2)
        port1.postMessage({ type: 'open', order: 1, token: 'x', session_key: 'y', resource: 'z', title: '' })
      })
    })
    expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
    await page.context().close()
  })

  test('of the edge, put into the very frame of the tag, is told nothing', async () => {
    third.html = `<!doctype html><title>Third</title><script>
      addEventListener('message', ({ ports: [port], data }) => {
        if (port) port.onmessage = ({ data }) => fetch('/heard-on-port')
        if (data?.type === 'biuwer-embed:port') fetch('/heard')
      })
      parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
      parent.postMessage('said', '*')
    </script>`
    third.asked.length = 0
    const page = await openBeside(() => {})
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data }) => data === 'said' && resolve(undefined))
          const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')
          if (frame?.contentWindow) frame.contentWindow.location.href = url
        }),
      `${third.origin}/look-alike`,
    )
    // One more way there and back: what the tag had sent would have come before it.
    const frame = page.frames().find((each) => each.url().startsWith(third.origin))
    await frame?.evaluate(() => fetch('/last'))
    expect(third.asked).toEqual(['/look-alike', '/last'])
    await page.context().close()
  })

  test('of the edge, beside the tag, is told nothing', async () => {
    third.html = `<!doctype html><title>Third</title><script>
      addEventListener('message', ({ ports }) => fetch(ports.length ? '/heard' : '/last'))
      parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
      parent.postMessage('said', '*')
    </script>`
    third.asked.length = 0
    const page = await openBeside(() => {})
    await page.evaluate(
      (url) =>
        new Promise((resolve) => {
          addEventListener('message', ({ data, source }) => {
            if (data !== 'said') return
            source?.postMessage('last', { targetOrigin: '*' })
            resolve(undefined)
          })
          document.body.appendChild(document.createElement('iframe')).src = url
        }),
      `${third.origin}/look-alike`,
    )
    await expect.poll(() => third.asked).toContain('/last')
    expect(third.asked).toEqual(['/look-alike', '/last'])
    await page.context().close()
  })

  test("of the frame's reports, as window messages, moves the tag in nothing", async () => {
    const page = await openBeside(() => {})
    const heard = await page.evaluate(async () => {
      const events: string[] = []
      for (const type of ['ready', 'error', 'expiring', 'expired', 'renewed'])
        document.addEventListener(`biuwer-${type}`, (event) => events.push(event.type))
      const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')
      for (const order of [0, 1, 2]) {
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
          dispatchEvent(new MessageEvent('message', { data, source: frame?.contentWindow ?? null }))
        }
      }
      await new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'last' && resolve(undefined))
        window.postMessage('last', '*')
      })
      return [...events, Reflect.get(document.querySelector('biuwer-embed') ?? {}, 'state')]
    })
    expect(heard).toEqual(['ready'])
    await page.context().close()
  })
})

describe('another site', () => {
  test('that frames the host does not show the dashboard in it', async () => {
    const { token } = await issue()
    const allowed = await host.open(tag(`token="${token}"`), loose)
    await biuwerFrame(allowed, 'Film rentals')
    third.html = `<!doctype html><title>Third</title><iframe src="${HOST}/"></iframe>`
    const page = await allowed.context().newPage()
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
    await page.goto(third.origin)
    expect((await refused).text()).toContain(edge)
    const inHost = page.frames().find((frame) => frame.url() === `${HOST}/`)
    await inHost?.locator('biuwer-embed:state(connecting), biuwer-embed:state(error)').waitFor()
    expect(biuwerFrames(page)).toHaveLength(0)
    await page.context().close()
  })

  test("that opens the host in another tab can not reach the tag's frame, nor speak to it", async () => {
    const { token } = await issue()
    await (await host.open(tag(`token="${token}"`), loose)).context().close()
    third.html = '<!doctype html><title>Third</title>'
    const visitor = await host.visitor()
    const page = await visitor.newPage()
    await page.goto(third.origin)
    const popup = visitor.waitForEvent('page')
    await page.evaluate((url) => Object.assign(window, { other: window.open(url) }), `${HOST}/`)
    const victim = await popup
    await biuwerFrame(victim, 'Film rentals')
    const tried = await page.evaluate(() => {
      const other = Reflect.get(window, 'other') as Window
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => Object.assign(window, { heard: data })
      other.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
      other.postMessage({ type: 'biuwer-embed:hello' }, '*')
      const read = (key: string | number) => {
        try {
          return String(Reflect.get(other, key))
        } catch (error) {
          return (error as Error).name
        }
      }
      return [other.length, read(0), read('document'), read('customElements')]
    })
    expect(tried).toEqual([0, 'SecurityError', 'SecurityError', 'SecurityError'])
    await victim.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
    expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toBeUndefined()
    expect(await victim.locator('biuwer-embed:state(ready)').count()).toBe(1)
    await visitor.close()
  })

  test("that opens the edge's frame as a window opens nothing with a stolen token and session key", async () => {
    const { page: robbed, stolen } = await overheard()
    await robbed.context().close()
    third.html = '<!doctype html><title>Third</title>'
    const visitor = await host.visitor()
    const page = await visitor.newPage()
    await page.goto(third.origin)
    const popup = visitor.waitForEvent('page')
    await page.evaluate((url) => Object.assign(window, { other: window.open(url) }), `${edge}/v1/frame`)
    const frame = await popup
    await frame.waitForLoadState()
    const report = await page.evaluate(
      ([stolen, resource]) => {
        const other = Reflect.get(window, 'other') as Window
        const { port1, port2 } = new MessageChannel()
        other.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
        const answer = new Promise<MessageEvent>((resolve) => {
          port1.onmessage = resolve
        })
        port1.postMessage({ ...stolen, type: 'open', order: 1, resource, title: '', ended: '' })
        return answer.then(({ data }) => data)
      },
      [stolen, resources.rentals] as const,
    )
    expect(report).toMatchObject({ type: 'refused', code: 'origin_not_allowed' })
    expect(frame.frames()).toHaveLength(1)
    await visitor.close()
  })

  test('that frames the edge itself, with what it stole, shows nothing', async () => {
    const { page: robbed, stolen } = await overheard()
    await robbed.context().close()
    third.html = `<!doctype html><title>Third</title><iframe src="${edge}/v1/frame"></iframe><script>
      const { port1, port2 } = new MessageChannel()
      port1.postMessage(${JSON.stringify({ ...stolen, type: 'open', order: 1, resource: resources.rentals, title: '' })})
      document.querySelector('iframe').onload = ({ target }) => {
        target.contentWindow.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
        document.title = 'Sent'
      }
    </script>`
    const visitor = await host.visitor()
    const page = await visitor.newPage()
    const asked: string[] = []
    visitor.on('request', (request) => asked.push(new URL(request.url()).pathname))
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'))
    await page.goto(third.origin)
    await refused
    await page.waitForFunction(() => document.title === 'Sent')
    await page.evaluate(() => fetch('/last'))
    expect(asked).toEqual(['/', '/v1/frame', '/last'])
    expect(biuwerFrames(page)).toHaveLength(0)
    await visitor.close()
  })
})

test("another tab of the host's own origin finds nothing where tabs share", async () => {
  const { page } = await openDashboard()
  const other = await host.open('', { visitor: page.context(), ...loose })
  const shared = await other.evaluate(async () => ({
    local: { ...localStorage },
    cookie: document.cookie,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    locks: (await navigator.locks.query()).held?.length,
  }))
  expect(shared).toEqual({ local: {}, cookie: '', databases: 0, caches: 0, workers: 0, locks: 0 })
  expect(await page.context().cookies()).toEqual([])
  await page.context().close()
})
