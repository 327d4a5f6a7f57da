import type { RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, inject } from 'vitest'
import type { Engine, Tab, Visitor } from '../engine.ts'
import { launch } from '../launch.ts'
import { serve } from '../sites.ts'
import { Biuwer } from './biuwer.ts'
import type { Behind } from './door.ts'
import { ADDRESSES, type CoreStack, type DoorName, type EdgeName } from './stack.ts'

const stack: CoreStack = inject('core')
const { ports } = stack

export const engineName = inject('engine')
export const { biuwerToken, otherBiuwerToken, edgeLog } = stack
export const RESOURCE = 'sales'
export const OTHER_RESOURCE = 'stock'
export const BIUWER = `http://${ADDRESSES[0]}:${ports.biuwer}`

/** Where the host page, the edge and Biuwer are, as origins. */
export interface Sites {
  host: string
  edge: string
}

const [first, second, third] = ADDRESSES
const sites = (host: string, edge: string, name: EdgeName = 'edge'): Sites => ({
  host: `http://${host}:${ports.host}`,
  edge: `http://${edge}:${ports[name]}`,
})

/** Biuwer is at the first address. */
export const ONE_SITE = sites(first, first)
export const THREE_SITES = sites(second, third)
/** Host and edge are of one site, Biuwer is of another. */
export const BIUWER_APART = sites(second, second)
/** Three sites, with an edge that allows exposed frames. */
export const UNGUARDED = sites(second, third, 'unguarded')
/** A page that the edge does not allow. */
export const STRANGER = sites(third, third)

/**
 * Where a dashboard opens in the page, with the other sites that differ most. Firefox gives pages handles on what stands in
 * a frame of another site, so that no session opens there.
 */
export const ARRANGEMENTS: [name: string, sites: Sites][] = [
  ['on one site', ONE_SITE],
  engineName === 'firefox' ? ['with Biuwer on another site', BIUWER_APART] : ['on three sites', THREE_SITES],
]

export const biuwer = new Biuwer()

interface Page {
  html: string
  headers: Record<string, string>
  answer: RequestListener
}

/** The host's pages that a test opened, by number. */
const pages = new Map<string, Page>()
let opened = 0

interface Running {
  engine: Engine
  visitor: Visitor
  /** The port of Biuwer itself. */
  biuwerPort: number
}

/** One browser and one visit for all files of an engine: their tests run one after the other, in one process. */
let running: Promise<Running> | undefined

async function run(): Promise<Running> {
  const host = await serve('127.0.0.1', answerAsHost)
  const instance = await serve('127.0.0.1', biuwer.answer)
  const biuwerPort = portOf(instance.origin)
  await setDoors({ host: portOf(host.origin), biuwer: biuwerPort })
  const engine = await launch(engineName)
  return { engine, visitor: await engine.visitor(), biuwerPort }
}

export const portOf = (origin: string) => Number(new URL(origin).port)

const answerAsHost: RequestListener = (request, response) => {
  const [, number = '', ...rest] = (request.url ?? '').split('/')
  const page = pages.get(number)
  if (!page) return void response.writeHead(404).end()
  if (rest.join('/') !== '') return page.answer(request, response)
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...page.headers }).end(page.html)
}

/**
 * Shuts the edge off from browsers, makes it take their connections without a word, puts the server of a port into its place,
 * or lets browsers in again. What is under way breaks off.
 */
export function setEdge(door: Behind | 'open'): Promise<void> {
  return setDoors({ edge: door === 'open' ? stack.edgePorts.edge : door })
}

/** Shuts Biuwer off from browsers, or lets them in again, as `setEdge` does the edge. */
export async function setBiuwer(door: 'shut' | 'open'): Promise<void> {
  return setDoors({ biuwer: door === 'open' ? (await atWork()).biuwerPort : door })
}

async function setDoors(behind: Partial<Record<DoorName, Behind>>): Promise<void> {
  const answer = await fetch(stack.control, { method: 'PUT', body: JSON.stringify(behind) })
  if (!answer.ok) throw new Error(`the doors answered ${answer.status}`)
}

