import { cp, mkdtemp, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'
import { expect, inject } from 'vitest'
import { installPacked } from '../hosts/packed.ts'
import { admin, issue } from './edge-api.ts'
import { test as base } from './fixtures.ts'
import { biuwerFrame, biuwerFrames } from './host.ts'

const { edge, resources } = inject('stack')
const root = fileURLToPath(new URL('../..', import.meta.url))

// A folder with the applications, and the package unpacked from what is published.
// biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
const test = base.extend('folder', { scope: 'file' }, async ({}, { onCleanup }) => {
  // Under the repository, whose node_modules hold the frameworks.
  const folder = await mkdtemp(`${root}dist/frameworks-`)
  onCleanup(() => rm(folder, { recursive: true, force: true }))
  await cp(`${root}test/frameworks`, folder, { recursive: true })
  await installPacked(folder)
  return folder
})

/** The application of a framework, bundled for the browser as its own tools do. */
async function bundled(folder: string, app: string): Promise<Map<string, string>> {
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    plugins: [
      vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.includes('-') } } }),
      svelte(),
    ],
    build: { write: false, rolldownOptions: { input: `${folder}/${app}.js` }, modulePreload: false },
  })
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  const entry = chunks.find((chunk) => chunk.type === 'chunk' && chunk.isEntry)
  const files = new Map(
    chunks.map((file) => [`/${file.fileName}`, String(file.type === 'chunk' ? file.code : file.source)]),
  )
  files.set('/app.js', `import '/${entry?.fileName}'`)
  return files
}

test.for(['plain', 'react', 'react-native', 'vue', 'svelte'])(
  'the tag opens, changes its resource, goes and comes back in %s',
  { timeout: 60_000 },
  async (app, { folder, host, newVisitor }) => {
    const files = await bundled(folder, app)
    const { id } = await issue({ refresh: 'single-use' })
    let given = 0
    host.giveToken = async () => {
      given++
      return (await admin('POST', `/v1/tokens/${id}/refresh`)).token
    }
    const visitor = await newVisitor()
    // The tag that counts is the package's.
    await visitor.route(`${edge}/biuwer-embed.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: '' }),
    )
    await visitor.route(
      (url) => files.has(url.pathname),
      (route) =>
        route.fulfill({
          contentType: 'text/javascript',
          body: files.get(new URL(route.request().url()).pathname) ?? '',
        }),
    )
    const errors: string[] = []
    visitor.on('weberror', (error) => errors.push(String(error.error())))
    const data = `data-edge="${edge}" data-first="${resources.rentals}" data-second="${resources.revenue}"`
    const page = await host.open(
      `<div id="app" ${data}></div><script type="module" src="/app.js"></script>`,
      {
        visitor,
        policy: [
          "default-src 'none'",
          `script-src 'self' ${edge}`,
          `frame-src ${edge}`,
          "connect-src 'self'",
          "style-src 'self'",
        ].join('; '),
      },
    )
    await biuwerFrame(page, 'Film rentals')
    await page.getByText('ready 1').waitFor()
    expect(given).toBe(1)
    expect(await page.locator('biuwer-embed').evaluate((tag) => tag.getAttribute('token'))).toBeNull()

    await page.getByRole('button', { name: 'other' }).click()
    await page.getByText('ready 2').waitFor()
    expect(await biuwerFrames(page)[0]?.getByRole('heading').first().textContent()).not.toContain(
      'Film rentals',
    )

    await page.getByRole('button', { name: 'toggle' }).click()
    await page.locator('biuwer-embed').waitFor({ state: 'detached' })
    await expect.poll(() => biuwerFrames(page)).toHaveLength(0)
    await page.getByRole('button', { name: 'toggle' }).click()
    await page.getByText('ready 3').waitFor()
    expect(errors).toEqual([])
  },
)
