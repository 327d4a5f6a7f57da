import type { JSHandle, Page, Request } from 'playwright'
import { RESOURCES } from '../demo/biuwer/resources.ts'
import type { Site, Stage } from './stage.ts'

/**
 * What a page embeds: a bare iframe, as in Biuwer's manual integration, or the tag with either source of tokens. An edge that
 * markup names is believed once its frame has said hello, and by the tag of the npm package alone.
 */
export type Kind = 'bare iframe' | 'tag' | 'tag, token-url' | 'tag, token-url, edge in markup'

/** `from` is the moment before the embeds were appended, in milliseconds since the epoch; `shown` waits for all. */
export type Embeds = JSHandle<{ from: number; shown: Promise<unknown> }>

export interface Content {
  kind: Kind
  /** How many embeds; default 1. */
  count?: number
  /** Whether the edge is on the site of the host page. */
  ownEdge?: boolean
  /** Whether the page has the tag of the npm package, not the edge's. */
  packaged?: boolean
}

export interface Ask {
  /** Milliseconds since the epoch when the browser asked for Biuwer's page, and when its first byte came. */
  asked: number
  answered: number
}

/** Appends the embeds to the page: each with another resource than the one before, all with the same token. */
export function embed(
  page: Page,
  stage: Stage,
  site: Site,
  { kind, count = 1, ownEdge = false }: Content,
): Promise<Embeds> {
  const edge = ownEdge ? site.ownEdge : stage.edge
  const { share, token, biuwerToken } = stage
  const known = Object.values(RESOURCES)
  const resources = Array.from({ length: count }, (_, at) => known[at % known.length] as string)
  return page.evaluateHandle(
    ({ kind, resources, edge, share, token, biuwerToken }) => {
      const bare = (resource: string): HTMLElement =>
        Object.assign(document.createElement('iframe'), {
          name: `${resource}:${biuwerToken}`,
          src: share,
          style: 'display: block; width: 100%; height: 600px; border: 0',
        })
      const tag = (resourceId: string): HTMLElement => {
        const made = document.createElement('biuwer-embed')
        if (kind === 'tag, token-url, edge in markup') made.setAttribute('edge', edge)
        return Object.assign(made, { resourceId, edge }, kind === 'tag' ? { token } : { tokenUrl: '/token' })
      }
      const [make, event] =
        kind === 'bare iframe' ? ([bare, 'load'] as const) : ([tag, 'biuwer-ready'] as const)
      const elements = resources.map(make)
      const shown = Promise.all(
        elements.map((element) => new Promise((resolve) => element.addEventListener(event, resolve))),
      )
      const from = performance.timeOrigin + performance.now()
      document.body.append(...elements)
      return { from, shown }
    },
    { kind, resources, edge, share, token, biuwerToken },
  )
}

/** Waits for `count` requests for Biuwer's page and returns the last of them. */
export async function lastAsk(page: Page, share: string, count = 1): Promise<Ask> {
  const requests: Request[] = []
  await page.waitForEvent('request', (request) => request.url() === share && requests.push(request) === count)
  const asks = requests.map(async (request) => {
    await (await request.response())?.finished()
    const { startTime, responseStart } = request.timing()
    return { asked: startTime, answered: startTime + responseStart }
  })
  const each = await Promise.all(asks)
  return {
    asked: Math.max(...each.map(({ asked }) => asked)),
    answered: Math.max(...each.map(({ answered }) => answered)),
  }
}

/** Waits until every change is painted and the page is idle. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
    await new Promise<unknown>((resolve) => requestIdleCallback(resolve))
  })
}
