import { describe, expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { BiuwerErrorEvent } from '../../../widget/events.ts'
import type { Tab } from '../engine.ts'
import {
  biuwerToken,
  engineName,
  issue,
  ONE_SITE,
  open,
  prepareCore,
  RESOURCE,
  type Sites,
  THREE_SITES,
  UNGUARDED,
} from './core.ts'

prepareCore()

/** Whether this engine gives a page handles on what stands in a frame of another site. */
const isExposed = (sites: Sites) => engineName === 'firefox' && sites === THREE_SITES

/**
 * Puts a tag into the page, with a thief beside it that looks for the frame's child windows all the time, takes each one to
 * `about:blank` after `delay` milliseconds and reads its name. Gives how the tag ended, and all that the thief read.
 */
async function openBesideThief(tab: Tab, token: string, delay: number) {
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
      // The thief goes on for as long as a page takes to be replaced. Where it has seen a window and read nothing, it strikes
      // again: on a busy machine the window may have been on its way to another page.
      for (
        let strikes = 0;
        strikes === 0 || (strikes < 4 && taken.size > 0 && names.length === 0);
        strikes++
      ) {
        if (strikes > 0) taken.clear()
        await new Promise((resolve) => setTimeout(resolve, 600))
      }
      clearInterval(striking)
      return { outcome, names }
    },
    { resource: RESOURCE, token, delay },
  )
}

describe.each([
  ['on one site', ONE_SITE],
  ['on three sites', THREE_SITES],
])('%s', (_, sites) => {
  test.each([0, 30, 200])(
    'a script that strikes after %i ms reads nothing of Biuwer’s, and an exposed frame opens no session',
    async (delay) => {
      const tab = await open(sites)
      const { outcome, names } = await openBesideThief(tab, (await issue()).token, delay)
      expect(names.filter((name) => name.includes(biuwerToken))).toEqual([])
      expect(outcome).toBe(isExposed(sites) ? 'frame_exposed' : 'ready')
    },
  )

  test('the edge’s own document decides, where a page speaks to it without the tag', async () => {
    const tab = await open(sites, '', { script: false })
    const { token } = await issue()
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
      { edge: sites.edge, resource: RESOURCE, token },
    )
    expect(report).toBe(isExposed(sites) ? 'frame_exposed' : 'opened')
  })
})

test('a token that was refused for an exposed frame is not spent', async () => {
  const { token } = await issue()
  const first = await openBesideThief(await open(THREE_SITES), token, 0)
  expect(first.outcome).toBe(isExposed(THREE_SITES) ? 'frame_exposed' : 'ready')
  const { outcome } = await openBesideThief(await open(ONE_SITE), token, 0)
  expect(outcome).toBe(isExposed(THREE_SITES) ? 'ready' : 'token_spent')
})

test('an edge that allows exposed frames opens there, and in Firefox the script then reads the token', async () => {
  const { token } = await issue({}, 'unguarded')
  const { outcome, names } = await openBesideThief(await open(UNGUARDED), token, 100)
  expect(outcome).toBe('ready')
  expect(names.some((name) => name.includes(biuwerToken))).toBe(engineName === 'firefox')
})
