/**
 * Loads the worker for ten minutes with mixed work at half of its capacity, then above its capacity, then at half again:
 * `npm run soak`.
 */

import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'
import type { IssuedToken } from '../client/api-types.ts'
import { admin, clientOf, edgeOptions, freshOpenings, key, opening } from './edge.ts'
import type { Request } from './load.ts'
import { circumstances, median, report } from './report.ts'
import { startWorkers } from './workerd.ts'

const SOAK = Number(process.env.SOAK_SECONDS ?? 600)
const PROBE = 10
const OVERLOAD = 20
const RECOVERY = 10
const CONNECTIONS = 32
const RECORDS = 200
/** How many unspent tokens are kept ready: more than the load generator may ask for at once. */
const AT_HAND = 2_000
/** How many tokens are signed at once: few, because the load generator runs in this process too. */
const SIGNED_AT_ONCE = 50

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const { origins, memory, stored, stop } = await startWorkers({
  soak: {
    ...edgeOptions,
    bindings: { ...edgeOptions.bindings, REVOCATION_LEASE: '60' },
    ratelimits: { SESSION_LIMITER: { namespace_id: '1001', simple: { limit: 1000, period: 60 } } },
  },
})
const edge = origins.soak

const { users, tokens } = clientOf(edge)
await users.link('store-1', { biuwer_token: 'biuwer-token-of-store-1' })
const records: IssuedToken[] = []
while (records.length < RECORDS) records.push(await tokens.create({ user: 'store-1' }))
const singleUse = await tokens.create({
  user: 'store-1',
  refresh: 'single-use',
  single_use_ttl: 3600,
})
const [first] = records
const { path, headers = {}, body = '' } = opening(edge, first?.token)
const opened = await fetch(`${edge}${path}`, {
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/json' },
  body,
})
const { session_token } = (await opened.json()) as { session_token: string }
const forged = `${first?.token?.split('.').slice(0, 2).join('.')}.${'A'.repeat(43)}`

const any = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item

/** Openings with unspent tokens, signed ahead of their use, since signing is the host's work. */
const fresh: Request[] = []
async function keepFresh(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (fresh.length < AT_HAND) fresh.push(...(await freshOpenings(edge, singleUse.token, SIGNED_AT_ONCE)))
    await delay(5)
  }
}

interface Work extends Request {
  method: 'GET' | 'POST' | 'DELETE'
  kind: Kind
}
type Kind = keyof typeof MIX

/** The kinds of work: their share in percent and the expected status. Refusals stay below the rate limit. */
const MIX = {
  opening: { parts: 60, status: 201 },
  'single use': { parts: 12, status: 201 },
  check: { parts: 15, status: 200 },
  introspection: { parts: 5, status: 200 },
  refresh: { parts: 4, status: 200 },
  list: { parts: 2, status: 200 },
  creation: { parts: 2, status: 201 },
} as const
const kinds = (Object.keys(MIX) as Kind[]).flatMap((kind) => Array<Kind>(MIX[kind].parts).fill(kind))

function work(kind: Kind): Work {
  const record = any(records)
  switch (kind) {
    case 'opening':
      return { kind, method: 'POST', ...opening(edge, record.token) }
    case 'single use': {
      const next = fresh.pop()
      return next ? { kind, method: 'POST', ...next } : work('opening')
    }
    case 'check':
      return {
        kind,
        method: 'GET',
        path: '/v1/sessions/current',
        headers: { authorization: `Bearer ${session_token}` },
      }
    case 'introspection':
      return {
        kind,
        method: 'POST',
        path: '/oauth/introspect',
        headers: { ...admin, ...FORM },
        body: new URLSearchParams({ token: record.token ?? '' }).toString(),
      }
    case 'refresh':
      return { kind, method: 'POST', path: `/v1/tokens/${record.id}/refresh`, headers: admin, body: '{}' }
    case 'list':
      return { kind, method: 'GET', path: '/v1/tokens?limit=20', headers: admin }
    case 'creation':
      return {
        kind,
        method: 'POST',
        path: '/v1/tokens',
        headers: { ...admin, 'idempotency-key': key() },
        body: JSON.stringify({ user: 'store-1' }),
      }
  }
}

interface Run {
  /** Requests per second that were answered with the expected status. */
  rate: number
  answers: Map<string, number>
  done: Map<Kind, number>
  p50: number
  p99: number
  longest: number
  errors: number
}

/** Judges an answer: right, a refusal that says when to try again, or wrong. */
function judged(kind: Kind, status: number, headers: Record<string, string> | undefined): string {
  if (status === MIX[kind].status) return 'right'
  const again = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'retry-after')
  if ((status === 503 || status === 429) && again) return `${status} with Retry-After`
  return `wrong: ${kind} ${status}`
}

