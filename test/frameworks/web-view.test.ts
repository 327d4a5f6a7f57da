import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Listening, listen } from '../../demo/run/listening.ts'
import type { startEdge, TestEdge, TokenToSign } from '../../testing/edge/edge.ts'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import type { Engine, Tab } from '../engines/engine.ts'
import { launchWebKit } from '../engines/webkit.ts'

/** The recipe for apps, in a web view whose pages have the origin that Capacitor gives them. */

const APP = 'capacitor://localhost'
const PAGE = fileURLToPath(new URL('../../docs/frameworks/web-view/index.html', import.meta.url))
const PROGRAM = fileURLToPath(new URL('web_view.py', import.meta.url))
/** Debian's, which has its bindings of WebKitGTK. */
const PYTHON = process.env.PYTHON ?? '/usr/bin/python3'

let folder: string
let engine: Engine
let start: typeof startEdge

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/biuwer-embed-web-view-`)
  start = (await import(new URL('../../dist/package/testing/edge/index.js', import.meta.url).href)).startEdge
  engine = await launchWebKit({ binary: PYTHON, args: [PROGRAM, folder] })
})
afterAll(async () => {
  await engine?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Shows the app's page, with a token for its user, at an edge that allows these origins. */
async function inApp(
  origins: string[],
  token: Omit<TokenToSign, 'user'>,
  deed: (tab: Tab, askedFrom: (string | null)[]) => Promise<void>,
): Promise<void> {
  const askedFrom: (string | null)[] = []
  let edge: TestEdge | undefined
  let backend: Listening | undefined
  try {
    const running = await start({ users: ['ana'], resources: ['sales'], origins })
    edge = running
    backend = await listen(
      async ({ headers }) => {
        askedFrom.push(headers.get('origin'))
        return Response.json(
          { token: await running.signToken({ user: 'ana', ...token }) },
          { headers: { 'Access-Control-Allow-Origin': APP, 'Cache-Control': 'no-store' } },
        )
      },
      0,
      ['127.0.0.1'],
    )
    const page = (await readFile(PAGE, 'utf8'))
      .replace('https://embed.example.com', edge.origin)
      .replace('https://api.example.com', `http://127.0.0.1:${backend.port}`)
    await writeFile(`${folder}/index.html`, page)
    const visitor = await engine.visitor()
    await deed(await visitor.open(`${APP}/`), askedFrom)
    await visitor.close()
  } finally {
    await backend?.stop()
    await edge?.stop()
  }
}

/** Runs in the page. */
const tagIs = (state: string) => document.querySelector<BiuwerEmbedElement>('biuwer-embed')?.state === state

/** What the tag's diagnosis says of the page's origin. */
async function originIn(
  tab: Tab,
): Promise<{ page: string | undefined; ok: boolean | null | undefined; detail: string | undefined }> {
  const report = await tab.evaluate(() =>
    document.querySelector<BiuwerEmbedElement>('biuwer-embed')?.diagnose(),
  )
  const found = report?.checks.find(({ check }) => check === 'origin')
  return { page: report?.page, ok: found?.ok, detail: found?.detail }
}

it('opens in a web view whose origin the edge allows, with a token that the app asked another origin for', () =>
  inApp([APP], { origins: [APP] }, async (tab, askedFrom) => {
    await tab.until('the dashboard', tagIs, 'ready')
    expect(askedFrom).toEqual([APP])
    expect(await originIn(tab)).toMatchObject({ page: APP, ok: true })
  }))

it('opens nothing with a token for other origins', () =>
  inApp([APP, 'https://app.example.com'], { origins: ['https://app.example.com'] }, async (tab) => {
    await tab.until('a refusal', tagIs, 'error')
    const code = await tab.evaluate(
      () => document.querySelector<BiuwerEmbedElement>('biuwer-embed')?.error?.code,
    )
    expect(code).toBe('origin_not_allowed')
  }))

it('says what to allow where the edge allows the origins of http and https alone', () =>
  inApp(['*'], {}, async (tab) => {
    await tab.until('the attempt', tagIs, 'connecting')
    const report = await tab.evaluate(() =>
      document.querySelector<BiuwerEmbedElement>('biuwer-embed')?.diagnose(),
    )
    const advice = report?.checks.find(({ check }) => check === 'origin')
    expect(advice).toMatchObject({
      ok: false,
      detail: expect.stringContaining(`add ${APP} to ALLOWED_ORIGINS`),
    })
  }))
