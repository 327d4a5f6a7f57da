/**
 * Counts the round trips to the edge until the browser asks for Biuwer's page: `npm run bench`. A bare iframe asks at
 * once, so the tag adds all of them. The count is the slope of the time over the latency to the edge, in Chromium; a
 * new connection counts as two.
 */
import type { Page } from 'playwright'
import { RESOURCES } from '../demo/biuwer/resources.ts'
import { embed, lastAsk } from './embeds.ts'
import { circumstances, median, report } from './report.ts'
import { startStage } from './stage.ts'

const ROUND_TRIPS_MS = [0, 100, 200]
const RUNS = 3

const stage = await startStage()
stage.pages.set('/', '<script type="module" src="/tag.js"></script><body>')

const WAYS = ['first visit', 'frame made before the token', 'second visit'] as const
type Way = (typeof WAYS)[number]

/** Milliseconds from the moment the page has the token until the browser asks for Biuwer's page. */
async function once(way: Way, roundTrip: number): Promise<number> {
  stage.links.edge.setRoundTrip(roundTrip)
  const site = stage.newSite()
  const page = await stage.browser.newPage()
  const open = async (begin: () => Promise<number>) => {
    await page.goto(`${site.host}/`)
    await page.evaluate(() => customElements.whenDefined('biuwer-embed'))
    const asking = lastAsk(page, stage.share)
    const from = await begin()
    return (await asking).asked - from
  }
  const tag = async () => (await embed(page, stage, site, { kind: 'tag' })).evaluate(({ from }) => from)
  if (way === 'second visit') await open(tag)
  const ms = await open(way === 'frame made before the token' ? () => giveTokenLate(page) : tag)
  await page.close()
  return ms
}

/** Gives the tag its token once the frame is there. Returns when, in milliseconds since the epoch. */
function giveTokenLate(page: Page): Promise<number> {
  return page.evaluate(
    async ([edge, resourceId, token]) => {
      const connected = new Promise((resolve) => {
        new PerformanceObserver((list) => {
          if (list.getEntriesByName('biuwer:frame').length > 0) resolve(undefined)
        }).observe({ type: 'measure' })
      })
      let give: (token: string) => void = () => {}
      const tokenProvider = () =>
        new Promise<string>((resolve) => {
          give = resolve
        })
      const tag = document.createElement('biuwer-embed')
      document.body.append(Object.assign(tag, { resourceId, edge, tokenProvider }))
      await connected
      const from = performance.timeOrigin + performance.now()
      give(token)
      return from
    },
    [stage.edge, RESOURCES.rentals, stage.token] as const,
  )
}

const rows: string[] = []
for (const way of WAYS) {
  const times: number[] = []
  for (const roundTrip of ROUND_TRIPS_MS) {
    const runs: number[] = []
    for (let run = 0; run < RUNS; run++) runs.push(await once(way, roundTrip))
    times.push(median(runs))
  }
  const [none = 0, , far = 0] = times
  const slope = (far - none) / (ROUND_TRIPS_MS.at(-1) ?? 1)
  const at = times.map((time) => `${time.toFixed(0)}`).join(', ')
  rows.push(`| ${way} | ${slope.toFixed(1)} | ${at} |`)
}
await stage.stop()

report('round trips', [
  `${circumstances()}.`,
  '',
  `| visit | round trips | milliseconds at ${ROUND_TRIPS_MS.join(', ')} ms of latency |`,
  '| --- | --- | --- |',
  ...rows,
])
