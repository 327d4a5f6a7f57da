import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { issue } from '../edge-api.ts'
import { biuwerFrames, LOOSE_POLICY, nextEvent, tagWith } from '../host.ts'
import { test } from './fixtures.ts'

const { edge, resources } = inject('stack')

/** Runs in the host page with the frame's window; what it returns is what a thief would have. */
const attack = (page: Page, script: (frame: Window, site: string) => unknown, site = '') =>
  page.evaluate(
    ([source, site]) => {
      const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')?.contentWindow
      return new Function(`return (${source})`)()(frame, site)
    },
    [script.toString(), site] as const,
  )

test("a host script does not reach Biuwer's page through `frames`", async ({ openLoose }) => {
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
})

test('a host script that takes the frame to about:blank finds no name and no child window there', async ({
  openLoose,
}) => {
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
})

test("a host script can not find Biuwer's page by guessing its name, nor take it elsewhere", async ({
  openLoose,
  stranger,
}) => {
  const page = await openLoose()
  const found = await attack(
    page,
    (frame, origin) => {
      const opened = frame.open?.call(window, `${origin}/named`, 'film-rentals-page')
      return opened === frame
    },
    stranger.origin,
  ).catch(() => false)
  expect(found).toBe(false)
  expect(biuwerFrames(page)).toHaveLength(1)
})

test('a host script can not make the frame talk to it instead of the tag', async ({ openLoose }) => {
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
})

test('a host script finds neither token nor session key in anything that the element leads to', async ({
  openOverheard,
}) => {
  const { page, stolen } = await openOverheard()
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
})

test('a host script can not redeem the token that it overheard: the edge answers its own frame alone', async ({
  openOverheard,
}) => {
  const { page, stolen } = await openOverheard()
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
})

test('a host script that covers the dashboard sees neither its clicks nor its keys', async ({
  openDashboard,
}) => {
  const { page, biuwerPage } = await openDashboard()
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
  await biuwerPage.evaluate(() => {
    const field = document.body.appendChild(document.createElement('input'))
    Object.assign(field.style, { position: 'fixed', top: '0', left: '0' })
  })
  const field = biuwerPage.locator('input').last()
  await field.click()
  await page.keyboard.type('north')
  expect(await field.inputValue()).toBe('north')
  expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
})

test('a host script that swaps the resource while a session opens gets what the token allows, and no more', async ({
  host,
}) => {
  const { token } = await issue({ resources: [resources.rentals] })
  const page = await host.open(tagWith(token), { policy: LOOSE_POLICY })
  const error = nextEvent(page, 'biuwer-error')
  await page.evaluate((foreign) => {
    document.querySelector('biuwer-embed')?.setAttribute('resource-id', foreign)
  }, resources.revenue)
  expect(await error).toMatchObject({ code: 'resource_not_allowed' })
  expect(biuwerFrames(page)).toHaveLength(0)
})

test('of three pages that race for a single-use token one opens the dashboard', async ({ host }) => {
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
})
