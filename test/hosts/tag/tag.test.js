import { setDefaultEdge } from 'biuwer-embed'
import 'biuwer-embed/define'
import { BiuwerEmbed } from 'biuwer-embed/react'
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'

// Nobody answers there.
setDefaultEdge('http://127.0.0.1:9')
afterEach(() => document.body.replaceChildren())

async function show(markup) {
  document.body.innerHTML = markup
  const tag = document.querySelector('biuwer-embed')
  await tag.updateComplete
  return tag
}

it('renders a frame and a panel with their parts, names and restrictions', async () => {
  const tag = await show('<biuwer-embed resource-id="sales" token="a.b.c" label="Sales"></biuwer-embed>')
  expect(tag.state).toBe('connecting')
  expect(tag.hasAttribute('token')).toBe(false)
  const frame = tag.shadowRoot.querySelector('iframe[part=frame]')
  expect(frame.title).toBe('Sales')
  expect(frame.getAttribute('sandbox')).toContain('allow-scripts')
  expect(tag.shadowRoot.querySelector('[part=panel] [part=message]').textContent).toBe('Loading dashboard…')
})

it('opens at once where nothing can tell what is in view', async () => {
  const tag = await show('<biuwer-embed resource-id="sales" token="a.b.c" loading="lazy"></biuwer-embed>')
  expect(tag.state).toBe('IntersectionObserver' in window ? 'idle' : 'connecting')
})

it('says what is wrong, can be diagnosed, tried again and taken away', async () => {
  const tag = await show('<biuwer-embed resource-id="sales" token="a.b.c" edge="nonsense"></biuwer-embed>')
  expect(tag.error.code).toBe('invalid_request')
  const { checks } = await tag.diagnose()
  expect(checks.find(({ check }) => check === 'setup')).toMatchObject({ ok: false })
  tag.shadowRoot.querySelector('[part=report]').click()
  await vi.waitFor(() => expect(tag.shadowRoot.textContent).not.toContain('Copy report'), 15_000)
  tag.edge = null
  tag.reload()
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  tag.openInWindow()
  tag.remove()
  expect(tag.state).toBe('idle')
})

it('fails as its token-url does', async () => {
  const tag = await show('<biuwer-embed resource-id="sales" token-url="http://127.0.0.1:9/"></biuwer-embed>')
  await vi.waitFor(() => expect(tag.state).toBe('error'), 5000)
  expect(tag.error.code).toBe('provider_failed')
})

it('opens in manual integration', async () => {
  const tag = await show('<biuwer-embed resource-id="sales" token="abc"></biuwer-embed>')
  tag.edge = null
  tag.instance = 'acme'
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('renders as a React component', async () => {
  const root = createRoot(document.body)
  root.render(createElement(BiuwerEmbed, { resourceId: 'sales', token: 'a.b.c' }))
  await vi.waitFor(() => expect(document.querySelector('biuwer-embed')?.state).toBe('connecting'))
  root.unmount()
})
