import { readFileSync } from 'node:fs'
import { describe, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import {
  ARRANGEMENTS,
  biuwer,
  biuwerToken,
  edgeLog,
  issue,
  OTHER_RESOURCE,
  open,
  otherBiuwerToken,
  prepareCore,
  RESOURCE,
} from './core.ts'
import { openings, overhear } from './overhear.ts'

prepareCore()

/** Keeps all that the tag's events say. A host page would have it as its first script. */
const KEEP_EVENTS = `<script>
  window.said = []
  for (const type of ['ready', 'error', 'expiring', 'expired', 'renewed'])
    document.addEventListener('biuwer-' + type, (event) => {
      for (const key in event) said.push(type + ' ' + key + ' ' + event[key] + ' ' + safe(event[key]))
    })
  function safe(value) {
    try { return JSON.stringify(value) } catch { return '' }
  }
</script>`

/** Everything that a script of the page can read, by where it stands. */
function readable(tab: Tab): Promise<Record<string, string>> {
  return tab.evaluate(async () => {
    const attributes: string[] = []
    const frames: string[] = []
    const windows: string[] = []
    const visited = new Set<unknown>()
    const strings: string[] = []

    const readElements = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        for (const { name, value } of element.attributes) attributes.push(`${name}=${value}`)
        if (element instanceof HTMLIFrameElement && element.contentWindow)
          readWindow(element.contentWindow, element.className || 'frame')
        if (element.shadowRoot) readElements(element.shadowRoot)
      }
    }
    const readWindow = (window: Window, path: string) => {
      frames.push(path)
      const look = (what: string, read: () => unknown) => {
        try {
          windows.push(`${path}.${what}=${read()}`)
        } catch (error) {
          // What another origin forbids is no error of the test.
          if (!(error instanceof DOMException)) throw error
        }
      }
      look('name', () => window.name)
      look('href', () => window.location.href)
      look('text', () => window.document.documentElement.outerHTML)
      for (let at = 0; at < window.length; at++) readWindow(window[at] as Window, `${path}[${at}]`)
    }
    /** Follows all properties and getters, wherever they lead. */
    const follow = (from: unknown) => {
      const waiting = [from]
      while (waiting.length > 0) {
        const value = waiting.pop()
        if (typeof value === 'string') strings.push(value)
        if (value === null || !/object|function/.test(typeof value) || visited.has(value)) continue
        visited.add(value)
        try {
          if (value instanceof Map || value instanceof Set) waiting.push(...[...value.entries()].flat())
          for (let at: object | null = value as object; at; at = Object.getPrototypeOf(at))
            for (const key of Reflect.ownKeys(at)) {
              try {
                waiting.push(Reflect.get(at, key, value))
              } catch {
                // A getter that is not for this object, or a window of another origin.
              }
            }
        } catch (error) {
          if (!(error instanceof DOMException)) throw error
        }
      }
    }

    readElements(document)
    for (const tag of document.querySelectorAll('biuwer-embed'))
      attributes.push(`${(tag as BiuwerEmbedElement).token} ${JSON.stringify(Reflect.get(tag, 'error'))}`)
    readWindow(window, 'page')
    follow(window)
    follow(customElements.get('biuwer-embed'))
    for (const tag of document.querySelectorAll('biuwer-embed')) follow(tag)
    const databases = await indexedDB.databases()
    return {
      'the DOM': `${attributes.join('\n')}\n${document.documentElement.outerHTML}`,
      'the frames': windows.join('\n'),
      'what objects lead to': strings.join('\n'),
      storage: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, databases]),
      'timings and state': JSON.stringify([performance.getEntries(), history.state, name, location.href]),
      'the events': (window as unknown as { said: string[] }).said.join('\n'),
      // Not a secret's place, but what shows that the search was one.
      windows: frames.join(' '),
      objects: `${visited.size}`,
    }
  })
}

