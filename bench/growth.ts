/**
 * Measures the edge with 10, 10,000 and 1,000,000 users with a token record each, and with as many spends in one object of the
 * spent-set: `npm run bench`.
 */
import { admin, claimsOf, clientOf, edgeOptions, freshOpenings, opening, sign, signingHost } from './edge.ts'
import { type Load, type Request, requestsPerSecond } from './load.ts'
import { circumstances, median, report } from './report.ts'
import { startWorkers } from './workerd.ts'

const SIZES = [10, 10_000, 1_000_000]
const BATCH = 10_000
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2)
const FRESH = 4_000
const CALLS = 15
const STARTS = 5

const { origins, stop } = await startWorkers({ bare: {}, grown: edgeOptions })
const edge = origins.grown

async function bench<Answer>(path: string): Promise<Answer> {
  const answer = await fetch(`${edge}/bench/${path}`)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}

async function fill(path: string, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += BATCH)
    await bench(`${path}${path.includes('?') ? '&' : '?'}from=${at}&to=${Math.min(to, at + BATCH)}`)
}

const rows = new Map<string, string[]>()
function note(name: string, figure: string): void {
  rows.set(name, [...(rows.get(name) ?? []), figure])
}

const post = (requests: Request[], status: number, once = false): Load => ({
  origin: edge,
  method: 'POST',
  requests,
  once,
  status,
})

/** The rate of each case relative to the bare handler's in the same round. */
async function ratios(cases: Record<string, () => Promise<Load> | Load>): Promise<void> {
  const measured = new Map<string, number[]>()
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = await requestsPerSecond(
      {
        origin: origins.bare,
        method: 'POST',
        requests: [{ path: '/', body: '{}' }],
        once: false,
        status: 200,
      },
      SECONDS,
    )
    for (const [name, prepare] of Object.entries(cases)) {
      const ratio = (await requestsPerSecond(await prepare(), SECONDS)) / bare
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), ratio])
    }
  }
  for (const [name, ratios] of measured)
    note(
      name,
      `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)})`,
    )
}

async function milliseconds(call: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await call()
  return performance.now() - from
}

async function noteMilliseconds(name: string, call: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let time = 0; time < CALLS; time++) times.push(await milliseconds(call))
  note(name, `${median(times).toFixed(1)} ms`)
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

