/**
 * Measures the milliseconds from the moment a page has the tag until the browser asks for Biuwer's page, and until its
 * first byte, with round trips of 50 ms to every server, relative to a bare iframe in the same run: `npm run bench`.
 */
import { type Ask, type Content, embed, lastAsk } from './embeds.ts'
import { circumstances, report, spread } from './report.ts'
import { startStage } from './stage.ts'

const ROUND_TRIP_MS = 50
const RUNS = 5

const CASES = {
  'bare iframe': { kind: 'bare iframe' },
  tag: { kind: 'tag' },
  'tag, `token-url`': { kind: 'tag, token-url' },
  'npm package, `token-url`': { kind: 'tag, token-url', packaged: true },
  'npm package, `token-url`, edge in markup': { kind: 'tag, token-url, edge in markup', packaged: true },
  "tag, edge of the page's site": { kind: 'tag', ownEdge: true },
  'five bare iframes': { kind: 'bare iframe', count: 5 },
  'five tags': { kind: 'tag', count: 5 },
} as const satisfies Record<string, Content>
type Name = keyof typeof CASES
const NAMES = Object.keys(CASES) as Name[]
const VISITS = ['first', 'second'] as const

const stage = await startStage()
stage.pages.set('/', '<script type="module" src="/tag.js"></script><body>')
stage.pages.set('/packaged', '<script type="module" src="/npm.js"></script><body>')
for (const link of Object.values(stage.links)) link.setRoundTrip(ROUND_TRIP_MS)

/** A first and a second visit to a new site. The tag's script is loaded before, so its loading is not measured. */
async function visits(content: Content): Promise<Ask[]> {
  const site = stage.newSite()
  const page = await stage.browser.newPage()
  const took: Ask[] = []
  for (const _ of VISITS) {
    await page.goto(`${site.host}/${content.packaged ? 'packaged' : ''}`)
    await page.evaluate(() => customElements.whenDefined('biuwer-embed'))
    const asking = lastAsk(page, stage.share, content.count)
    const embeds = await embed(page, stage, site, content)
    const from = await embeds.evaluate(({ from }) => from)
    const { asked, answered } = await asking
    took.push({ asked: asked - from, answered: answered - from })
    await embeds.evaluate(({ shown }) => shown)
  }
  await page.close()
  return took
}

const runs: Record<Name, Ask[]>[] = []
for (let run = 0; run < RUNS; run++) {
  const took: [Name, Ask[]][] = []
  for (const name of NAMES) took.push([name, await visits(CASES[name])])
  runs.push(Object.fromEntries(took) as Record<Name, Ask[]>)
}
await stage.stop()

const rows = VISITS.flatMap((visit, at) =>
  NAMES.map((name) => {
    const columns = (['asked', 'answered'] as const).flatMap((moment) => {
      const timesOf = (name: Name) => runs.map((run) => run[name][at]?.[moment] ?? Number.NaN)
      const bare = timesOf('count' in CASES[name] ? 'five bare iframes' : 'bare iframe')
      const times = timesOf(name)
      const ratios = times.map((time, run) => time / (bare[run] ?? Number.NaN))
      return [spread(times, 0), spread(ratios, 1)]
    })
    return `| ${visit} | ${name} | ${columns.join(' | ')} |`
  }),
)
report('time to Biuwer', [
  `${circumstances()}; ${ROUND_TRIP_MS} ms there and back; ${RUNS} runs, medians (lowest–highest).`,
  '',
  '| visit | in the page | asked for, ms | to bare | first byte, ms | to bare |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
])
