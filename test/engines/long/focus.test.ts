import { expect, test } from 'vitest'
import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import { issue, ONE_SITE, open, prepareCore, RESOURCE } from '../core/core.ts'

prepareCore()

test("a reader who is inside Biuwer's page is taken to the panel when the session ends", async () => {
  const tab = await open(ONE_SITE, '<biuwer-embed></biuwer-embed>')
  const to = new Date(Date.now() + 5000).toISOString()
  const { token } = await issue({ refresh: 'none', to })
  await tab.evaluate(
    async ({ resource, token }) => {
      const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
      const ready = new Promise((resolve) => tag.addEventListener('biuwer-ready', resolve))
      Object.assign(tag, { resourceId: resource, token })
      await ready
    },
    { resource: RESOURCE, token },
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
})
