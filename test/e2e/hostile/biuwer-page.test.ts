import { expect, inject } from 'vitest'
import { HOST, nextEvent } from '../host.ts'
import { test } from './fixtures.ts'

const { biuwer, biuwerTokens, resources } = inject('stack')

test("Biuwer's page can not take itself to another site", async ({ openDashboard, stranger }) => {
  const { page, biuwerPage } = await openDashboard()
  const error = nextEvent(page, 'biuwer-error')
  // The page listens once it has answered this.
  await page.evaluate(() => {})
  await biuwerPage.evaluate(
    (origin) => void setTimeout(() => location.assign(`${origin}/inner`)),
    stranger.origin,
  )
  expect(await error).toMatchObject({ code: 'misconfigured' })
  expect(page.url()).toBe(`${HOST}/`)
  expect(stranger.asked).toEqual([])
})

test("Biuwer's page can not take the host to another site by a script", async ({
  openDashboard,
  stranger,
}) => {
  const { page, biuwerPage } = await openDashboard()
  const blocked = biuwerPage.evaluate((origin) => {
    const tried = (move: () => void): string => {
      try {
        move()
        return 'let through'
      } catch (error) {
        return (error as Error).name
      }
    }
    return [
      tried(() => {
        if (top) top.location.href = `${origin}/top`
      }),
      String(window.open(`${origin}/top`, '_top')),
    ]
  }, stranger.origin)
  expect(await blocked).toEqual(['SecurityError', 'null'])
  expect(page.url()).toBe(`${HOST}/`)
  expect(stranger.asked).toEqual([])
})

test("a page on another site that Biuwer's share page redirects to is not shown", async ({
  openDashboard,
  stranger,
}) => {
  const { page } = await openDashboard()
  await page
    .context()
    .route(`${biuwer}/share`, (route) =>
      route.fulfill({ status: 302, headers: { Location: `${stranger.origin}/redirected` } }),
    )
  await page.evaluate(() =>
    (document.querySelector('biuwer-embed') as unknown as { reload(): void }).reload(),
  )
  expect(await nextEvent(page, 'biuwer-error')).toMatchObject({ code: 'misconfigured' })
  expect(stranger.asked).toEqual([])
  expect(page.frames().some((frame) => frame.url().startsWith(stranger.origin))).toBe(false)
})

test("Biuwer's page can not take the host to another site by a click, a link or a form", async ({
  openDashboard,
  stranger,
}) => {
  const { page, biuwerPage } = await openDashboard()
  await biuwerPage.evaluate((origin) => {
    const link = Object.assign(document.createElement('a'), {
      href: `${origin}/link`,
      target: '_top',
      textContent: 'link',
    })
    const form = Object.assign(document.createElement('form'), { action: `${origin}/form`, target: '_top' })
    const button = form.appendChild(Object.assign(document.createElement('button'), { textContent: 'form' }))
    const mover = Object.assign(document.createElement('button'), { textContent: 'mover' })
    mover.onclick = () => {
      try {
        if (top) top.location.href = `${origin}/click`
      } catch (error) {
        document.title = (error as Error).name
      }
    }
    const box = document.createElement('div')
    Object.assign(box.style, { position: 'fixed', top: '0', left: '0' })
    box.append(link, button, mover, form)
    document.body.append(box)
  }, stranger.origin)
  await biuwerPage.getByText('mover', { exact: true }).click()
  await biuwerPage.waitForFunction(() => document.title === 'SecurityError')
  await biuwerPage.getByText('link', { exact: true }).click()
  await biuwerPage.getByText('form', { exact: true }).click()
  await biuwerPage.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  expect(page.url()).toBe(`${HOST}/`)
  expect(stranger.asked).toEqual([])
})

test("Biuwer's page reads neither frame nor host, and may use no device", async ({ openDashboard }) => {
  const { biuwerPage } = await openDashboard()
  const tried = await biuwerPage.evaluate(() => {
    const read = (look: () => unknown) => {
      try {
        return String(look())
      } catch (error) {
        return (error as Error).name
      }
    }
    const policy = Reflect.get(document, 'featurePolicy') as { allowsFeature(name: string): boolean }
    const features = ['camera', 'microphone', 'geolocation', 'payment', 'clipboard-read', 'display-capture']
    return {
      reads: [
        read(() => parent.document),
        read(() => parent.location.href),
        read(() => parent.name),
        read(() => top?.document),
        read(() => top?.location.href),
        read(() => frameElement),
      ],
      allowed: features.filter((feature) => policy.allowsFeature(feature)),
    }
  })
  expect(tried.reads).toEqual([...Array(5).fill('SecurityError'), 'null'])
  expect(tried.allowed).toEqual([])
})

test("Biuwer's page can neither give the frame orders nor pass for it", async ({ openDashboard }) => {
  const { page, frame, biuwerPage } = await openDashboard()
  await biuwerPage.evaluate(() => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    addEventListener('message', ({ data, ports }) => heard.push(data, ports.length))
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => heard.push(data)
    parent.postMessage({ type: 'biuwer-embed:port' }, '*', [port2])
    port1.postMessage({ type: 'open', order: 9, token: 'x', session_key: 'y', resource: 'z', title: '' })
    top?.postMessage({ type: 'biuwer-embed:hello' }, '*')
    parent.postMessage('last', '*')
    top?.postMessage('last', '*')
  })
  for (const document of [frame, page.mainFrame()]) {
    await document.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  }
  await biuwerPage.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  expect(await biuwerPage.evaluate(() => Reflect.get(window, 'heard'))).toEqual([])
  expect(await page.locator('biuwer-embed:state(ready)').count()).toBe(1)
})

test("a known limit: where Biuwer's page messages its top window, a host script can read the Biuwer token", async ({
  openDashboard,
}) => {
  const { page, biuwerPage } = await openDashboard()
  // It listens before the message is sent, and is asked for what it caught afterwards.
  await page.evaluate(() => {
    Object.assign(window, {
      caught: new Promise<string>((resolve) =>
        addEventListener('message', ({ data, source }) => {
          if (data !== 'hello from Biuwer' || !source) return
          const inner = source as Window
          inner.location.href = 'about:blank'
          const look = () => {
            try {
              if (inner.location.href === 'about:blank') return resolve(inner.name)
            } catch {
              // Still Biuwer's document.
            }
            setTimeout(look, 10)
          }
          look()
        }),
      ),
    })
  })
  await biuwerPage.evaluate(() => top?.postMessage('hello from Biuwer', '*'))
  expect(await page.evaluate(() => (window as unknown as { caught: Promise<string> }).caught)).toBe(
    `${resources.rentals}:${biuwerTokens.store1}`,
  )
})
