/**
 * Measures the CPU time of the host page's main thread, from loading the tag's script until Biuwer's page is shown,
 * relative to a bare iframe in the same run: `npm run bench`.
 */
import { type Content, embed, settled } from './embeds.ts'
import { circumstances, report, spread } from './report.ts'
import { startStage } from './stage.ts'

const ROUND_TRIP_MS = 50
const RUNS = 5
/** How long an empty page is watched, in milliseconds: about as long as a tag takes. */
const IDLE_MS = 600

const stage = await startStage()
stage.pages.set('/', '<body><h1>Orders</h1>')
for (const link of Object.values(stage.links)) link.setRoundTrip(ROUND_TRIP_MS)

const CASES: Record<string, Content | null> = {
  'empty page': null,
  'bare iframe': { kind: 'bare iframe' },
  tag: { kind: 'tag' },
  "tag, edge of the page's site": { kind: 'tag', ownEdge: true },
  'five bare iframes': { kind: 'bare iframe', count: 5 },
  'five tags': { kind: 'tag', count: 5 },
  "five tags, edge of the page's site": { kind: 'tag', count: 5, ownEdge: true },
}

interface Cost {
  /** Milliseconds of CPU. */
  all: number
  script: number
  layout: number
  /** How many tasks held the thread for more than 50 ms. */
  long: number
}

/** The cost from an empty page until everything is shown and the thread is idle. */
async function cost(content: Content | null): Promise<Cost> {
  const site = stage.newSite()
  const page = await stage.browser.newPage()
  await page.goto(`${site.host}/`)
  await settled(page)
  const tools = await stage.browser.newCDPSession(page)
  await tools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const measure = async () => {
    const { metrics } = await tools.send('Performance.getMetrics')
    const ms = (name: string) => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN)
    return {
      all: ms('TaskDuration'),
      script: ms('ScriptDuration'),
      layout: ms('LayoutDuration') + ms('RecalcStyleDuration'),
    }
  }
  const tasks = await page.evaluateHandle(() => {
    const seen: PerformanceEntry[] = []
    new PerformanceObserver((list) => seen.push(...list.getEntries())).observe({ type: 'longtask' })
    return seen
  })
  const before = await measure()
  if (content) {
    if (content.kind !== 'bare iframe') await page.evaluate(loadTag)
    const embeds = await embed(page, stage, site, content)
    await embeds.evaluate(({ shown }) => shown)
  } else {
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), IDLE_MS)
  }
  await settled(page)
  const after = await measure()
  const long = await tasks.evaluate(({ length }) => length)
  await page.close()
  return {
    all: after.all - before.all,
    script: after.script - before.script,
    layout: after.layout - before.layout,
    long,
  }
}

/** Loads the tag's script without Playwright's `addScriptTag`, whose own work would be measured too. */
function loadTag(): void {
  document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: '/tag.js' }))
}

const measured = new Map<string, Cost[]>()
for (let run = 0; run < RUNS; run++)
  for (const [name, content] of Object.entries(CASES))
    measured.set(name, [...(measured.get(name) ?? []), await cost(content)])
await stage.stop()

const rows = [...measured].map(([name, costs]) => {
  const bare = measured.get(CASES[name]?.count ? 'five bare iframes' : 'bare iframe') ?? []
  const ratios = costs.map(({ all }, run) => all / (bare[run]?.all ?? Number.NaN))
  const [all, script, layout] = (['all', 'script', 'layout'] as const).map((part) =>
    spread(
      costs.map((cost) => cost[part]),
      1,
    ),
  )
  const long = costs.reduce((sum, cost) => sum + cost.long, 0)
  return `| ${name} | ${all} | ${spread(ratios, 1)} | ${script} | ${layout} | ${long} |`
})
report('main thread', [
  `${circumstances()}; ${ROUND_TRIP_MS} ms there and back; ${RUNS} runs, medians (lowest–highest).`,
  '',
  '| in the page | CPU, ms | to bare | of it scripts | styles and layout | long tasks, all runs |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
])
