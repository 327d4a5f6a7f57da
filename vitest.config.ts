import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { testBindings } from './test/bindings.ts'
import { CHROMIUM } from './test/chromium.ts'

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
      {
        define: { FRAME_VERSION: '"of-the-tests"' },
        test: {
          name: 'widget',
          include: ['test/widget/*.test.ts', 'test/console/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({ launchOptions: CHROMIUM }),
          },
        },
      },
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
