import { expect } from 'vitest'
import type { BiuwerErrorEvent } from '../../../widget/events.ts'
import type { Tab } from '../engine.ts'
import { biuwerToken, engineName, issue, leave, ONE_SITE, open, RESOURCE, THREE_SITES } from './core.ts'

/** A browser keeps six connections to a server, and each page of Biuwer's has one of its own. */
const TAGS = 5
/** Milliseconds between a thief and the next one of its round. */
const STEP = 40

/**
 * Opens tags, with a thief for each that takes every window it finds in the tag's frame to `about:blank`, each thief at
 * another moment, the earliest `first` ms after it found the window, and reads all names. Gives how the tags ended, and the
 * names.
 */
function strike(tab: Tab, token: string, first: number): Promise<{ outcomes: string[]; names: string[] }> {
  return tab.evaluate(
    async ({ resourceId, token, size, first, step }) => {
      await customElements.whenDefined('biuwer-embed')
      const names: string[] = []
      const taken = new Set<Window>()
      const tags = Array.from({ length: size }, () => document.createElement('biuwer-embed'))
      const look = () => {
        for (const [nth, tag] of tags.entries()) {
          const frame = tag.shadowRoot?.querySelector('iframe')?.contentWindow
          for (let at = 0; frame && at < frame.length; at++) {
            const inner = frame[at] as Window
            try {
              if (inner.location.href === 'about:blank' && inner.name) names.push(inner.name)
            } catch (error) {
              if (!(error instanceof DOMException)) throw error
            }
            if (taken.has(inner)) continue
            taken.add(inner)
            setTimeout(
              () => {
                inner.location.href = 'about:blank'
              },
              first + nth * step,
            )
          }
        }
      }
      const looking = setInterval(look, 0)
      const settled = tags.map(
        (tag) =>
          new Promise<string>((resolve) => {
            tag.addEventListener('biuwer-ready', () => resolve('ready'))
            tag.addEventListener('biuwer-error', (event) => resolve((event as BiuwerErrorEvent).code))
          }),
      )
      for (const tag of tags) document.body.append(Object.assign(tag, { resourceId, token }))
      const outcomes = await Promise.all(settled)
      // The last of the thieves waits as long, and a page takes a while to be replaced.
      await new Promise((resolve) => setTimeout(resolve, 300))
      clearInterval(looking)
      for (const tag of tags) tag.remove()
      return { outcomes, names }
    },
    { resourceId: RESOURCE, token, size: TAGS, first, step: STEP },
  )
}

/** Strikes on one site and on three, in as many rounds as there are first moments, and sees that nothing was read. */
export async function expectNothingRead(firstMoments: number[]): Promise<void> {
  for (const sites of [ONE_SITE, THREE_SITES]) {
    const tab = await open(sites)
    const { token } = await issue({ refresh: 'none' })
    const expected = engineName === 'firefox' && sites === THREE_SITES ? 'frame_exposed' : 'ready'
    for (const first of firstMoments) {
      const { outcomes, names } = await strike(tab, token, first)
      expect(names.filter((name) => name.includes(biuwerToken))).toEqual([])
      expect(outcomes).toEqual(Array(TAGS).fill(expected))
    }
    await leave(tab)
  }
}
