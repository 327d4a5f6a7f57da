import { afterEach, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import type { Refusal } from '../../widget/frame/protocol.ts'
import { embed, frameOf, happened, Inside, opened, removeAll, type Settings } from './stand-in.ts'

afterEach(removeAll)

/** A tag whose opening the edge refused. */
async function refused(refusal: Refusal, settings: Settings = {}) {
  const tag = embed({ resourceId: 'sales', token: 'panel', ...settings })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  inside.report({ type: 'refused', ...refusal })
  await happened(tag, 'biuwer-error')
  await tag.updateComplete
  return tag
}

it('says quietly that it is loading', async () => {
  embed({ resourceId: 'sales', tokenProvider: () => new Promise(() => {}) })
  await expect.element(page.getByRole('status')).toHaveTextContent('Loading dashboard…')
})

it('says aloud why nothing is shown, and which request it was', async () => {
  const tag = await refused({ code: 'token_spent', request_id: 'req_7' })
  const alert = page.getByRole('alert')
  await expect.element(alert.getByText('This access was already used.')).toBeVisible()
  await expect.element(alert.getByText('token_spent req_7')).toBeVisible()
  expect(tag.shadowRoot?.querySelector('iframe')).toBeNull()
  expect(tag.error).toMatchObject({ code: 'token_spent', requestId: 'req_7' })
})

it('says the end without alarm', async () => {
  const { tag, inside } = await opened({ token: 'ending' })
  inside.report({ type: 'ended', code: 'session_expired' })
  await happened(tag, 'biuwer-expired')
  await expect.element(page.getByRole('status').getByText('Your session has ended.')).toBeVisible()
})

it('says from when a token is valid', async () => {
  await refused({ code: 'token_not_yet_valid', valid_from: '2031-03-01T12:00:00Z' })
  await expect.element(page.getByRole('alert').getByText(/March 1, 2031/)).toBeVisible()
})

it.each([
  ['unavailable', true],
  ['internal', true],
  ['resource_not_allowed', false],
  ['token_expired', false],
] as const)('offers to try again where that can help: %s %s', async (code, offered) => {
  const tag = await refused({ code })
  expect(tag.error?.retryable).toBe(offered)
  expect(tag.shadowRoot?.querySelector('[part=retry]') !== null).toBe(offered)
})

it('tries again at the button', async () => {
  const tag = await refused({ code: 'unavailable' })
  await page.getByRole('button', { name: 'Try again' }).click()
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('speaks Spanish where the page does, and its own language before that', async () => {
  const section = document.body.appendChild(document.createElement('section'))
  section.lang = 'es-MX'
  const tag = embed({ resourceId: 'sales', token: 'lang' }, section)
  await tag.updateComplete
  expect(frameOf(tag).title).toBe('Panel de Biuwer')
  await expect.element(page.getByRole('status')).toHaveTextContent('Cargando el panel…')
  tag.lang = 'en'
  await expect.element(page.getByRole('status')).toHaveTextContent('Loading dashboard…')
  section.remove()
})

it('names the frame, here and inside, as the page labels it', async () => {
  const { tag, inside } = await opened({ token: 'label', label: 'Sales by store' })
  expect(frameOf(tag).title).toBe('Sales by store')
  expect(inside.orders[0]).toMatchObject({ title: 'Sales by store' })
})

it('leaves no theme on an element that sets none', async () => {
  const tag = embed({ resourceId: 'sales', token: 'theme' })
  await tag.updateComplete
  expect(tag.hasAttribute('theme')).toBe(false)
  expect(getComputedStyle(tag).colorScheme).toBe('light dark')
  tag.theme = 'dark'
  await tag.updateComplete
  expect(getComputedStyle(tag).colorScheme).toBe('dark')
})

it('is as large as the page says, and gone when hidden', async () => {
  const tag = embed({ resourceId: 'sales', token: 'size' })
  expect(getComputedStyle(tag).height).toBe('600px')
  tag.style.setProperty('--biuwer-embed-height', '250px')
  expect(getComputedStyle(tag).height).toBe('250px')
  tag.hidden = true
  expect(getComputedStyle(tag).display).toBe('none')
})
