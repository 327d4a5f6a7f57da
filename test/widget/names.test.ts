import { afterEach, expect, it, vi } from 'vitest'
import { en } from '../../widget/panel/messages/en.ts'
import { es } from '../../widget/panel/messages/es.ts'
import { embed, frameOf, opened, removeAll } from './stand-in.ts'

afterEach(removeAll)

it.each(['', ' ', null, undefined])('is called as if it had no label with %j for one', async (label) => {
  const tag = embed({ resourceId: 'sales', token: 'value', label: label as null })
  await tag.updateComplete
  expect(frameOf(tag).title).toBe(en.label)
})

it('is called by a number where a framework hands one over', async () => {
  const tag = embed({ resourceId: 'sales', token: 'value', label: 7 as never })
  await tag.updateComplete
  expect(frameOf(tag).title).toBe('7')
})

it('gives Biuwer’s page a name that it gets later, and renews nothing for that', async () => {
  const { tag, inside } = await opened({ token: 'named-later' })
  tag.label = 'Sales by store'
  await tag.updateComplete
  expect(frameOf(tag).title).toBe('Sales by store')
  expect(await inside.order(2)).toMatchObject({ type: 'rename', title: 'Sales by store' })
  tag.label = null
  tag.lang = 'es'
  expect(await inside.order(3)).toMatchObject({ type: 'rename', title: es.label })
  // What the frame says of the session that it had before still counts.
  inside.report({ type: 'ended', code: 'token_revoked' }, inside.orders[0]?.order)
  await vi.waitFor(() => expect(tag.state).toBe('error'))
})

it('is told from other tags of the page that have no label, by a number', async () => {
  const tags = [1, 2, 3, 4].map((at) =>
    embed({ resourceId: 'sales', token: 'value', ...(at === 2 && { label: 'Stock' }) }),
  )
  const names = () => tags.map((tag) => tag.shadowRoot?.querySelector('iframe')?.title ?? '')
  await expect.poll(names).toEqual([en.label, 'Stock', `${en.label} 2`, `${en.label} 3`])
  tags[2]?.remove()
  tags.push(embed({ resourceId: 'sales', token: 'value' }))
  await expect.poll(names).toEqual([en.label, 'Stock', '', `${en.label} 3`, `${en.label} 2`])
})
