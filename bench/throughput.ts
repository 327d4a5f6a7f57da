/**
 * Measures the requests per second of the edge's paths, of the least that each path could cost (`workers/floor.ts`) and
 * of Cloudflare's own OAuth provider, relative to a handler that does nothing, in one run, in workerd over direct
 * sockets: `node bench/throughput.ts`, or a part of it by name: `node bench/throughput.ts forged`.
 */
import { createHash } from 'node:crypto'
import {
  admin,
  clientOf,
  edgeOptions,
  freshOpenings,
  opening,
  type SigningHost,
  settings,
  signedOpenings,
  signingHost,
} from './edge.ts'
import { type Load, type Request, requestsPerSecond } from './load.ts'
import { circumstances, median, report } from './report.ts'
import { startWorkers } from './workerd.ts'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2)
const ONLY = process.argv[2] ?? ''
/** How many unspent tokens, and how many records that no lease is held of, each round uses up. */
const FRESH = 4_000
const COLD = 640

const { origins, stop } = await startWorkers({
  bare: {},
  edge: edgeOptions,
  // The same, which counts nothing.
  uncounted: edgeOptions,
  // The same, with a line for each request.
  logging: { ...edgeOptions, bindings: { ...edgeOptions.bindings, LOG_SUCCESSES: '1' } },
  floor: {
    kvNamespaces: { FLOOR_KV: 'floor' },
    durableObjects: { FLOOR: { className: 'Floor', useSQLite: true } },
    bindings: { TOKEN_KEYS: settings.TOKEN_KEYS, VAULT_KEYS: settings.VAULT_KEYS },
  },
  peer: { kvNamespaces: { OAUTH_KV: 'peer' } },
})

const { users, tokens } = clientOf(origins.edge)
await users.link('store-1', { biuwer_token: 'biuwer-token-of-store-1' })
const hot = await tokens.create({ user: 'store-1' })
const singleUse = await tokens.create({
  user: 'store-1',
  refresh: 'single-use',
  single_use_ttl: 86_400,
})

/** An opening at an edge of its own. */
async function hotOpeningAt(origin: string): Promise<Request> {
  const { users, tokens } = clientOf(origin)
  await users.link('store-1', { biuwer_token: 'biuwer-token-of-store-1' })
  return opening(origin, (await tokens.create({ user: 'store-1' })).token)
}
const [atLogging, atUncounted] = [await hotOpeningAt(origins.logging), await hotOpeningAt(origins.uncounted)]

const at = (path: string, requests: Request[]) => requests.map((request) => ({ ...request, path }))

