import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import type { BrowserConfigOptions } from 'vitest/node'
import { testBindings } from './test/bindings.ts'
import { CHROMIUM } from './test/chromium.ts'
import { engineCommands, engineProvider } from './test/engines/vitest-provider.ts'

/** The tests of the tag and of the console's modules, in a page of this browser. */
function widget(name: string, browser: BrowserConfigOptions): TestProjectInlineConfiguration {
  return {
    define: { FRAME_VERSION: '"of-the-tests"' },
    test: {
      name,
      include: ['test/widget/*.test.ts', 'test/console/*.test.ts'],
      globalSetup: './test/answering-edge.ts',
      browser: { enabled: true, headless: true, screenshotFailures: false, ...browser },
    },
  }
}

export default defineConfig({
  test: {
    silent: 'passed-only',
    reporters: ['default', './test/summary.ts'],
    projects: [
      { test: { name: 'policy', include: ['test/policy/*.test.ts'] } },
      { test: { name: 'engines', include: ['test/engines/*.test.ts'] } },
      {
        plugins: [
          cloudflareTest({
            main: './worker/index.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: testBindings },
          }),
        ],
        test: { name: 'worker', include: ['test/worker/*.test.ts'] },
      },
      widget('widget', {
        instances: [{ browser: 'chromium' }],
        provider: playwright({ launchOptions: CHROMIUM }),
      }),
      widget('widget-firefox', {
        instances: [{ browser: 'firefox' }],
        provider: engineProvider,
        commands: engineCommands,
      }),
      widget('widget-webkit', {
        instances: [{ browser: 'webkit' }],
        provider: engineProvider,
        commands: engineCommands,
      }),
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts'],
          globalSetup: './test/e2e/stack.ts',
          // They share the host's port, and two cores.
          fileParallelism: false,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