/** Prepares what the tests of a file need: call it once, before them. Each test begins without open windows. */
export function prepareCore(): void {
  beforeAll(async () => {
    running ??= run()
    try {
      await running
    } catch (error) {
      // The next file tries again.
      running = undefined
      throw error
    }
    await linkUsers('edge')
    await linkUsers('unguarded')
  })
  afterEach(async () => {
    await setEdge('open')
    await setBiuwer('open')
    try {
      const [first, ...others] = await tabs()
      if (first && others.length === 0) await leave(first)
      else for (const tab of await tabs()) await tab.close()
      await biuwer.shown(0)
    } finally {
      biuwer.reset()
      pages.clear()
    }
  })
}

async function linkUsers(edge: EdgeName): Promise<void> {
  await manage('PUT', '/v1/users/store-1', { biuwer_token: biuwerToken }, edge)
  await manage('PUT', '/v1/users/store-2', { biuwer_token: otherBiuwerToken }, edge)
}

function atWork(): Promise<Running> {
  if (!running) throw new Error('call prepareCore() in the file')
  return running
}

async function visitor(): Promise<Visitor> {
  return (await atWork()).visitor
}

/** The windows that are open now. */
export async function tabs(): Promise<Tab[]> {
  return (await (await visitor()).tabs()).filter((tab) => tab !== spare)
}

/** A window that a test left, for the next page: making one takes a browser longer than all that is done in it. */
let spare: Tab | undefined

/** Leaves the page of a window that a test opened. */
export async function leave(tab: Tab): Promise<void> {
  if (spare) return tab.close()
  await tab.goto('about:blank')
  spare = tab
}

export interface PageOptions {
  headers?: Record<string, string>
  /** Whether the page loads the edge's script; as it does unless told. */
  script?: boolean
  /** Answers what the page asks below its own address: `token` is one of it. */
  answer?: RequestListener
}

/** Opens a host page with this body. `window.heard` are the events that its tags dispatched, in order. */
export async function open(sites: Sites, body = '', options: PageOptions = {}): Promise<Tab> {
  const { headers = {}, script = true, answer = (_, response) => response.writeHead(404).end() } = options
  const tag = script ? `<script type="module" src="${sites.edge}/biuwer-embed.js"></script>` : ''
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
    <script src="heard.js"></script>${tag}<body>${body}</body></html>`
  const listener: RequestListener = (request, response) =>
    request.url?.endsWith('/heard.js')
      ? response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(`(${keepEvents})()`)
      : answer(request, response)
  const number = `${++opened}`
  pages.set(number, { html, headers, answer: listener })
  return openAt(`${sites.host}/${number}/`)
}

async function openAt(url: string): Promise<Tab> {
  const tab = spare
  if (!tab) return (await visitor()).open(url)
  spare = undefined
  await tab.goto(url)
  return tab
}

/** What an event of the tag said. */
export interface Heard {
  type: string
  code?: string
  message?: string
  requestId?: string | null
  retryable?: boolean
}

declare global {
  interface Window {
    heard: Heard[]
  }
}

/** Runs in the page. */
function keepEvents(): void {
  window.heard = []
  for (const type of ['ready', 'error', 'expiring', 'expired', 'renewed'])
    document.addEventListener(`biuwer-${type}`, (event) => {
      const { code, message, requestId, retryable } = event as unknown as Heard
      window.heard.push({ type: event.type, code, message, requestId, retryable } as Heard)
    })
}

/** The first event of this type that the page's tags dispatched, once there is one. */
export function heard(tab: Tab, type: string): Promise<Heard> {
  return tab.evaluate(async (type) => {
    for (;;) {
      const event = window.heard.find((event) => event.type === type)
      if (event) return event
      await new Promise((resolve) => document.addEventListener(type, resolve, { once: true }))
    }
  }, type)
}

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

/** A management call to an edge. */
export async function manage(
  method: string,
  path: string,
  body?: unknown,
  edge: EdgeName = 'edge',
): Promise<Loose> {
  const answer = await fetch(`http://127.0.0.1:${stack.edgePorts[edge]}${path}`, {
    method,
    headers: { Authorization: `Bearer ${stack.adminKey}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const json = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
  return json
}

/** A new token record for the user `store-1`, single-use unless told, with its first token. */
export function issue(
  request: Record<string, unknown> = {},
  edge?: EdgeName,
): Promise<{ id: string; token: string }> {
  return manage('POST', '/v1/tokens', { user: 'store-1', refresh: 'single-use', ...request }, edge)
}

/** Resolves when the clock of this machine, which is the edge's too, has come to this time. */
export async function until(time: string): Promise<void> {
  await delay(Math.max(Date.parse(time) - Date.now(), 0))
}
