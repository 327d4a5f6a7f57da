import { afterAll, beforeAll, expect, it } from 'vitest'
import { Host } from './host.ts'

/** What hosts' tests do around `biuwer-embed/testing`: fake timers, modules loaded anew, many files in one process. */

let host: Host
beforeAll(async () => {
  host = await Host.with('test/hosts/stand-in')
})
afterAll(() => host.remove())

it.each([
  { environment: 'jsdom', version: 'jsdom', args: [], inline: '' },
  { environment: 'jsdom', version: 'jsdom', args: [], inline: '1' },
  { environment: 'jsdom', version: 'jsdom', args: ['--no-isolate'], inline: '' },
  { environment: 'jsdom', version: 'jsdom', args: ['--pool=vmThreads'], inline: '' },
  { environment: 'jsdom', version: 'jsdom-30', args: [], inline: '' },
  { environment: 'happy-dom', version: 'happy-dom', args: [], inline: '' },
  { environment: 'happy-dom', version: 'happy-dom', args: ['--no-isolate'], inline: '' },
  { environment: 'happy-dom', version: 'happy-dom-20', args: [], inline: '1' },
])('the stand-in serves Vitest with $version, $args, modules inlined: "$inline"', async (way) => {
  const { ok, text } = await host.run(
    'vitest/vitest.mjs',
    ['run', '--environment', way.environment, ...way.args],
    {
      NODE_OPTIONS: `--import=${host.folder}/other-version.mjs`,
      ENVIRONMENT: way.environment,
      VERSION: way.version,
      INLINE: way.inline,
    },
  )
  expect(text).not.toMatch(/Unhandled/)
  expect(ok, text).toBe(true)
})

it('the stand-in serves Jest, as CommonJS', async () => {
  const { ok, text } = await host.run('jest/bin/jest.js', ['--rootDir', '.', '--testMatch', '**/*.cjs'])
  expect(ok, text).toBe(true)
})
