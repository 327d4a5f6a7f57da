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

test('a hello that does not come from the frame is not answered', async ({ openBeside }) => {
  const page = await openBeside()
  const state = await page.evaluate(async () => {
    window.postMessage({ type: 'biuwer-embed:hello' }, '*')
    await new Promise((resolve) => {
      addEventListener('message', ({ data }) => data === 'last' && resolve(undefined))
      window.postMessage('last', '*')
    })
    return Reflect.get(document.querySelector('biuwer-embed') ?? {}, 'state')
  })
  expect(state).toBe('ready')
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

test('a page of another site that was put into the frame of the tag is told nothing', async ({
  openBeside,
  stranger,
}) => {
  stranger.html = `<!doctype html><title>Stranger</title><script>
    addEventListener('message', ({ ports: [port], data }) => {
      if (port) port.onmessage = ({ data }) => fetch('/heard-on-port')
      if (data?.type === 'biuwer-embed:port') fetch('/heard')
    })
    parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
    parent.postMessage('said', '*')
  </script>`
  const page = await openBeside()
  await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        addEventListener('message', ({ data }) => data === 'said' && resolve(undefined))
        const frame = document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe')
        if (frame?.contentWindow) frame.contentWindow.location.href = url
      }),
    `${stranger.origin}/look-alike`,
  )
  // One more way there and back: what the tag had sent would have come before it.
  const frame = page.frames().find((each) => each.url().startsWith(stranger.origin))
  await frame?.evaluate(() => fetch('/last'))
  expect(stranger.asked).toEqual(['/look-alike', '/last'])
})

test('a page of another site beside the tag is told nothing', async ({ openBeside, stranger }) => {
  stranger.html = `<!doctype html><title>Stranger</title><script>
    addEventListener('message', ({ ports }) => fetch(ports.length ? '/heard' : '/last'))
    parent.postMessage({ type: 'biuwer-embed:hello' }, '*')
    parent.postMessage('said', '*')
  </script>`
  const page = await openBeside()
  await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        addEventListener('message', ({ data, source }) => {
          if (data !== 'said') return
          source?.postMessage('last', { targetOrigin: '*' })
          resolve(undefined)
        })
        document.body.appendChild(document.createElement('iframe')).src = url
      }),
    `${stranger.origin}/look-alike`,
  )
  await expect.poll(() => stranger.asked).toContain('/last')
  expect(stranger.asked).toEqual(['/look-alike', '/last'])
})