const client = clientOf(edge)
const { users, tokens, audit } = client
await users.link('store-0', { biuwer_token: 'biuwer-token-of-store-0' })
const host = await signingHost(edge, 'ES256', false)
let filled = 0
for (const size of SIZES) {
  await fill('fill', filled, size)
  filled = size
  // This record is made after the others, so that reading it touches more than the newest page of the database.
  const like = await tokens.create({ user: 'store-0' })
  const claims = claimsOf(like.token)
  const ids = await bench<string[]>(`sample?to=${Math.min(size, 2000)}`)
  const records = await Promise.all(ids.map((id) => tokens.get(id)))
  const open = records.filter(({ status }) => status === 'active')
  const openings = await Promise.all(
    open.map(async ({ id, user, generation }) =>
      opening(edge, await sign({ ...claims, gen: generation, user, sub: id, jti: `${id}.1.1.0` })),
    ),
  )
  const unleased = openings.map((request) => ({
    ...request,
    headers: { ...request.headers, 'x-forgetful': '1' },
  }))
  const hostSigned = [opening(edge, await host.sign({ sub: 'store-0' }))]
  const hostSignedForAll = await Promise.all(
    records.map(async ({ user }) => {
      const request = opening(edge, await host.sign({ sub: user }))
      return { ...request, headers: { ...request.headers, 'x-forgetful': '1' } }
    }),
  )
  await ratios({
    'host-signed opening, leases at hand': () => post(hostSigned, 201),
    'host-signed opening, registry asked twice': () => post(hostSignedForAll, 201),
    'opening, lease at hand': () => post([opening(edge, like.token)], 201),
    'opening, registry asked': () => post(unleased, 201),
    refresh: () =>
      post(
        open.map(({ id }) => ({ path: `/v1/tokens/${id}/refresh`, headers: admin, body: '{}' })),
        200,
      ),
  })
  const list = (filter: Parameters<typeof tokens.page>[0]) => tokens.page({ limit: 50, ...filter })
  const [half] = (await tokens.page({ text: `report ${size / 2}` })).items
  const middle = Buffer.from(`i1:${half?.id}`).toString('base64url')
  await noteMilliseconds('list: first page', () => list({}))
  await noteMilliseconds('list: page in the middle, by cursor', () => list({ cursor: middle }))
  await noteMilliseconds('list: a user', () => list({ user: 'store-0' }))
  await noteMilliseconds('list: pending', () => list({ status: 'pending' }))
  await noteMilliseconds('list: expired', () => list({ status: 'expired' }))
  await noteMilliseconds('list: revoked', () => list({ status: 'revoked' }))
  await noteMilliseconds('list: a text that one record holds', () => list({ text: `report ${size - 1}` }))
  await noteMilliseconds('list: a text that all hold', () => list({ text: 'report' }))
  await noteMilliseconds('list: such a text in the middle', () => list({ text: 'report', cursor: middle }))
  await noteMilliseconds('audit: a record', () => audit.page({ target: ids[0] ?? '' }))
  await noteMilliseconds('users: first page', () => users.page({ limit: 50 }))

  const starts: number[] = []
  const counts: number[] = []
  const warm: number[] = []
  for (let start = 0; start < STARTS; start++) {
    await fetch(`${edge}/bench/end`)
    starts.push(await milliseconds(() => tokens.get(ids[0] ?? '')))
    warm.push(await milliseconds(() => tokens.get(ids[0] ?? '')))
    counts.push(await milliseconds(() => client.statistics()))
  }
  note('count all, once a minute', `${median(counts).toFixed(1)} ms`)
  note('registry: first call after its start', `${median(starts).toFixed(1)} ms`)
  note('registry: second call', `${median(warm).toFixed(1)} ms`)
  note('registry: storage', megabytes(await bench<number>('size')))
}

const singleUse = await tokens.create({
  user: 'store-0',
  refresh: 'single-use',
  single_use_ttl: 86_400,
})
const bucket = Math.floor((claimsOf(singleUse.token).exp as number) / 900)
const objects = Array.from({ length: 8 }, (_, shard) => `${bucket}:${shard}`)
// The first spends create the tables of the objects, which is not part of the measurement.
for (const request of await freshOpenings(edge, singleUse.token, 64))
  await fetch(`${edge}${request.path}`, {
    method: 'POST',
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: request.body ?? '',
  })
filled = 0
for (const size of SIZES) {
  for (const object of objects) await fill(`spent/fill?object=${object}`, filled / 8, size / 8)
  filled = size
  await ratios({
    'single-use opening': async () => post(await freshOpenings(edge, singleUse.token, FRESH), 201, true),
  })
  const sizes = await Promise.all(objects.map((object) => bench<number>(`spent/size?object=${object}`)))
  note('spent-set: storage of the bucket', megabytes(sizes.reduce((sum, bytes) => sum + bytes, 0)))
}
const clearing: number[] = []
for (const object of objects) clearing.push(await milliseconds(() => bench(`spent/clear?object=${object}`)))
await stop()

report('growth', [
  `${circumstances()}; ${ROUNDS} rounds of ${SECONDS} s, medians (lowest–highest) of ratios to a bare handler; medians of ${CALLS} calls.`,
  '',
  `| | ${SIZES.map((size) => size.toLocaleString('en')).join(' | ')} |`,
  '| --- | --- | --- | --- |',
  ...[...rows].map(([name, figures]) => `| ${name} | ${figures.join(' | ')} |`),
  '',
  `Clearing an object of the spent-set that holds ${(SIZES.at(-1) ?? 0) / 8} spends takes ${median(clearing).toFixed(0)} ms.`,
])
