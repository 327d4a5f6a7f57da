import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright'
import { test as base } from 'vitest'
import { CHROMIUM } from '../chromium.ts'
import { Host } from './host.ts'
import { Stranger } from './stranger.ts'

/** A test with a browser. Whatever it opens there is closed when it ends, also where it fails. */
export const test = base
  // One browser for all files of a worker.
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('browser', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const browser = await chromium.launch(CHROMIUM)
    onCleanup(() => browser.close())
    return browser
  })
  // Makes a person's visit: cookies, storage and cache of its own.
  .extend('newVisitor', async ({ browser }, { onCleanup }) => {
    const visitors: BrowserContext[] = []
    onCleanup(async () => {
      await Promise.all(visitors.map((visitor) => visitor.close()))
    })
    return async (options?: BrowserContextOptions) => {
      const visitor = await browser.newContext(options)
      visitors.push(visitor)
      return visitor
    }
  })
  .extend('host', async ({ newVisitor }, { onCleanup }) => {
    const host = await Host.start(newVisitor)
    onCleanup(() => host.stop())
    return host
  })
  // Pages on another site than the host, the edge and Biuwer.
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('stranger', async ({}, { onCleanup }) => {
    const stranger = await Stranger.start('127.0.0.4')
    onCleanup(() => stranger.stop())
    return stranger
  })
