import { afterAll, beforeAll, expect, it } from 'vitest'
import { Host } from './host.ts'

/** What docs/testing.md shows, in a host with nothing but the package and the tools. */

let host: Host
beforeAll(async () => {
  host = await Host.with('docs/testing')
})
afterAll(() => host.remove())

it('the samples for Vitest pass: jsdom, happy-dom, React, Vue and Svelte', async () => {
  const { ok, text } = await host.run('vitest/vitest.mjs', ['run'])
  expect(text).not.toMatch(/Unhandled|not wrapped in act/)
  expect(ok, text).toBe(true)
  expect(text).toMatch(/Test Files +5 passed/)
})

it('the sample for Jest passes, as CommonJS', async () => {
  const { ok, text } = await host.run('jest/bin/jest.js', ['--rootDir', '.', '--testMatch', '**/*.cjs'])
  expect(ok, text).toBe(true)
})