const hosts = {
  ES256: await signingHost(origins.edge, 'ES256'),
  EdDSA: await signingHost(origins.edge, 'EdDSA'),
}
// The first opening of each host's token leases its signer and its user.
for (const host of Object.values(hosts)) {
  const [first] = await signedOpenings(origins.edge, host, 1)
  await fetch(`${origins.edge}${first?.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...first?.headers },
    body: first?.body ?? '',
  })
}

/** Openings of a host's tokens, which the floor verifies by the key that comes in the address. */
const signedAt = async ({ jwk, ...host }: SigningHost) =>
  at(
    `/signed?jwk=${encodeURIComponent(JSON.stringify(jwk))}`,
    await signedOpenings(origins.edge, { jwk, ...host }, FRESH),
  )

async function coldValues(count: number): Promise<Request[]> {
  const requests = []
  for (let made = 0; made < count; made++)
    requests.push(opening(origins.edge, (await tokens.create({ user: 'store-1' })).token))
  return requests
}

interface Codes {
  id: string
  secret: string
  callback: string
  resource: string
  codes: string[]
}
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
async function codes(count: number): Promise<Request[]> {
  const { id, secret, callback, resource, codes } = (await (
    await fetch(`${origins.peer}/codes?n=${count}`)
  ).json()) as Codes
  return codes.map((code) => ({
    path: '/token',
    headers: FORM,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback,
      resource,
      client_id: id,
      client_secret: secret,
    }).toString(),
  }))
}

const [exchange] = await codes(1)
const grant = (await (
  await fetch(`${origins.peer}/token`, { method: 'POST', headers: FORM, body: exchange?.body ?? '' })
).json()) as { access_token: string }

const forged = `${(hot.token ?? '').split('.').slice(0, 2).join('.')}.${createHash('sha256').update('forged').digest('base64url')}`
const hotOpening = [opening(origins.edge, hot.token ?? '')]
const forgedOpening = [opening(origins.edge, forged)]
const introspection = (path: string): Request[] => [
  { path, headers: { ...admin, ...FORM }, body: new URLSearchParams({ token: hot.token ?? '' }).toString() },
]

const post = (origin: string, requests: Request[], status: number, once = false): Load => ({
  origin,
  method: 'POST',
  requests,
  once,
  status,
})

/** What is measured. A function prepares each round, since some requests can be sent only once. */
const CASES: Record<string, () => Promise<Load> | Load> = {
  bare: () => post(origins.bare, [{ path: '/', body: hotOpening[0]?.body ?? '' }], 200),
  'hot multi-use': () => post(origins.edge, hotOpening, 201),
  'hot multi-use, not counted': () => post(origins.uncounted, [atUncounted], 201),
  'hot multi-use, a line in the log for each': () => post(origins.logging, [atLogging], 201),
  'hot multi-use, floor': () => post(origins.floor, at('/hot', hotOpening), 201),
  'hot multi-use, floor by jose': () => post(origins.floor, at('/hot-jose', hotOpening), 201),
  forged: () => post(origins.edge, forgedOpening, 401),
  'forged, floor': () => post(origins.floor, at('/forged', forgedOpening), 401),
  'forged, floor by jose': () => post(origins.floor, at('/forged-jose', forgedOpening), 401),
  cold: async () => post(origins.edge, await coldValues(COLD), 201, true),
  'cold, floor': async () => post(origins.floor, at('/cold', await coldValues(COLD)), 201, true),
  'single-use, fresh tokens': async () =>
    post(origins.edge, await freshOpenings(origins.edge, singleUse.token, FRESH), 201, true),
  'single-use, floor': async () =>
    post(
      origins.floor,
      at('/single-use', await freshOpenings(origins.edge, singleUse.token, FRESH)),
      201,
      true,
    ),
  'single-use in KV alone (racy)': async () =>
    post(
      origins.floor,
      at('/kv-single-use', await freshOpenings(origins.edge, singleUse.token, FRESH)),
      201,
      true,
    ),
  'host-signed, ES256': async () =>
    post(origins.edge, await signedOpenings(origins.edge, hosts.ES256, FRESH), 201, true),
  'host-signed, ES256, floor': async () => post(origins.floor, await signedAt(hosts.ES256), 201, true),
  'host-signed, EdDSA': async () =>
    post(origins.edge, await signedOpenings(origins.edge, hosts.EdDSA, FRESH), 201, true),
  'host-signed, EdDSA, floor': async () => post(origins.floor, await signedAt(hosts.EdDSA), 201, true),
  introspection: () => post(origins.edge, introspection('/oauth/introspect'), 200),
  'introspection, floor': () => post(origins.floor, introspection('/introspect'), 200),
  refresh: () =>
    post(origins.edge, [{ path: `/v1/tokens/${hot.id}/refresh`, headers: admin, body: '{}' }], 200),
  'refresh, floor': () => post(origins.floor, [{ path: '/refresh', headers: admin, body: '{}' }], 200),
  'oauth-provider: validation': () => ({
    origin: origins.peer,
    method: 'GET',
    requests: [
      { path: '/api', headers: { host: '127.0.0.1', authorization: `Bearer ${grant.access_token}` } },
    ],
    once: false,
    status: 200,
  }),
  'oauth-provider: code exchange': async () => post(origins.peer, await codes(COLD), 200, true),
}

const measured = new Map<string, number[]>()
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, prepare] of Object.entries(CASES)) {
    if (name !== 'bare' && !name.includes(ONLY)) continue
    const rate = await requestsPerSecond(await prepare(), SECONDS)
    // The first round only warms up.
    if (round > 0) measured.set(name, [...(measured.get(name) ?? []), rate])
  }
}
await stop()

const bare = measured.get('bare') ?? []
if (ONLY === '') {
  report('throughput', [
    `${circumstances()}; ${ROUNDS} rounds of ${SECONDS} s, medians.`,
    '',
    '| path | requests/s | to a bare handler | lowest–highest |',
    '| --- | --- | --- | --- |',
    ...[...measured].map(([name, rates]) => row(name, rates, bare)),
  ])
} else {
  for (const [name, rates] of measured) console.log(row(name, rates, bare))
}

function row(name: string, rates: readonly number[], bare: readonly number[]): string {
  const ratios = rates.map((rate, round) => rate / (bare[round] ?? Number.NaN))
  const [ratio, low, high] = [median(ratios), Math.min(...ratios), Math.max(...ratios)]
  return `| ${name} | ${Math.round(median(rates))} | ${ratio.toFixed(3)} | ${low.toFixed(3)}–${high.toFixed(3)} |`
}
