/**
 * Measures how long the tasks hold the main thread of a page that gets a hundred tags at once, beside as many bare iframes in the
 * same run: `npm run bench`.
 */
import { type Content, embed, settled } from './embeds.ts'
import { circumstances, report, spread } from './report.ts'
import { startStage } from './stage.ts'

const ROUND_TRIP_MS = 50
const RUNS = 3
/** What Chromium calls a long task. */
const LONG_MS = 50

const CASES: Record<string, Content> = {
  'hundred bare iframes': { kind: 'bare iframe', count: 100 },
  'hundred tags': { kind: 'tag', count: 100 },
}

/** A task as Chromium's trace has it; durations are in microseconds. */
interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  /** CPU time of the thread. */
  tdur?: number
}

interface Held {
  /** CPU time of the longest task, in milliseconds, and how long it took by the clock. */
  cpu: number
  clock: number
  /** How many tasks took more than `LONG_MS` of CPU. */
  long: number
}

const stage = await startStage()
stage.pages.set('/', '<body><h1>Orders</h1>')
for (const link of Object.values(stage.links)) link.setRoundTrip(ROUND_TRIP_MS)

/** What the tasks take from the appending of the embeds until all are shown. */
async function held(content: Content): Promise<Held> {
  const site = stage.newSite()
  const page = await stage.browser.newPage()
  await page.goto(`${site.host}/`)
  await page.addScriptTag({ type: 'module', url: '/tag.js' })
  await settled(page)
  const tools = await stage.browser.newCDPSession(page)
  const events: TraceEvent[] = []
  tools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  const ended = new Promise((resolve) => tools.once('Tracing.tracingComplete', resolve))
  await tools.send('Tracing.start', { categories: 'devtools.timeline,disabled-by-default-devtools.timeline' })
  // Tells which of the browser's threads is the page's.
  await page.evaluate(() => console.timeStamp('page'))
  const embeds = await embed(page, stage, site, content)
  await embeds.evaluate(({ shown }) => shown)
  await settled(page)
  await tools.send('Tracing.end')
  await ended
  await page.close()
  const own = events.find(({ name }) => name === 'TimeStamp')
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === own?.pid && tid === own.tid,
  )
  const longest = (of: 'dur' | 'tdur') => Math.max(...tasks.map((task) => (task[of] ?? Number.NaN) / 1000))
  return {
    cpu: longest('tdur'),
    clock: longest('dur'),
    long: tasks.filter(({ tdur = Number.NaN }) => tdur > 1000 * LONG_MS).length,
  }
}

const measured = new Map<string, Held[]>()
for (let run = 0; run < RUNS; run++)
  for (const [name, content] of Object.entries(CASES))
    measured.set(name, [...(measured.get(name) ?? []), await held(content)])
await stage.stop()

const [bare = []] = measured.values()
const rows = [...measured].map(([name, runs]) => {
  const ratios = runs.map(({ cpu }, run) => cpu / (bare[run]?.cpu ?? Number.NaN))
  const [cpu, clock, long] = (['cpu', 'clock', 'long'] as const).map((part) =>
    spread(
      runs.map((run) => run[part]),
      0,
    ),
  )
  return `| ${name} | ${cpu} | ${spread(ratios, 2)} | ${long} | ${clock} |`
})
report('many tags', [
  `${circumstances()}; ${ROUND_TRIP_MS} ms there and back; ${RUNS} runs, medians (lowest–highest).`,
  '',
  `| in the page | longest task, ms of CPU | to bare | tasks of more than ${LONG_MS} ms of CPU | longest task, ms by the clock |`,
  '| --- | --- | --- | --- | --- |',
  ...rows,
])
