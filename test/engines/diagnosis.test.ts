import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { VERSION } from '../../widget/version.ts'
import type { Engine, Tab, Visitor } from './engine.ts'
import { launch } from './launch.ts'
import { answer, builtFile, type Site, serve } from './sites.ts'

const TAG = `/v${VERSION}/biuwer-embed.js`
const DIAGNOSIS = `/v${VERSION}/diagnosis.js`
const PINS: Record<string, string> = JSON.parse(builtFile(`/v${VERSION}/integrity.json`))
const ALTERED = 'document.documentElement.dataset.altered = "ran"; export const diagnose = () => ({})'

const UNAVAILABLE = 'The service can’t answer at the moment.'

interface Given {
  status?: number
  type?: string
  body: string
}

/** What the edge gives out as its diagnosis, at each request anew. */
let diagnosis: () => Given | Promise<Given>
/** Headers of the host's page. */
let headers: Record<string, string> = {}

let edge: Site
let host: Site

async function answerAsEdge({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(url, edge.origin)
  const {
    status,
    type = 'text/javascript',
    body,
  } = pathname === DIAGNOSIS ? await diagnosis() : { body: builtFile(pathname) }
  answer(response, type, body, status)
}

/** A page that pinned the tag, and made a mistake, of which the panel tells at once. */
function answerAsHost(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(`<!doctype html><title>Host</title>
    <script type="module" src="${edge.origin}${TAG}" crossorigin integrity="${PINS['biuwer-embed.js']}"></script>
    <biuwer-embed resource-id="sales" token="s3cret" edge="mistaken"></biuwer-embed>
    <textarea id="paste"></textarea>`)
}

const theTrueOne = () => ({ body: builtFile(DIAGNOSIS) })
const altered = () => ({ body: ALTERED })

/** The first tag's diagnosis: its version, or why there is none. */
const diagnosed = (tab: Tab) =>
  tab.evaluate(() =>
    (document.querySelector('biuwer-embed') as BiuwerEmbedElement).diagnose().then(
      (report) => report.version,
      (error) => `${error}`,
    ),
  )
const alteredRan = (tab: Tab) => tab.evaluate(() => document.documentElement.dataset.altered ?? null)
const reportButton = () => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=report]')
const buttonSays = (tab: Tab, words: string) =>
  tab.until(
    `a button that says ${words}`,
    (words) =>
      document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=report]')?.textContent ===
      words,
    words,
  )

const TRUSTED_TYPES = () => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src ${edge.origin} 'unsafe-eval'`,
    `frame-src ${edge.origin}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
})

let engine: Engine
let visitor: Visitor
let tab: Tab

beforeAll(async () => {
  edge = await serve('127.0.0.2', answerAsEdge)
  host = await serve('127.0.0.1', answerAsHost)
  engine = await launch(inject('engine'))
})
afterEach(() => visitor.close())
afterAll(async () => {
  await engine.stop()
  await host.stop()
  await edge.stop()
})

async function open(given: typeof diagnosis, with_: Record<string, string> = {}) {
  diagnosis = given
  headers = with_
  visitor = await engine.visitor()
  tab = await visitor.open(`${host.origin}/`)
  await tab.until('the panel', () =>
    Boolean(document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=report]')),
  )
}

test('a page that pinned the tag runs no altered diagnosis, and the true one when it is back', async () => {
  await open(altered)
  expect(await diagnosed(tab)).toMatch(/diagnosis\.js.* could not be loaded/)
  expect(await alteredRan(tab)).toBeNull()
  diagnosis = theTrueOne
  expect(await diagnosed(tab)).toBe(VERSION)
  expect(await diagnosed(tab)).toBe(VERSION)
  expect(await alteredRan(tab)).toBeNull()
  expect(await tab.evaluate(() => document.head.querySelectorAll('[integrity]').length)).toBe(1)
})

test('a diagnosis that the edge could not give can be had later', async () => {
  await open(() => ({ status: 503, body: '' }))
  expect(await diagnosed(tab)).toMatch(/diagnosis\.js could not be loaded/)
  expect(await diagnosed(tab)).toMatch(/diagnosis\.js.* could not be loaded/)
  diagnosis = () => ({ ...theTrueOne(), type: 'text/html' })
  expect(await diagnosed(tab)).toMatch(/TypeError/)
  diagnosis = theTrueOne
  expect(await diagnosed(tab)).toBe(VERSION)
})

test('a page that requires Trusted Types runs no altered diagnosis either', async () => {
  await open(altered, TRUSTED_TYPES())
  expect(await diagnosed(tab)).toMatch(/Error/)
  expect(await alteredRan(tab)).toBeNull()
})

test('a page that requires Trusted Types gets the diagnosis, except in WebKit, which is told', async () => {
  await open(theTrueOne, TRUSTED_TYPES())
  await tab.click(reportButton)
  await buttonSays(tab, engine.name === 'webkit' ? UNAVAILABLE : 'Copied')
})

test('the report is copied at a click, even where it takes longer than a click counts', async () => {
  let give = (_: Given) => {}
  await open(() => new Promise((resolve) => (give = resolve)))
  await tab.click(reportButton)
  await tab.until('the end of the click’s activation', () => !navigator.userActivation.isActive)
  give(theTrueOne())
  await buttonSays(tab, 'Copied')
  await tab.click(() => document.querySelector('#paste'))
  await tab.press('Control+v')
  const pasted = await tab.until(
    'the paste',
    () => document.querySelector<HTMLTextAreaElement>('#paste')?.value,
  )
  expect(JSON.parse(pasted)).toMatchObject({ version: VERSION, code: 'invalid_request' })
  expect(pasted).not.toContain('s3cret')
})

test('the report is put in sight where the page may not copy it', async () => {
  await open(theTrueOne)
  // Nobody clicked: no browser lets a page write then.
  await tab.evaluate(() =>
    document.querySelector('biuwer-embed')?.shadowRoot?.querySelector<HTMLElement>('[part=report]')?.click(),
  )
  const shown = await tab.until('the report', () => {
    const area = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('textarea')
    return area?.value.slice(area.selectionStart, area.selectionEnd)
  })
  expect(JSON.parse(shown)).toMatchObject({ version: VERSION })
})

test('the button says that there is no report, and copies it at a later click', async () => {
  await open(altered)
  await tab.evaluate(() => {
    addEventListener('unhandledrejection', ({ reason }) => {
      document.documentElement.dataset.unhandled = `${reason}`
    })
  })
  await tab.click(reportButton)
  await buttonSays(tab, UNAVAILABLE)
  diagnosis = theTrueOne
  await tab.click(reportButton)
  await buttonSays(tab, 'Copied')
  expect(await tab.evaluate(() => document.documentElement.dataset.unhandled ?? null)).toBeNull()
})
