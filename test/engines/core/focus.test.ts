import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Engine } from '../engine.ts'
import { launch } from '../launch.ts'
import { type Arrangement, arrange } from './arrangement.ts'

let engine: Engine
let stack: Arrangement

beforeAll(async () => {
  stack = await arrange(
    () => `<!doctype html><title>Host</title>
      <script type="module" src="${stack.edge.sameSite}/biuwer-embed.js"></script>
      <biuwer-embed></biuwer-embed>`,
  )
  engine = await launch(inject('engine'))
})
afterAll(async () => {
  await engine.stop()
  await stack.stop()
})

test("a reader who is inside Biuwer's page is taken to the panel when the session ends", async () => {
  const visitor = await engine.visitor()
  const tab = await visitor.open(`${stack.host.origin}/`)
  const to = new Date(Date.now() + 6000).toISOString()
  await tab.evaluate(
    async ({ resource, token }) => {
      const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
      const ready = new Promise((resolve) => tag.addEventListener('biuwer-ready', resolve))
      Object.assign(tag, { resourceId: resource, token })
      await ready
    },
    { resource: stack.resource, token: await stack.issue({ refresh: 'none', to }) },
  )
  await tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('iframe'))
  await tab.until(
    'the focus inside the frame',
    () => document.querySelector('biuwer-embed')?.shadowRoot?.activeElement?.localName === 'iframe',
  )
  await tab.until(
    'the end of the session',
    () => (document.querySelector('biuwer-embed') as BiuwerEmbedElement).state === 'expired',
  )
  expect(
    await tab.evaluate(
      () =>
        document.querySelector('biuwer-embed')?.shadowRoot?.activeElement?.getAttribute('part') ??
        document.activeElement?.localName,
    ),
  ).toBe('panel')
  await visitor.close()
})
