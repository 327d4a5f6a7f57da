import { afterAll, beforeAll, expect, it } from 'vitest'
import { Host } from './host.ts'

/** The tag itself in a host's unit tests, which have no layout, no frames and no edge. */

let host: Host
beforeAll(async () => {
  host = await Host.with('test/hosts/tag')
})
afterAll(() => host.remove())

it.each([
  { environment: 'jsdom', version: 'jsdom' },
  { environment: 'jsdom', version: 'jsdom-30' },
  { environment: 'happy-dom', version: 'happy-dom' },
  { environment: 'happy-dom', version: 'happy-dom-20' },
])('renders in $version under Vitest, and warns and throws nothing', async ({ environment, version }) => {
  const { ok, text } = await host.run('vitest/vitest.mjs', ['run', '--environment', environment], {
    NODE_OPTIONS: `--import=${host.folder}/other-version.mjs`,
    ENVIRONMENT: environment,
    VERSION: version,
  })
  expect(text).not.toMatch(/Lit is in dev mode|lit\.dev|Unhandled/)
  expect(ok, text).toBe(true)
})

it('renders in jsdom under Jest, as CommonJS', async () => {
  const { ok, text } = await host.run('jest/bin/jest.js', [
    '--rootDir',
    '.',
    '--env',
    'jsdom',
    '--testMatch',
    '**/*.cjs',
  ])
  expect(text).not.toMatch(/Lit is in dev mode/)
  expect(ok, text).toBe(true)
})
