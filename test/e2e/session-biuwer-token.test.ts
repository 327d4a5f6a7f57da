import type { BrowserContext, Page } from 'playwright'
import { expect, inject } from 'vitest'
import { admin, issue } from './edge-api.ts'
import { test } from './fixtures.ts'
import { biuwerFrames, type Host, tagWith } from './host.ts'

const { biuwer, resources } = inject('stack')
const INSTANCE = 'https://acme.biuwer.com'
/** A user whom the token source knows as Store 1. */
const USER = 'store-1.copied'

/** A visit in which the stand-in answers as the Biuwer instance "acme", which the tag's manual integration names. */
async function atAcme(visitor: BrowserContext): Promise<BrowserContext> {
  await visitor.route(`${INSTANCE}/**`, async (route) => {
    const url = route.request().url().replace(INSTANCE, biuwer)
    await route.fulfill({ response: await route.fetch({ url }) })
  })
  return visitor
}

/** Biuwer's page, in a tag in manual integration with this Biuwer token: its words, once it is loaded. */
async function manual(host: Host, visitor: BrowserContext, token: string): Promise<string> {
  const page = await host.open(
    `<biuwer-embed instance="acme" resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`,
    { visitor, policy: `script-src *; frame-src ${INSTANCE}` },
  )
  await page.locator('biuwer-embed:state(ready)').waitFor()
  const shown = () => page.frames().find((frame) => frame.url() === `${INSTANCE}/share`)
  await expect.poll(() => shown()?.locator('main:not([aria-busy])').count()).toBe(1)
  return (await shown()?.locator('main').innerText()) ?? ''
}

/** The Biuwer token, as the reader of the page finds it in the developer tools. */
async function copied(page: Page): Promise<string> {
  await page.locator('biuwer-embed:state(ready)').waitFor()
  const name = await biuwerFrames(page)[0]?.evaluate(() => window.name)
  return name?.slice(name.indexOf(':') + 1) ?? ''
}

test('what a reader copies of a session opens the dashboard in manual integration until the reader is signed out', async ({
  host,
  newVisitor,
}) => {
  await admin('PUT', `/v1/users/${USER}`, { biuwer_refresh: 'session' })
  const { token } = await issue({ user: USER, refresh: 'single-use' })
  const stranger = await atAcme(await newVisitor())
  const biuwerToken = await copied(await host.open(tagWith(token)))
  expect(await manual(host, stranger, biuwerToken)).toContain('Store 1')

  await admin('POST', `/v1/users/${USER}/sign-out`, {})
  await expect.poll(() => manual(host, stranger, biuwerToken)).toBe('Content not found')
})

test('a session has a Biuwer token of its own, which goes with it and leaves those of others', async ({
  host,
  newVisitor,
}) => {
  await admin('PUT', `/v1/users/${USER}`, { biuwer_refresh: 'session' })
  const record = await issue({ user: USER })
  const one = await copied(await host.open(tagWith(record.token)))
  const other = await copied(await host.open(tagWith((await issue({ user: USER })).token)))
  expect(one).not.toBe(other)
  const stranger = await atAcme(await newVisitor())
  await admin('DELETE', `/v1/tokens/${record.id}`)
  await expect.poll(() => manual(host, stranger, one)).toBe('Content not found')
  expect(await manual(host, stranger, other)).toContain('Store 1')
})
