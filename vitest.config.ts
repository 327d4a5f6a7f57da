import { globSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import manifest from './package.json' with { type: 'json' }
import { testBindings } from './test/bindings.ts'
import { CHROMIUM_SHELL } from './test/chromium.ts'
import { ENGINES, type EngineName } from './test/engines/engine.ts'
import { engineCommands, engineProvider } from './test/engines/vitest-provider.ts'
import { SOURCE_SECRET, tokenSource } from './test/worker-token-source.ts'

/** What the tests of random requests begin from, so that a run can be had again: `SEED=123 npx vitest run …`. */
const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED)

/** Whether tests that repeat something do so as often as `npm run test:random` wants, which takes minutes. */
const thorough = process.env.THOROUGH === '1'

/** The files that the edge serves, once they are built. `_headers` is read and not served. */
const files = globSync('dist/cdn/**/*', { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== '_headers')
  .map((entry) => `/${relative('dist/cdn', join(entry.parentPath, entry.name))}`)

/** A project of this name in Chromium, and one in each other engine, named after it. */
function inEachEngine(
  name: string,
  of: (engine: EngineName) => TestProjectInlineConfiguration,
): TestProjectInlineConfiguration[] {
  return ENGINES.map((engine) => {
    const { test, ...rest } = of(engine)
    const named = engine === 'chromium' ? name : `${name}-${engine}`
    return { ...rest, test: { ...test, name: named, provide: { engine } } }
  })
}

/** What the build writes into the tag. */
const define = { PRODUCT_VERSION: JSON.stringify(manifest.version), FRAME_VERSION: '"of-the-tests"' }

/** The tests of the tag and of the console's modules run in a page. */
const widget = inEachEngine('widget', (engine) => ({
  define,
  test: {
    include: ['test/widget/*.test.ts', 'test/console/*.test.ts'],
    globalSetup: './test/answering-edge.ts',
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      instances: [{ browser: engine }],
      ...(engine === 'chromium'
        ? { provider: playwright({ launchOptions: CHROMIUM_SHELL }) }
        : { provider: engineProvider, commands: engineCommands }),
    },
  },
}))

/** The groups of tests so far. Within a process, what drives a browser comes last, one engine and one file at a time. */
let groups = 0

/** Tests in Node that drive a browser. */
const driven = (files: string) => ({
  define,
  test: {
    include: [files],
    fileParallelism: false,
    sequence: { groupOrder: ++groups },
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
})

/** Tests at edges of their own. All files of an engine run in one process, and so in one browser. */
const atEdges = (files: string) => () => {
  const { test } = driven(files)
  return { define, test: { ...test, isolate: false, globalSetup: './test/engines/core/stack.ts' } }
}

/** What keeps Biuwer's token out of the page, and how sessions begin, go on and end, in every engine: a part of every run. */
const core = inEachEngine('core', atEdges('test/engines/core/*.test.ts'))
/** The rest of that: what takes long, or fails less often. */
const long = inEachEngine('long', atEdges('test/engines/long/*.test.ts'))
const engines = inEachEngine('engines', () => driven('test/engines/*.test.ts'))

export default defineConfig({
  test: {
    silent: 'passed-only',
    reporters: ['default', './test/summary.ts'],
    projects: [
      { test: { name: 'policy', include: ['test/policy/*.test.ts'] } },
      {
        plugins: [
          cloudflareTest({
            main: './worker/index.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: { ...testBindings, BIUWER_TOKEN_SOURCE_SECRET: SOURCE_SECRET },
              serviceBindings: { BIUWER_TOKEN_SOURCE: tokenSource },
            },
            // workerd's own log tells of every fault that a test makes on purpose.
            verbose: false,
          }),
        ],
        test: {
          name: 'worker',
          include: ['test/worker/*.test.ts'],
          provide: { seed, thorough, files },
          testTimeout: 30_000,
        },
      },
      ...widget,
      ...core,
      ...long,
      ...engines,
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: './test/e2e/stack.ts',
          // Two workers, each with one browser for all of its files and a host port that is reserved for it.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: ++groups },
          expect: { poll: { timeout: 10_000 } },
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['test/hosts/*.test.ts'],
          // Each file runs other test runners.
          fileParallelism: false,
          sequence: { groupOrder: ++groups },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/*.test.ts'],
          // Each file runs edges.
          fileParallelism: false,
          sequence: { groupOrder: ++groups },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'frameworks',
          include: ['test/frameworks/*.test.ts'],
          sequence: { groupOrder: ++groups },
          // An application is installed and built.
          testTimeout: 240_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
})
