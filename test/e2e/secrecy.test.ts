import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { listen } from '../../demo/listening.ts'
import { freePort } from '../../demo/ports.ts'
import { admin, issue, linkStores } from './edge-api.ts'
import { biuwerFrame, biuwerFrames, HOST, Host, nextEvent } from './host.ts'

const { edge, biuwer, adminKey, biuwerTokens, edgeLog, resources } = inject('stack')
const tag = (attributes: string) =>
  `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`

let host: Host
/** A site that is neither host, edge nor Biuwer, and what it was asked for. */
let third: { origin: string; asked: string[]; stop(): Promise<void> }

beforeAll(async () => {
  await linkStores()
  host = await Host.start()
  const port = await freePort(18950)
  const asked: string[] = []
  const app = new Hono().all('*', (c) => {
    asked.push(c.req.path)
    return c.html('<!doctype html><title>Third</title>')
  })
  const { stop } = await listen(app.fetch, port, ['127.0.0.1'])
  third = { origin: `http://127.0.0.1:${port}`, asked, stop }
})

afterAll(async () => {
  await host.stop()
  await third.stop()
})

async function openDashboard(): Promise<{ page: Page; token: string }> {
  const { token } = await issue({ refresh: 'single-use' })
  const page = await host.open(tag(`token="${token}"`))
  await biuwerFrame(page, 'Film rentals')
  return { page, token }
}

test('no secret is in a URL, a header, the DOM, storage, a console line, an event or the log', async () => {
  const written: string[] = []
  const visitor = await host.visitor()
  visitor.on('console', (message) => written.push(message.text()))
  visitor.on('weberror', (error) => written.push(String(error.error())))
  const requests: Promise<void>[] = []
  const note = async (request: import('playwright').Request) => {
    const { authorization, ...headers } = await request.allHeaders()
    written.push(request.url(), JSON.stringify(headers))
  }
  visitor.on('requestfinished', (request) => void requests.push(note(request)))

  const { id } = await issue({ refresh: 'single-use' })
  const given: string[] = []
  host.giveToken = async () => {
    const { token } = await admin('POST', `/v1/tokens/${id}/refresh`)
    given.push(token)
    return token
  }
  const { token: inAttribute } = await issue({ refresh: 'single-use' })
  const page = await host.open('', { visitor })
  await page.evaluate(
    ([resource, token]) => {
      const seen: string[] = []
      Object.assign(window, { seen })
      for (const type of ['ready', 'error', 'expiring', 'expired', 'renewed']) {
        document.addEventListener(`biuwer-${type}`, (event) => {
          const own = Object.entries(event).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
          seen.push(event.type, ...own)
        })
      }
      const embeds = [document.createElement('biuwer-embed'), document.createElement('biuwer-embed')]
      for (const embed of embeds) embed.setAttribute('resource-id', resource)
      embeds[0]?.setAttribute('token', token)
      embeds[1]?.setAttribute('token-url', '/token')
      document.body.append(...embeds)
    },
    [resources.rentals, inAttribute] as const,
  )
  await page.waitForFunction(() => document.querySelectorAll('biuwer-embed:state(ready)').length === 2)
  const refused = await host.open(tag(`token="${inAttribute}"`), { visitor })
  await refused.locator('biuwer-embed:state(error)').waitFor()

  for (const shown of [page, refused]) {
    written.push(
      await shown.evaluate(() => {
        const deep = (root: Document | ShadowRoot | Element): string =>
          [...root.querySelectorAll('*')]
            .map((element) => {
              const attributes = [...element.attributes]
                .map(({ name, value }) => `${name}=${value}`)
                .join(' ')
              return attributes + (element.shadowRoot ? deep(element.shadowRoot) : '')
            })
            .join('\n')
        const names = [...document.querySelectorAll('biuwer-embed')].flatMap((embed) => [
          String(Reflect.get(embed, 'token')),
          JSON.stringify(Reflect.get(embed, 'error')),
          embed.shadowRoot?.querySelector('iframe')?.name,
        ])
        const performanceEntries = performance.getEntries().map((entry) => JSON.stringify(entry))
        const kept = JSON.stringify([
          { ...localStorage },
          { ...sessionStorage },
          document.cookie,
          window.name,
        ])
        const seen = (window as unknown as { seen?: string[] }).seen ?? []
        return [deep(document), ...names, ...performanceEntries, kept, ...seen].join('\n')
      }),
    )
  }
  await Promise.all(requests)
  const all = `${written.join('\n')}\n${readFileSync(edgeLog, 'utf8')}`

  expect(all).toContain('/v1/sessions')
  expect(all).toContain('biuwer-ready')
  expect(given).toHaveLength(1)
  for (const secret of [inAttribute, ...given, biuwerTokens.store1, biuwerTokens.store2, adminKey]) {
    expect(all.includes(secret)).toBe(false)
    // The signature alone would do for whoever has the rest.
    expect(all.includes(secret.slice(-20))).toBe(false)
  }
  await visitor.close()
})

describe("Biuwer's page", () => {
  test('gets its secret by its name, and sees the edge alone as Referer', async () => {
    const { page } = await openDashboard()
    const inner = biuwerFrames(page)[0]
    expect(await inner?.evaluate(() => window.name)).toBe(`${resources.rentals}:${biuwerTokens.store1}`)
    expect(await inner?.evaluate(() => document.referrer)).toBe(`${edge}/`)
    await page.context().close()
  })

  test('can not take itself, the frame or the host to another site', async () => {
    const { page } = await openDashboard()
    const inner = biuwerFrames(page)[0]
    const outer = inner?.parentFrame()
    if (!inner || !outer) throw new Error('the frames are not there')
    const refused = outer.evaluate(
      () =>
        new Promise((resolve) =>
          addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)),
        ),
    )
    await inner.evaluate((origin) => void setTimeout(() => location.assign(`${origin}/inner`)), third.origin)
    expect(await refused).toBe('frame-src')
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
    await nextEvent(page, 'biuwer-ready')
    expect(third.asked).toEqual([])
    expect(page.frames().some((frame) => frame.url().startsWith(third.origin))).toBe(false)
    await page.context().close()
  })
})

/** A page that lets its scripts do what they like. */
const loose = { policy: `script-src ${edge} 'unsafe-eval'; frame-src *` }

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
})
