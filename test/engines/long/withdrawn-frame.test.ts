import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import { ARRANGEMENTS, biuwer, engineName, heard, open, prepareCore } from '../core/core.ts'
import { openDashboard, tagOf } from '../core/dashboard.ts'
import { type Exchange, overhear } from '../core/overhear.ts'
import type { Tab } from '../engine.ts'
import { type NextEdge, startNextEdge } from './next-edge.ts'

prepareCore()

const former = inject('core').edgePorts.edge
let next: NextEdge

beforeAll(async () => {
  next = await startNextEdge()
})
afterAll(() => next.stop())

const isFrame = (path: string) => path.startsWith('/v1/frame')

/** What was asked of the edges that matters here, with what was answered. */
const asked = (exchanges: Exchange[]) =>
  exchanges
    .filter(({ path }) => isFrame(path) || path === '/v1/sessions')
    .map(({ path, status }) => (isFrame(path) ? 'frame' : status))

const events = (tab: Tab) => tab.evaluate(() => window.heard.map(({ type, code }) => code ?? type))

describe.each(ARRANGEMENTS)('%s', (_, sites) => {
  test('a frame document that the browser keeps reloads itself past the cache once it is withdrawn, and opens', async () => {
    const { tab: before } = await openDashboard(sites)
    await before.close()
    await biuwer.shown(0)
    const exchanges = await overhear(() => next.port)
    const tab = await open(sites, tagOf(await next.issue()))
    await heard(tab, 'biuwer-ready')
    expect(await events(tab)).toEqual(['biuwer-ready'])
    // Chromium alone has kept it: the edge lets Firefox keep none, and WebKit keeps none while it is driven.
    expect(asked(exchanges)).toEqual(engineName === 'chromium' ? [409, 'frame', 201] : ['frame', 201])
  })

  test('a withdrawn frame reloads itself when its session is renewed, and opens anew', async () => {
    const { tab } = await openDashboard(sites)
    // The session that runs is the former edge's.
    const exchanges = await overhear((path) => (path === '/v1/sessions/current' ? former : next.port))
    await tab.evaluate(
      (token) => {
        const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
        tag.token = token
      },
      await next.issue(),
    )
    await tab.until(
      'the second opening',
      () => window.heard.filter(({ type }) => type === 'biuwer-ready').length === 2,
    )
    expect(await events(tab)).toEqual(['biuwer-ready', 'biuwer-ready'])
    expect(asked(exchanges)).toEqual([409, 'frame', 201])
  })

  test('a frame that is withdrawn after its reload, too, says so, and opens on another try when the deployment is complete', async () => {
    let complete = false
    const exchanges = await overhear((path) => (isFrame(path) && !complete ? former : next.port))
    const tab = await open(sites, tagOf(await next.issue()))
    const { code, retryable, message } = await heard(tab, 'biuwer-error')
    expect({ code, retryable }).toEqual({ code: 'frame_withdrawn', retryable: true })
    expect(message).toContain('withdrawn')
    expect(asked(exchanges).filter((answered) => answered === 409)).toHaveLength(2)
    expect(biuwer.asked).toBe(0)
    complete = true
    await tab.evaluate(() => (document.querySelector('biuwer-embed') as BiuwerEmbedElement).reload())
    await heard(tab, 'biuwer-ready')
  })
})
