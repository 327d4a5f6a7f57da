import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { isListed } from '../../worker/policy/origins.ts'
import type { Engine } from './engine.ts'
import { launch } from './launch.ts'
import { type Site, serve } from './sites.ts'

let frames: Site
let host: Site
let engine: Engine

beforeAll(async () => {
  frames = await serve('127.0.0.2', ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, frames.origin)
    response
      .writeHead(200, {
        'Content-Type': 'text/html',
        'Content-Security-Policy': `frame-ancestors 'self' ${searchParams.get('ancestors')}`,
      })
      .end(`<script>parent.postMessage('${pathname}', '*')</script>`)
  })
  host = await serve('127.0.0.1', (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>Host</title>')
  })
  engine = await launch(inject('engine'))
})
afterAll(async () => {
  await engine.stop()
  await host.stop()
  await frames.stop()
})

/** Whether a browser shows a frame of this policy on a page of this host. */
async function isShown(hostName: string, ancestors: string): Promise<boolean> {
  const visitor = await engine.visitor()
  try {
    const tab = await visitor.open(`http://${hostName}:${new URL(host.origin).port}/`)
    return await tab.evaluate(
      ({ tried, control }) =>
        new Promise<boolean>((resolve) => {
          const heard = new Set<unknown>()
          const show = (src: string) => {
            const frame = document.createElement('iframe')
            frame.src = src
            return document.body.appendChild(frame)
          }
          addEventListener('message', ({ data }) => {
            heard.add(data)
            if (data === '/control') resolve(heard.has('/tried'))
          })
          // A refused frame loads, too: the browser's own page. What it said, it said before the other begins.
          show(tried).addEventListener('load', () => show(control))
        }),
      {
        tried: `${frames.origin}/tried?ancestors=${encodeURIComponent(ancestors)}`,
        control: `${frames.origin}/control?ancestors=*`,
      },
    )
  } finally {
    await visitor.close()
  }
}

test.each([
  ['a.shops.localhost', 'a.shops.localhost', true],
  ['a.shops.localhost', 'b.shops.localhost', false],
  ['a.shops.localhost', 'x.a.shops.localhost', false],
  ['*.shops.localhost', 'a.shops.localhost', true],
  ['*.shops.localhost', 'a.b.shops.localhost', true],
  ['*.shops.localhost', 'a_b.shops.localhost', true],
  ['*.shops.localhost', 'shops.localhost', false],
  ['*.shops.localhost', 'evilshops.localhost', false],
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.2', '127.0.0.1', false],
])('a frame for %s on a page of %s: %s, as an opening there', async (entry, hostName, isMeant) => {
  expect(isListed(`https://${hostName}`, [`https://${entry}`])).toBe(isMeant)
  expect(await isShown(hostName, `http://${entry}:${new URL(host.origin).port}`)).toBe(isMeant)
})

test.each([
  ['*', true],
  ['* capacitor://localhost', true],
  ['capacitor://localhost', false],
])('a frame for %s on a page of http: %s, as an opening there', async (entries, isMeant) => {
  expect(isListed('http://a.shops.localhost', entries.split(' '))).toBe(isMeant)
  expect(await isShown('a.shops.localhost', entries)).toBe(isMeant)
})

test('no frame for a name with _ is shown, of which /healthz warns, but one for all names above it', async () => {
  const { port } = new URL(host.origin)
  expect(await isShown('a_b.localhost', `http://a_b.localhost:${port}`)).toBe(false)
  expect(await isShown('c.a_b.localhost', `http://*.a_b.localhost:${port}`)).toBe(false)
  expect(await isShown('a_b.localhost', '*')).toBe(true)
})
