import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright'
import { test as base } from 'vitest'
import { CHROMIUM } from '../chromium.ts'
import { Host } from './host.ts'
import { Stranger } from './stranger.ts'

/**
 * One browser for all files of a worker, which ends with the worker's process. Vitest makes the fixtures of a worker anew for
 * each file, and gives up none of them before the worker ends.
 */
let launched: Promise<Browser> | undefined

/** A test with a browser. Whatever it opens there is closed when it ends, also where it fails. */
export const test = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what the fixture needs
  .extend('browser', { scope: 'worker' }, async ({}) => {
    launched ??= chromium.launch(CHROMIUM)
    return launched
  })
  // Makes a person's visit: cookies, storage and cache of its own.
  .extend('newVisitor', async ({ browser }, { onCleanup }) => {
    const visitors: BrowserContext[] = []
    onCleanup(async () => {
      // A request that a page makes as it goes is answered by no test any more.
      await Promise.all(visitors.map((visitor) => visitor.unrouteAll({ behavior: 'ignoreErrors' })))
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