/** Runs the load for some seconds. `load.of` names the kinds of work; default: the mix. */
async function run(
  seconds: number,
  load: { connections: number; rate?: number; of?: readonly Kind[] },
): Promise<Run> {
  const answers = new Map<string, number>()
  const done = new Map<Kind, number>()
  const result = await autocannon({
    url: edge,
    connections: load.connections,
    duration: seconds,
    timeout: 60,
    // autocannon sends the requests of a second at once and then pauses. Its correction of latencies would count those
    // pauses as the edge's.
    ...(load.rate && { overallRate: load.rate, ignoreCoordinatedOmission: true }),
    requests: [
      {
        setupRequest: (request, context) => {
          const { kind, headers, ...rest } = work(any(load.of ?? kinds))
          Object.assign(context, { kind })
          return { ...request, ...rest, headers: { 'content-type': 'application/json', ...headers } }
        },
        onResponse: (status, _body, context, headers) => {
          const { kind } = context as { kind: Kind }
          const answer = judged(kind, status, headers as Record<string, string> | undefined)
          answers.set(answer, (answers.get(answer) ?? 0) + 1)
          if (answer === 'right') done.set(kind, (done.get(kind) ?? 0) + 1)
        },
      },
    ],
  })
  const { p50, p99, max } = result.latency
  const right = answers.get('right') ?? 0
  return {
    rate: right / result.duration,
    answers,
    done,
    p50,
    p99,
    longest: max,
    errors: result.errors + result.timeouts,
  }
}

const MB = 1e6
const rows: string[] = []
function note(phase: string, { rate, answers, p50, p99, longest, errors }: Run): void {
  const others = [...answers]
    .filter(([answer]) => answer !== 'right')
    .map(([answer, n]) => `${n} × ${answer}`)
  if (errors > 0) others.push(`${errors} connections failed`)
  rows.push(
    `| ${phase} | ${Math.round(rate)} | ${others.join(', ') || 'none'} | ${p50}, ${p99}, ${longest} | ${(memory() / MB).toFixed(0)} |`,
  )
  console.log(rows.at(-1))
}

const ending = new AbortController()
const signing = keepFresh(ending.signal)
await delay(1000)
await run(PROBE, { connections: CONNECTIONS })
const ceiling = await run(PROBE, { connections: CONNECTIONS })
note('as fast as it goes', ceiling)
const half = Math.floor(ceiling.rate / 2)

const samples: { at: number; memory: number; kv: number; objects: number }[] = []
const began = performance.now()
const sampling = setInterval(
  () =>
    samples.push({
      at: (performance.now() - began) / 1000,
      memory: memory(),
      kv: stored('kv'),
      objects: stored('do'),
    }),
  Math.max(1, SOAK / 60) * 1000,
)
const soak = await run(SOAK, { connections: CONNECTIONS, rate: half })
clearInterval(sampling)
note(`${SOAK} s at half of it`, soak)

const over = await run(OVERLOAD, { connections: CONNECTIONS * 32 })
note(`${CONNECTIONS * 32} connections, ${OVERLOAD} s`, over)
note('half again, at once', await run(RECOVERY, { connections: CONNECTIONS, rate: half }))
const stormed = { connections: CONNECTIONS * 32, of: ['creation'] as const }
note(`${CONNECTIONS * 32} connections that create, ${OVERLOAD} s`, await run(OVERLOAD, stormed))
note('half again, at once', await run(RECOVERY, { connections: CONNECTIONS, rate: half }))

/** A client that guesses tokens. */
const guesses = await autocannon({
  url: edge,
  connections: CONNECTIONS,
  amount: 3000,
  requests: [
    {
      method: 'POST',
      path,
      headers: { ...headers, 'content-type': 'application/json' },
      body: opening(edge, forged).body ?? '',
    },
  ],
})
const guessed = Object.entries(guesses.statusCodeStats ?? {}).map(
  ([status, { count }]) => `${count} × ${status}`,
)
note('half while guesses are limited', await run(RECOVERY, { connections: CONNECTIONS, rate: half }))
ending.abort()
await signing
await stop()

/** The memory in each quarter of the time. A heap finds its size in the first quarter; a leak grows until the last. */
const part = Math.ceil(samples.length / 4)
const quarters = [0, 1, 2, 3].map((quarter) =>
  median(samples.slice(quarter * part, (quarter + 1) * part).map(({ memory }) => memory)),
)
const [from, to] = [samples[0], samples.at(-1)]
const created = soak.done.get('creation') ?? 0
const spent = soak.done.get('single use') ?? 0
const grown = to && from ? to.objects - from.objects : Number.NaN
const kvGrown = to && from ? to.kv - from.kv : Number.NaN

report('soak', [
  `${circumstances()}.`,
  '',
  '| phase | right answers a second | others | latency: median, p99, longest, ms | workerd, MB |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
  '',
  `- The ${SOAK} seconds were ${[...soak.done].map(([kind, n]) => `${n} × ${kind}`).join(', ')}.`,
  `- Memory of workerd in the four quarters of that: ${quarters.map((bytes) => (bytes / MB).toFixed(0)).join(', ')} MB.`,
  `- Storage of the objects grew by ${(grown / MB).toFixed(1)} MB for ${created} records and ${spent} spends, that of KV by ${(kvGrown / MB).toFixed(1)} MB.`,
  `- 3,000 forged tokens from one address were answered ${guessed.join(', ')}.`,
])