describe.each(ARRANGEMENTS)('%s', (_, sites) => {
  test('no secret is in an address, a Referer, the page, its storage, its events or the console', async () => {
    const exchanges = await overhear()
    const asked: string[] = []
    const record = (of: string, url = '', headers: object = {}) =>
      asked.push(`${of} ${url} ${JSON.stringify(headers)}`)
    biuwer.answerInstead = ({ url, headers }) => {
      record('Biuwer', url, headers)
      return false
    }
    const { token: inAttribute } = await issue()
    const { token: fromBackend } = await issue()
    const { token: byScript } = await issue()
    const { token: ofAnother } = await issue({ resources: [OTHER_RESOURCE] })
    const body = `${KEEP_EVENTS}<biuwer-embed resource-id="${RESOURCE}" token="${inAttribute}"></biuwer-embed>
      <biuwer-embed resource-id="${RESOURCE}" token-url="token"></biuwer-embed>`
    const tab = await open(sites, body, {
      answer({ url, headers }, response) {
        record('the host', url, headers)
        response.writeHead(200, { 'Content-Type': 'application/json' })
        response.end(JSON.stringify({ token: fromBackend }))
      },
    })
    const stateOf = (at: number, state: string) =>
      tab.until(
        `tag ${at} in the state ${state}`,
        ({ at, state }) =>
          (document.querySelectorAll('biuwer-embed')[at] as BiuwerEmbedElement)?.state === state,
        { at, state },
      )
    await stateOf(0, 'ready')
    await stateOf(1, 'ready')
    await tab.evaluate(
      async ({ byScript, ofAnother, resourceId }) => {
        const [first] = document.querySelectorAll('biuwer-embed')
        const renewed = new Promise((resolve) => first?.addEventListener('biuwer-renewed', resolve))
        Object.assign(first ?? {}, { token: byScript })
        await renewed
        document.body.append(
          Object.assign(document.createElement('biuwer-embed'), { resourceId, token: ofAnother }),
        )
      },
      { byScript, ofAnother, resourceId: RESOURCE },
    )
    await stateOf(2, 'error')

    for (const { path, headers } of exchanges) {
      const { authorization: _, ...others } = headers
      record('the edge', path, others)
    }
    const { windows, objects, ...places } = await readable(tab)
    const opened = openings(exchanges)
    const secrets = [
      ...[inAttribute, fromBackend, byScript, ofAnother, biuwerToken, otherBiuwerToken],
      ...[inject('core').adminKey, ...opened.flatMap((each) => Object.values(each))],
    ]
    const searched: Record<string, string> = {
      ...places,
      'what was asked': asked.join('\n'),
      'the log of the edge': readFileSync(edgeLog, 'utf8'),
      'the console': tab.console()?.join('\n') ?? '',
    }
    // The end of a token, its signature, would do for whoever has the rest.
    const leaks = Object.entries(searched).filter(([, text]) =>
      secrets.some((secret) => text.includes(secret.slice(-20))),
    )
    expect(leaks.map(([place]) => place)).toEqual([])

    // Where the machine is so slow that a session is not checked in time, the tag opens it again.
    expect(new Set(opened.map(({ token }) => token))).toEqual(new Set([inAttribute, fromBackend, byScript]))
    expect(windows).toBe('frame frame page')
    expect(Number(objects)).toBeGreaterThan(1000)
    expect(searched['the events']).toContain('renewed')
    expect(searched['the events']).toContain('error')
    expect(searched['the log of the edge']).toContain('/v1/sessions')
    const referers = new Set(
      asked.map((each) => `${each.split(' ')[0]} ${/"referer":"([^"]*)"/.exec(each)?.[1]}`),
    )
    expect([...referers].filter((each) => each.startsWith('Biuwer'))).toEqual([`Biuwer ${sites.edge}/`])
  })

  test("Biuwer's page gets its secret by its name, and sees the edge alone as Referer", async () => {
    const { token } = await issue()
    await open(sites, `<biuwer-embed resource-id="${RESOURCE}" token="${token}"></biuwer-embed>`)
    const page = await biuwer.page()
    expect(
      await page.evaluate(() => [window.name, document.referrer, location.search + location.hash]),
    ).toEqual([`${RESOURCE}:${biuwerToken}`, `${sites.edge}/`, ''])
  })
})
