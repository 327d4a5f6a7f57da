import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { type EmbedCode, wordsFor } from '../../widget/failures.ts'
import type { EdgeFailure } from '../../widget/frame-document/protocol.ts'
import { en } from '../../widget/panel/messages/en.ts'
import { embed, frameOf, happened, Inside, opened, removeAll, type Settings } from './stand-in.ts'

afterEach(removeAll)

/** A tag whose opening the edge refused. */
async function refused(refusal: EdgeFailure, settings: Settings = {}) {
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

describe('a token that is not valid yet', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  /** Refused `seconds` before its beginning by an edge whose clock is an hour behind this device's. */
  async function early(seconds: number) {
    const now = Date.now() - 3_600_000
    return refused({
      code: 'token_not_yet_valid',
      valid_from: new Date(now + seconds * 1000).toISOString(),
      now,
    })
  }
  const timer = (tag: Element) => tag.shadowRoot?.querySelector('[role=timer]')?.textContent

  it('counts down to its beginning, by the clock of the edge', async () => {
    const tag = await early(5 * 60)
    expect(timer(tag)).toContain('in 5 minutes')
    vi.advanceTimersByTime(4 * 60_000)
    expect(timer(tag)).toContain('in 60 seconds')
  })

  it('opens by itself when it begins, and not before', async () => {
    const tag = await early(90)
    vi.advanceTimersByTime(89_999)
    await tag.updateComplete
    expect(tag.state).toBe('error')
    // Pages that wait for the same moment are spread over a second.
    vi.advanceTimersByTime(1001)
    await tag.updateComplete
    expect(tag.state).toBe('connecting')
    const inside = await Inside.of(tag)
    await inside.hello()
    expect(await inside.order(1)).toMatchObject({ type: 'open', token: 'panel' })
  })

  it('is waited for through more than a timer can hold', async () => {
    const tag = await early(40 * 86_400)
    expect(timer(tag)).toContain('in 40 days')
    vi.advanceTimersByTime(60_000)
    await tag.updateComplete
    expect(tag.state).toBe('error')
  })

  it('leaves no timer when the element goes', async () => {
    const tag = await early(90)
    expect(vi.getTimerCount()).toBeGreaterThan(0)
    tag.remove()
    await tag.updateComplete
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('tells the causes of a refusal apart', () => {
  const codes: EmbedCode[] = [
    'token_invalid',
    'token_not_yet_valid',
    'token_expired',
    'token_revoked',
    'token_spent',
    'resource_not_allowed',
    'origin_not_allowed',
    'user_not_linked',
    'session_expired',
    'rate_limited',
    'unavailable',
    'timeout',
    'frame_unreachable',
    'frame_blocked',
    'provider_failed',
    'signed_out',
    'biuwer_unavailable',
    'misconfigured',
  ]
  expect(new Set(codes.map((code) => wordsFor(code, en))).size).toBe(codes.length)
})

it('keeps the focus of who was in the frame or at a button', async () => {
  const { tag, inside } = await opened({ token: 'focus' })
  inside.frame.focus()
  inside.report({ type: 'ended', code: 'token_revoked' })
  await happened(tag, 'biuwer-error')
  await tag.updateComplete
  expect(tag.shadowRoot?.activeElement?.part.value).toBe('panel')
})

it('takes no focus from elsewhere', async () => {
  const field = document.body.appendChild(document.createElement('input'))
  field.focus()
  await refused({ code: 'token_spent' })
  expect(document.activeElement).toBe(field)
  field.remove()
})

it('has its roles as attributes, because Firefox before 119 has no properties for them', async () => {
  const role = Object.getOwnPropertyDescriptor(Element.prototype, 'role')
  if (!role) throw new Error('this browser has no such property')
  Reflect.deleteProperty(Element.prototype, 'role')
  try {
    const tag = await refused({
      code: 'token_not_yet_valid',
      valid_from: '2037-06-01T00:00:00Z',
      now: Date.now(),
    })
    expect(tag.shadowRoot?.querySelector('[part=panel]')?.getAttribute('role')).toBe('alert')
    expect(tag.shadowRoot?.querySelector('time')?.getAttribute('role')).toBe('timer')
  } finally {
    Object.defineProperty(Element.prototype, 'role', role)
  }
})

it('copies a diagnosis that holds no token', async () => {
  const write = vi.spyOn(navigator.clipboard, 'write').mockResolvedValue()
  await refused({ code: 'token_revoked' }, { token: 's3cret' })
  await page.getByRole('button', { name: 'Copy report' }).click()
  await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  const blob = await write.mock.calls[0]?.[0][0]?.getType('text/plain')
  const text = (await blob?.text()) ?? ''
  expect(JSON.parse(text)).toMatchObject({ code: 'token_revoked', state: 'error' })
  expect(text).not.toContain('s3cret')
  vi.restoreAllMocks()
})

it('writes to the clipboard in the click itself, when WebKit lets a page do that', async () => {
  const write = vi.spyOn(navigator.clipboard, 'write').mockResolvedValue()
  const tag = await refused({ code: 'token_revoked' })
  tag.shadowRoot?.querySelector<HTMLElement>('[part=report]')?.click()
  expect(write).toHaveBeenCalledOnce()
  await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  vi.restoreAllMocks()
})

it('copies a diagnosis where the browser has no ClipboardItem', async () => {
  vi.stubGlobal('ClipboardItem', undefined)
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await refused({ code: 'token_revoked' })
  await page.getByRole('button', { name: 'Copy report' }).click()
  await expect.element(page.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(JSON.parse(write.mock.calls[0]?.[0] ?? '')).toMatchObject({ code: 'token_revoked' })
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

it('shows the diagnosis where the clipboard is refused', async () => {
  vi.spyOn(navigator.clipboard, 'write').mockRejectedValue(new DOMException('', 'NotAllowedError'))
  await refused({ code: 'token_revoked' })
  await page.getByRole('button', { name: 'Copy report' }).click()
  const report = page.getByRole('textbox', { name: 'Copy report' })
  await expect.element(report).toBeVisible()
  expect(JSON.parse((report.element() as HTMLTextAreaElement).value)).toMatchObject({ code: 'token_revoked' })
  vi.restoreAllMocks()
})

it.each([
  ['unavailable', true],
  ['biuwer_unavailable', true],
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

it('offers a visitor who is signed out to try again, though it does not by itself', async () => {
  const tokenProvider = vi.fn(() => Promise.reject(Object.assign(new Error(), { name: 'SignedOutError' })))
  const tag = embed({ resourceId: 'sales', tokenProvider })
  await happened(tag, 'biuwer-error')
  expect(tag.error).toMatchObject({ code: 'signed_out', retryable: false })
  const again = happened(tag, 'biuwer-error')
  await page.getByRole('button', { name: 'Try again' }).click()
  await again
  expect(tokenProvider).toHaveBeenCalledTimes(2)
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
