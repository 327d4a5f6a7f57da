import { afterEach, expect, it, vi } from 'vitest'
import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { shareOrigin } from '../../widget/connection/manual-frame.ts'
import type { BiuwerErrorEvent, BiuwerReadyEvent } from '../../widget/events.ts'
import { embed, frameOf, happened, removeAll } from './stand-in.ts'

afterEach(removeAll)

it.each(['', 'acme.evil', 'acme/x', 'acme:8080', '@evil.example', 'ACME', '-a', 'a-', 'a b'])(
  'refuses %j as an instance',
  async (instance) => {
    expect(shareOrigin(instance)).toBeUndefined()
    const tag = embed({ resourceId: 'sales', token: 'secret', instance })
    await tag.updateComplete
    expect(tag.error).toMatchObject({ code: 'invalid_request', retryable: false })
    expect(tag.error?.message).toContain('instance')
  },
)

it('refuses an instance together with an edge', async () => {
  const tag = embed({ resourceId: 'sales', token: 'secret', instance: 'acme', edge: 'https://edge.example' })
  await tag.updateComplete
  expect(tag.error).toMatchObject({ code: 'invalid_request' })
  expect(tag.shadowRoot?.querySelector('iframe')).toBeNull()
})

it.each([
  ['a:b', 'secret'],
  ['sales', 'sec:ret'],
])('lets %s and %s not name another resource or token', async (resourceId, token) => {
  const tag = embed({ resourceId, token, instance: 'acme' })
  const { code, message } = (await happened(tag, 'biuwer-error')) as BiuwerErrorEvent
  expect(code).toBe('invalid_request')
  expect(message).not.toContain(token)
})

/**
 * Waits until the tag is ready, which it is when Biuwer's page has loaded. Nobody answers at acme.biuwer.com here, and
 * of the browsers Chromium alone fires `load` for a page that it can't have: the test fires it.
 */
async function ready(tag: BiuwerEmbedElement): Promise<void> {
  await tag.updateComplete
  await vi.waitFor(() => {
    frameOf(tag).dispatchEvent(new Event('load'))
    expect(tag.state).toBe('ready')
  })
}

it('opens Biuwer’s own page with no attribute that tells the token', async () => {
  const tag = embed({ resourceId: 'sales', token: 's3cret', instance: 'acme' })
  const told = happened(tag, 'biuwer-ready') as Promise<BiuwerReadyEvent>
  await ready(tag)
  expect(frameOf(tag).getAttributeNames()).not.toContain('name')
  expect(tag.outerHTML + tag.shadowRoot?.innerHTML).not.toContain('s3cret')
  expect((await told).expiresAt).toBeNull()
})

it('opens anew with another token', async () => {
  const tag = embed({ resourceId: 'sales', token: 'one', instance: 'acme' })
  await ready(tag)
  const first = frameOf(tag)
  tag.token = 'two'
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  expect(frameOf(tag)).not.toBe(first)
})
