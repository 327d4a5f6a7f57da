import type { JSHandle, Page, Request } from 'playwright'
import { RESOURCES } from '../demo/biuwer/resources.ts'
import type { Site, Stage } from './stage.ts'

/** What a page puts in: Biuwer's page bare, as Biuwer's manual integration has it, or the tag with its source. */
export type Kind = 'bare iframe' | 'tag' | 'tag, token-url'

/** `from` is the moment before they were appended, in milliseconds since the epoch. */
export type Embeds = JSHandle<{ from: number; shown: Promise<unknown> }>

export interface Content {
  kind: Kind
  /** By default one. */
  count?: number
  /** Whether the edge is of the page's own site. */
  ownEdge?: boolean
}

export interface Ask {
  /** Milliseconds since the epoch when the browser asked for Biuwer's page, and when its first byte came. */
  asked: number
  answered: number
}

/** Appends them to the page, each of a resource of its own, and all of one value. */
export function embed(
  page: Page,
  stage: Stage,
  site: Site,
  { kind, count = 1, ownEdge = false }: Content,
): Promise<Embeds> {
  const edge = ownEdge ? site.ownEdge : stage.edge
  const { share, token, biuwerToken } = stage
  const resources = Object.values(RESOURCES).slice(0, count)
  return page.evaluateHandle(
    ({ kind, resources, edge, share, token, biuwerToken }) => {
      const bare = (resource: string): HTMLElement =>
        Object.assign(document.createElement('iframe'), {
          name: `${resource}:${biuwerToken}`,
          src: share,
          style: 'display: block; width: 100%; height: 600px; border: 0',
        })
      const tag = (resourceId: string): HTMLElement =>
        Object.assign(
          document.createElement('biuwer-embed'),
          { resourceId, edge },
          kind === 'tag' ? { token } : { tokenUrl: '/value' },
        )
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

/** The last of as many requests for Biuwer's page, made after this is called. */
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

/** Once what has changed is painted and nothing waits. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
    await new Promise<unknown>((resolve) => requestIdleCallback(resolve))
  })
}
