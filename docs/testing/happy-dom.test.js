// @vitest-environment happy-dom
import 'biuwer-embed/define'
import { asked, fail, open } from 'biuwer-embed/testing'
import { expect, it } from 'vitest'

it('is written as it is in the page, and asks nobody', async () => {
  document.body.innerHTML = '<biuwer-embed resource-id="sales" token-url="/api/biuwer-token"></biuwer-embed>'
  const tag = document.querySelector('biuwer-embed')
  await open(tag)
  expect(tag.state).toBe('ready')
  expect(asked(tag)).toEqual([{ source: 'token-url', reason: 'initial', url: '/api/biuwer-token' }])
})

it('shows the panel that a reader would see', async () => {
  document.body.innerHTML = '<biuwer-embed resource-id="sales" token-url="/api/biuwer-token"></biuwer-embed>'
  const tag = document.querySelector('biuwer-embed')
  await fail(tag, 'token_revoked')
  const panel = tag.shadowRoot.querySelector('[role=alert]')
  expect(panel.textContent).toContain('Your access was withdrawn.')
})
