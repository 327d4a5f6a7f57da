/**
 * Measures how much a page with text below the tag moves while the tag connects or fails, as the sum of Chromium's
 * layout shifts: `npm run bench`.
 */
import { RESOURCES } from '../demo/biuwer/resources.ts'
import { settled } from './embeds.ts'
import { circumstances, report } from './report.ts'
import { startStage } from './stage.ts'

const ROUND_TRIP_MS = 50
const RUNS = 3

const stage = await startStage()
for (const link of Object.values(stage.links)) link.setRoundTrip(ROUND_TRIP_MS)

const { edge, share, token, biuwerToken } = stage
const iframe = `<iframe name="${RESOURCES.rentals}:${biuwerToken}" src="${share}" style="display: block; height: 600px"></iframe>`
const tag = (token: string) =>
  `<biuwer-embed resource-id="${RESOURCES.rentals}" edge="${edge}" token="${token}"></biuwer-embed>`
/** The style with which a page keeps the tag's place free until its script is loaded. */
const kept = '<style>biuwer-embed:not(:defined) { display: block; height: 600px }</style>'

const text = '<p>Ten orders were sent today, and two came back.</p>'.repeat(20)

/** What the page embeds, and the event after which nothing moves any more; null: the page's own load event. */
const CASES = {
  'bare iframe': [iframe, null],
  'tag: connecting, ready': [kept + tag(token), 'biuwer-ready'],
  'tag: connecting, error': [kept + tag('forged'), 'biuwer-error'],
  'tag whose place the page does not keep': [tag(token), 'biuwer-ready'],
} as const

/** The layout shift of a page that is painted before it gets the tag's script. */
async function shift(body: string, end: string | null): Promise<number> {
  stage.pages.set('/', `<body><h1>Orders</h1>${body}${text}`)
  const page = await stage.browser.newPage()
  await page.goto(`${stage.newSite().host}/`)
  await settled(page)
  const watch = await page.evaluateHandle((end) => {
    const shifts: number[] = []
    new PerformanceObserver((list) => {
      const entries = list.getEntries() as (PerformanceEntry & { value: number })[]
      shifts.push(...entries.map(({ value }) => value))
    }).observe({ type: 'layout-shift', buffered: true })
    const ended = end && new Promise((resolve) => document.addEventListener(end, resolve))
    return { shifts, ended }
  }, end)
  if (end) await page.addScriptTag({ url: '/tag.js', type: 'module' })
  await watch.evaluate(({ ended }) => ended)
  await settled(page)
  const sum = await watch.evaluate(({ shifts }) => shifts.reduce((sum, value) => sum + value, 0))
  await page.close()
  return sum
}

const rows: string[] = []
for (const [name, [body, end]] of Object.entries(CASES)) {
  const sums: number[] = []
  for (let run = 0; run < RUNS; run++) sums.push(await shift(body, end))
  rows.push(`| ${name} | ${Math.max(...sums).toFixed(3)} |`)
}
await stage.stop()

report('layout shift', [
  `${circumstances()}; the largest of ${RUNS} runs.`,
  '',
  '| in the page | layout shift |',
  '| --- | --- |',
  ...rows,
])
