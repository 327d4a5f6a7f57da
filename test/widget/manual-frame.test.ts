import { afterEach, expect, it } from 'vitest'
import type { BiuwerErrorEvent, BiuwerReadyEvent } from '../../widget/events.ts'
import { shareOrigin } from '../../widget/manual-frame.ts'
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

it('opens Biuwer’s own page with no attribute that tells the token', async () => {
  const tag = embed({ resourceId: 'sales', token: 's3cret', instance: 'acme' })
  const ready = happened(tag, 'biuwer-ready') as Promise<BiuwerReadyEvent>
  await tag.updateComplete
  const frame = frameOf(tag)
  expect(frame.getAttributeNames()).not.toContain('name')
  expect(tag.outerHTML + tag.shadowRoot?.innerHTML).not.toContain('s3cret')
  expect((await ready).expiresAt).toBeNull()
  expect(tag.state).toBe('ready')
})

it('opens anew with another token', async () => {
  const tag = embed({ resourceId: 'sales', token: 'one', instance: 'acme' })
  await happened(tag, 'biuwer-ready')
  const first = frameOf(tag)
  tag.token = 'two'
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  expect(frameOf(tag)).not.toBe(first)
})
