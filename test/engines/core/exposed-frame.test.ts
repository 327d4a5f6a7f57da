import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { BiuwerErrorEvent } from '../../../widget/events.ts'
import type { Engine, Tab, Visitor } from '../engine.ts'
import { launch } from '../launch.ts'
import { type Arrangement, arrange } from './arrangement.ts'

const name = inject('engine')
const SITES = ['sameSite', 'otherSite'] as const
/** Whether this engine gives a page handles on what stands in a frame of another site. */
const isExposed = (site: (typeof SITES)[number]) => name === 'firefox' && site === 'otherSite'

let engine: Engine
let guarded: Arrangement
let unguarded: Arrangement

/** A page with the tag of the edge that its address names, and, under `/alone`, a page without anything of ours. */
const page = (path: string) => {
  const script = `<script type="module" src="${path.slice(1)}/biuwer-embed.js"></script>`
  return `<!doctype html><title>Host</title>${path === '/alone' ? '' : script}<body></body>`
}

beforeAll(async () => {
  guarded = await arrange(page)
  unguarded = await arrange(page, 'allow')
  engine = await launch(name)
})
afterAll(async () => {
  await engine.stop()
  await unguarded.stop()
  await guarded.stop()
})

async function visit(path: string, { host }: Arrangement = guarded): Promise<{ visitor: Visitor; tab: Tab }> {
  const visitor = await engine.visitor()
  return { visitor, tab: await visitor.open(`${host.origin}/${path}`) }
}

/**
 * Puts a tag into the page, with a thief beside it that looks for the frame's child windows all the time, takes each one to
 * `about:blank` after `delay` milliseconds and reads its name. Gives how the tag ended, and all that the thief read.
 */
async function openBesideThief(tab: Tab, resource: string, token: string, delay: number) {
  return tab.evaluate(
    async ({ resource, token, delay }) => {
      await customElements.whenDefined('biuwer-embed')
      const tag = document.createElement('biuwer-embed') as BiuwerEmbedElement
      const names: string[] = []
      const taken = new Set<Window>()
      const read = (window: Window) => {
        try {
          if (window.location.href === 'about:blank' && window.name) names.push(window.name)
        } catch (error) {
          if (!(error instanceof DOMException)) throw error
        }
      }
      const strike = () => {
        const frame = tag.shadowRoot?.querySelector('iframe')?.contentWindow
        for (let at = 0; frame && at < frame.length; at++) {
          const window = frame[at]
          if (!window) continue
          read(window)
          if (taken.has(window)) continue
          taken.add(window)
          setTimeout(() => {
            window.location.href = 'about:blank'
          }, delay)
        }
      }
      const striking = setInterval(strike, 1)
      const ended = new Promise<string>((resolve) => {
        tag.addEventListener('biuwer-ready', () => resolve('ready'))
        tag.addEventListener('biuwer-error', (event) => resolve((event as BiuwerErrorEvent).code))
      })
      Object.assign(tag, { resourceId: resource, token })
      document.body.append(tag)
      const outcome = await ended
      // The thief goes on for as long as a page takes to be replaced.
      await new Promise((resolve) => setTimeout(resolve, 600))
      clearInterval(striking)
      return { outcome, names, handles: taken.size }
    },
    { resource, token, delay },
  )
}

describe.each(SITES)('with an edge of the kind %s', (site) => {
  test.each([0, 30, 200])(
    'a script that strikes after %i ms reads nothing of Biuwer’s, and an exposed frame opens no session',
    async (delay) => {
      const { visitor, tab } = await visit(guarded.edge[site])
      const token = await guarded.issue()
      const { outcome, names } = await openBesideThief(tab, guarded.resource, token, delay)
      expect(names.filter((name) => name.includes(guarded.biuwerToken))).toEqual([])
      expect(outcome).toBe(isExposed(site) ? 'frame_exposed' : 'ready')
      await visitor.close()
    },
  )

  test('the edge’s own document decides, where a page speaks to it without the tag', async () => {
    const { visitor, tab } = await visit('alone')
    const token = await guarded.issue()
    const report = await tab.evaluate(
      async ({ edge, resource, token }) => {
        const frame = document.createElement('iframe')
        const hello = new Promise((resolve) => addEventListener('message', resolve, { once: true }))
        // As in the tag: a page of the edge's own process lists no frame of a shadow tree.
        document.body.attachShadow({ mode: 'open' }).append(frame)
        frame.src = `${edge}/v1/frame`
        await hello
        const { port1, port2 } = new MessageChannel()
        const answer = new Promise<MessageEvent>((resolve) => {
          port1.onmessage = resolve
        })
        frame.contentWindow?.postMessage({ type: 'biuwer-embed:port' }, edge, [port2])
        const session_key = 'k'.repeat(32)
        port1.postMessage({ type: 'open', order: 1, token, session_key, resource, title: '' })
        const { type, code } = (await answer).data
        return code ?? type
      },
      { edge: guarded.edge[site], resource: guarded.resource, token },
    )
    expect(report).toBe(isExposed(site) ? 'frame_exposed' : 'opened')
    await visitor.close()
  })
})

test('a token that was refused for an exposed frame is not spent', async () => {
  const token = await guarded.issue()
  const { visitor, tab } = await visit(guarded.edge.otherSite)
  const first = await openBesideThief(tab, guarded.resource, token, 0)
  expect(first.outcome).toBe(isExposed('otherSite') ? 'frame_exposed' : 'ready')
  await visitor.close()
  const other = await visit(guarded.edge.sameSite)
  const { outcome } = await openBesideThief(other.tab, guarded.resource, token, 0)
  expect(outcome).toBe(isExposed('otherSite') ? 'ready' : 'token_spent')
  await other.visitor.close()
})

test('an edge that allows exposed frames opens there, and in Firefox the script then reads the token', async () => {
  const { visitor, tab } = await visit(unguarded.edge.otherSite, unguarded)
  const token = await unguarded.issue()
  const { outcome, names } = await openBesideThief(tab, unguarded.resource, token, 100)
  expect(outcome).toBe('ready')
  expect(names.some((name) => name.includes(unguarded.biuwerToken))).toBe(name === 'firefox')
  await visitor.close()
})
