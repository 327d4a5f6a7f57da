import { expect, inject } from 'vitest'
import { issue } from '../edge-api.ts'
import { appendTag, giveToken, LOOSE_POLICY, nextEvent } from '../host.ts'
import { test as base } from './fixtures.ts'

const { edge } = inject('stack')

/** Appends a tag to a page in which a script of `before` runs, and gives the page once the tag is ready. */
const test = base.extend('openBeside', ({ host }) => async (before: () => void = () => {}) => {
  const { token } = await issue()
  const page = await host.open('', { policy: LOOSE_POLICY })
  await page.evaluate(before)
  await appendTag(page, token)
  await page.locator('biuwer-embed:state(ready)').waitFor()
  return page
})

test("a second frame of the edge's origin does not come between the tag and its frame", async ({
  openBeside,
}) => {
  const page = await openBeside()
  await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        addEventListener('message', ({ data }) => data?.type === 'biuwer-embed:hello' && resolve(undefined))
        document.body.appendChild(document.createElement('iframe')).src = url
      }),
    `${edge}/v1/frame`,
  )
  const { token } = await issue()
  const renewed = nextEvent(page, 'biuwer-renewed')
  await giveToken(page, token)
  await renewed
})

test('the frame does not listen to another window of the host, even if that answers first', async ({
  openBeside,
}) => {
  const page = await openBeside(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    const other = document.body.appendChild(document.createElement('iframe')).contentWindow
    const post: (...args: unknown[]) => void = Reflect.construct(Reflect.get(other ?? {}, 'Function'), [
      'frame',
      'port',
      'frame.postMessage({ type: "biuwer-embed:port" }, "*", [port])',
    ])
    addEventListener('message', ({ data, source }) => {
      if (data?.type !== 'biuwer-embed:hello') return
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = (event) => heard.push(JSON.stringify(event.data))
      post(source, port2)
      port1.postMessage({ type: 'open', order: 1, token: 'x', session_key: 'y', resource: 'z', title: '' })
    })
  })
  expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
})
