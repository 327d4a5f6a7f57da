/**
 * Round trips to the edge until the browser asks for Biuwer's page: `npm run bench`. A bare iframe asks at
 * once, so these are what the tag adds. The slope of the time over the latency of the way to the edge, in
 * Chromium; a new connection counts as two.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { RESOURCES } from '../demo/biuwer/resources.ts'
import { startBiuwer } from '../demo/biuwer/serve.ts'
import { startEdge } from '../demo/edge.ts'
import { listen } from '../demo/listening.ts'
import { freePort, loopbackAddresses } from '../demo/ports.ts'
import { asDotenv, makeSecrets } from '../demo/secrets.ts'
import { CHROMIUM } from '../test/chromium.ts'
import { circumstances, median, report } from './report.ts'
import { slowLink } from './slow-link.ts'

const ROUND_TRIPS_MS = [0, 100, 200]
const REPEATS = 3

const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-bench-'))
const edgePort = await freePort(28787)
const hostPort = await freePort(28788, [edgePort])
const biuwerPort = await freePort(28789, [edgePort, hostPort])
const { edge: settings, host } = makeSecrets()
writeFileSync(join(folder, 'edge.env'), asDotenv(settings), { mode: 0o600 })
const biuwer = await startBiuwer({
  port: biuwerPort,
  users: [{ store: 'Store 1', token: host.DEMO_BIUWER_TOKEN_STORE_1 }],
})
const edge = await startEdge({
  port: edgePort,
  persistTo: join(folder, 'state'),
  envFile: join(folder, 'edge.env'),
  vars: { BIUWER_INSTANCE: biuwer.origin, ALLOWED_ORIGINS: `http://localhost:${hostPort}` },
})

async function manage(method: string, path: string, body: unknown): Promise<{ token: string }> {
  const headers = { Authorization: `Bearer ${host.DEMO_ADMIN_KEY}`, 'Content-Type': 'application/json' }
  const answer = await fetch(`${edge.origin}${path}`, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}`)
  return (await answer.json()) as { token: string }
}
await manage('PUT', '/v1/users/store-1', { biuwer_token: host.DEMO_BIUWER_TOKEN_STORE_1 })
const { token } = await manage('POST', '/v1/tokens', { user: 'store-1' })

// The tag comes from the page's own side: its loading is no part of what is measured.
const page = `<!doctype html><script type="module" src="/tag.js"></script><body>`
const tag = await (await fetch(`${edge.origin}/biuwer-embed.js`)).text()
const listening = await listen(
  ({ url }) =>
    url.endsWith('/tag.js')
      ? new Response(tag, { headers: { 'Content-Type': 'text/javascript' } })
      : new Response(page, { headers: { 'Content-Type': 'text/html' } }),
  hostPort,
  loopbackAddresses(),
)
const link = await slowLink(edgePort)
const browser = await chromium.launch({
  ...CHROMIUM,
  args: [...CHROMIUM.args, `--host-resolver-rules=MAP localhost:${edgePort} 127.0.0.1:${link.port}`],
})

const WAYS = ['first visit', 'frame made before the value', 'second visit'] as const
type Way = (typeof WAYS)[number]

/** Milliseconds from the moment the value is known until Biuwer's page is asked for. */
async function once(way: Way, roundTrip: number): Promise<number> {
  const visitor = await browser.newContext()
  const opened = await visitor.newPage()
  const share = `${biuwer.origin}/share`
  const visit = async (begin: () => Promise<number>) => {
    const asking = opened.waitForRequest((request) => request.url() === share)
    const from = await begin()
    const asked = await asking
    await (await asked.response())?.finished()
    const { startTime, requestStart } = asked.timing()
    return startTime + requestStart - from
  }
  const open = (kind: Way) =>
    opened.evaluate(
      async ([early, edge, resourceId, token]) => {
        const tag = Object.assign(document.createElement('biuwer-embed'), { resourceId, edge })
        const now = () => performance.timeOrigin + performance.now()
        if (!early) {
          const from = now()
          document.body.append(Object.assign(tag, { token }))
          return from
        }
        let give: (value: string) => void = () => {}
        const tokenProvider = () =>
          new Promise((resolve) => {
            give = resolve
          })
        document.body.append(Object.assign(tag, { tokenProvider }))
        await new Promise((resolve) => setTimeout(resolve, 3000))
        const from = now()
        give(token)
        return from
      },
      [kind === 'frame made before the value', edge.origin, RESOURCES.rentals, token] as const,
    )
  link.setRoundTrip(roundTrip)
  await opened.goto(`http://localhost:${hostPort}/`)
  await opened.evaluate(() => customElements.whenDefined('biuwer-embed'))
  if (way === 'second visit') {
    await visit(() => open('first visit'))
    await opened.goto(`http://localhost:${hostPort}/`)
    await opened.evaluate(() => customElements.whenDefined('biuwer-embed'))
  }
  const ms = await visit(() => open(way))
  await visitor.close()
  return ms
}

const rows: string[] = []
for (const way of WAYS) {
  const times: number[] = []
  for (const roundTrip of ROUND_TRIPS_MS) {
    const runs: number[] = []
    for (let run = 0; run < REPEATS; run++) runs.push(await once(way, roundTrip))
    times.push(median(runs))
  }
  const [none = 0, , far = 0] = times
  const slope = (far - none) / (ROUND_TRIPS_MS.at(-1) ?? 1)
  const at = times.map((time) => `${time.toFixed(0)}`).join(', ')
  rows.push(`| ${way} | ${slope.toFixed(1)} | ${at} |`)
}

report('round trips', [
  `${circumstances()}.`,
  '',
  `| visit | round trips | milliseconds at ${ROUND_TRIPS_MS.join(', ')} ms of latency |`,
  '| --- | --- | --- |',
  ...rows,
])

await browser.close()
await Promise.all([link.stop(), listening.stop(), edge.stop(), biuwer.stop()])
rmSync(folder, { recursive: true, force: true })
