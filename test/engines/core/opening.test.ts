import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import {
  ARRANGEMENTS,
  BIUWER,
  biuwer,
  biuwerToken,
  heard,
  issue,
  manage,
  OTHER_RESOURCE,
  open,
  otherBiuwerToken,
  prepareCore,
  RESOURCE,
} from './core.ts'
import { openDashboard } from './dashboard.ts'

prepareCore()

declare global {
  interface Window {
    framesHere: number
  }
}

/** Counts the frames that have come, each of which tells so. Stands above the tags. */
const COUNTER = `<script>
  window.framesHere = 0
  addEventListener('message', () => window.framesHere++)
</script>`

describe.each(ARRANGEMENTS)('a dashboard opens, %s,', (_, sites) => {
  test('with a token in the attribute, which is taken off the tag', async () => {
    const { tab, page, token } = await openDashboard(sites)
    expect(await page.evaluate(() => [name, location.href])).toEqual([
      `${RESOURCE}:${biuwerToken}`,
      `${BIUWER}/share`,
    ])
    const seen = await tab.evaluate(() => {
      const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
      return { token: tag.token, markup: tag.outerHTML + tag.shadowRoot?.innerHTML }
    })
    expect(seen.token).toBeNull()
    expect(seen.markup).toContain('<iframe')
    expect(seen.markup).not.toContain(token)
  })

  test('with a token from the host’s backend, asked for once by all tags of the page', async () => {
    const { id } = await issue()
    let asked = 0
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const answer: RequestListener = async (_, response) => {
      asked++
      await released
      const { token } = await manage('POST', `/v1/tokens/${id}/refresh`)
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ token }))
    }
    const tags = [RESOURCE, OTHER_RESOURCE].map(
      (id) => `<biuwer-embed resource-id="${id}" token-url="token"></biuwer-embed>`,
    )
    const tab = await open(sites, COUNTER + tags.join(''), { answer })
    await tab.until('both frames', () => window.framesHere >= 2)
    release()
    await tab.until('two events of readiness', () => window.heard.length === 2)
    expect(asked).toBe(1)
    await biuwer.shown(2)
    const names = await Promise.all(biuwer.pages.map((page) => page.evaluate(() => name)))
    expect(names.sort()).toEqual([`${RESOURCE}:${biuwerToken}`, `${OTHER_RESOURCE}:${biuwerToken}`])
  })
})

const [, sites] = ARRANGEMENTS[1] as (typeof ARRANGEMENTS)[0]

test('a dashboard opens with a token that a script sets, and keeps to itself', async () => {
  const tab = await open(sites)
  const { token } = await issue()
  const kept = await tab.evaluate(
    ({ resource, token }) => {
      const tag = document.createElement('biuwer-embed') as BiuwerEmbedElement
      Object.assign(tag, { resourceId: resource, token })
      document.body.append(tag)
      return tag.token
    },
    { resource: RESOURCE, token },
  )
  expect(kept).toBeNull()
  await heard(tab, 'biuwer-ready')
})

test('a dashboard opens with a token from the page’s function, called once for all tags that have it', async () => {
  const { token } = await issue()
  const tab = await open(sites, COUNTER)
  const calls = await tab.evaluate(
    async ({ resources, token }) => {
      const reasons: string[] = []
      const bothHere = new Promise<void>((resolve) => {
        addEventListener('message', () => window.framesHere >= 2 && resolve())
      })
      const tokenProvider = async (reason: string) => {
        reasons.push(reason)
        await bothHere
        return token
      }
      const tags = resources.map((resourceId) =>
        Object.assign(document.createElement('biuwer-embed'), { resourceId, tokenProvider }),
      )
      const ready = tags.map((tag) => new Promise((resolve) => tag.addEventListener('biuwer-ready', resolve)))
      document.body.append(...tags)
      await Promise.all(ready)
      return reasons
    },
    { resources: [RESOURCE, OTHER_RESOURCE], token },
  )
  expect(calls).toEqual(['initial'])
})

test('a dashboard shows what its user may see', async () => {
  const { token } = await issue({ user: 'store-2' })
  const tab = await open(sites, `<biuwer-embed resource-id="${RESOURCE}" token="${token}"></biuwer-embed>`)
  await heard(tab, 'biuwer-ready')
  expect(await (await biuwer.page()).evaluate(() => name)).toBe(`${RESOURCE}:${otherBiuwerToken}`)
})
