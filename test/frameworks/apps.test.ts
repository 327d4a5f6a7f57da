import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import type { startEdge, TestEdge } from '../../testing/edge/edge.ts'
import { CHROMIUM_SHELL } from '../chromium.ts'
import { pack } from '../hosts/packed.ts'
import { App, type RunningApp } from './app.ts'
import { serveBuilt } from './static-host.ts'

/** Applications of docs/frameworks, built for production with the package as it is published, and used in a browser. */

let folder: string
let tarball: string
let edge: TestEdge
let record: string
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/biuwer-embed-tarball-`)
  tarball = pack(folder)
  const built: { startEdge: typeof startEdge } = await import(
    new URL('../../dist/package/testing/edge/index.js', import.meta.url).href
  )
  edge = await built.startEdge({ users: ['ana'], resources: ['sales', 'stock'] })
  const { tokens } = new BiuwerEdge({ edge: edge.origin, adminKey: edge.rootKey })
  record = (await tokens.create({ user: 'ana', refresh: 'single-use' })).id
  browser = await chromium.launch(CHROMIUM_SHELL)
})
afterAll(async () => {
  await browser?.close()
  await edge?.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Those that are built to files, with the folder of these. */
const BUILT = [
  { name: 'html', files: 'dist', build: [] },
  { name: 'vue', files: 'dist', build: [] },
  { name: 'astro', files: 'dist', build: [] },
  { name: 'angular', files: 'dist', build: [] },
  { name: 'angular', files: 'dist-zone', build: ['--', '--configuration', 'zone'] },
]

/** Installs an application, with what is known when it is built: the edge's address, and no secret unless `more` has it. */
function install(name: string, more: Record<string, string> = {}): Promise<App> {
  return App.install(name, tarball, {
    BIUWER_EDGE: edge.origin,
    VITE_BIUWER_EDGE: edge.origin,
    PUBLIC_BIUWER_EDGE: edge.origin,
    ...more,
  })
}

/** What an application's server has, and its build need not have. */
function secrets(): Record<string, string> {
  return { BIUWER_EDGE_KEY: edge.key, BIUWER_RECORD: record }
}

it.each(BUILT)('opens, changes its resource, goes and comes back: $name, $files', async (sample) => {
  const app = await install(sample.name)
  await app.npm('run', 'build', ...sample.build)
  const { tokens } = new BiuwerEdge({ edge: edge.origin, adminKey: edge.key })
  const giveToken = async () => (await tokens.refresh(record)).token
  await visit(await serveBuilt(`${app.folder}/${sample.files}`, edge.origin, giveToken), useReports)
})

it.each([
  { change: 'without zone.js', args: [] },
  { change: 'with zone.js', args: ['--', '--build-target', 'reports:build:zone,test'] },
])("passes its own unit tests, with Angular's TestBed, $change", async ({ args }) => {
  const app = await install('angular')
  await app.npm('test', ...args)
})

it('opens, changes its resource, goes and comes back: sveltekit', async () => {
  // A build of SvelteKit fails without a variable that the application declares.
  const app = await install('sveltekit', secrets())
  await app.npm('run', 'build')
  await visit(await app.start(secrets()), useReports)
})

it('opens in Next: in a client component, and as a tag of a server component', async () => {
  const app = await install('next')
  await app.npm('run', 'build')
  await visit(await app.start(secrets()), async (page, origin) => {
    await useReports(page, origin)
    await page.goto(`${origin}/plain`)
    await shows(page, 'sales')
    await page.getByRole('button', { name: 'Stock' }).click()
    await page.getByText('Opened 1', { exact: true }).waitFor()
    await expect.poll(() => biuwerFrames(page)).toHaveLength(2)
  })
})

/** Runs the deed in a page of a new visitor, and then finds no error that the page told of. */
async function visit(
  { origin, stop }: RunningApp,
  deed: (page: Page, origin: string) => Promise<void>,
): Promise<void> {
  let visitor: BrowserContext | undefined
  try {
    visitor = await browser.newContext()
    const page = await visitor.newPage()
    const told: string[] = []
    visitor.on('weberror', (error) => told.push(String(error.error())))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) told.push(message.text())
    })
    await deed(page, origin)
    expect(told).toEqual([])
  } finally {
    await visitor?.close()
    await stop()
  }
}

/** What every sample has: a dashboard, a button to another, one that hides and shows it, and a count of its openings. */
async function useReports(page: Page, origin: string): Promise<void> {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url() === `${origin}/api/biuwer-token`) asked.push(request.url())
  })
  await page.goto(origin)
  await page.getByText('Opened 1', { exact: true }).waitFor()
  await shows(page, 'sales')
  expect(asked).toHaveLength(1)
  expect(await page.locator('biuwer-embed').evaluate((tag) => tag.getAttribute('token'))).toBeNull()

  await page.getByRole('button', { name: 'Stock' }).click()
  await page.getByText('Opened 2', { exact: true }).waitFor()
  await shows(page, 'stock')

  await page.getByRole('button', { name: 'Hide' }).click()
  await page.locator('biuwer-embed').waitFor({ state: 'detached' })
  await expect.poll(() => biuwerFrames(page)).toHaveLength(0)

  await page.getByRole('button', { name: 'Show' }).click()
  await page.getByText('Opened 3', { exact: true }).waitFor()
  await shows(page, 'stock')
}

async function shows(page: Page, resource: string): Promise<void> {
  await page.locator('biuwer-embed:state(ready)').waitFor()
  const [frame] = biuwerFrames(page)
  if (!frame) throw new Error("the tag is ready and Biuwer's page is not there")
  await frame.getByRole('heading', { name: resource, exact: true }).waitFor()
}

function biuwerFrames(page: Page) {
  return page.frames().filter((frame) => frame.url().startsWith(edge.biuwer))
}
