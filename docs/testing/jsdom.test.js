// @vitest-environment jsdom
import 'biuwer-embed/define'
import { asked, expire, fail, open, renew, signOut } from 'biuwer-embed/testing'
import { afterEach, expect, it, vi } from 'vitest'

/** The part of an application that is tested: a dashboard, and what the page says of it. */
function showDashboard(resourceId, tokenProvider) {
  const tag = document.createElement('biuwer-embed')
  const notice = document.createElement('output')
  Object.assign(tag, { resourceId, tokenProvider })
  tag.addEventListener('biuwer-ready', () => {
    notice.textContent = 'open'
  })
  tag.addEventListener('biuwer-error', ({ code }) => {
    notice.textContent = code === 'signed_out' ? 'Please sign in again.' : `Failed: ${code}`
  })
  document.body.replaceChildren(tag, notice)
  return { tag, notice }
}

afterEach(() => document.body.replaceChildren())

it('opens with a token of the application', async () => {
  const tokenProvider = vi.fn(async () => 'a token')
  const { tag, notice } = showDashboard('sales', tokenProvider)
  expect(tag.state).toBe('idle')
  await open(tag)
  expect(tag.state).toBe('ready')
  expect(tokenProvider).toHaveBeenCalledExactlyOnceWith('initial', expect.any(AbortSignal))
  expect(notice.textContent).toBe('open')
})

it('asks for a fresh token before the session ends', async () => {
  const { tag } = showDashboard('sales', async () => 'a token')
  await open(tag, { expiresAt: new Date('2030-01-01T12:00:00Z') })
  await renew(tag, { expiresAt: new Date('2030-01-01T20:00:00Z') })
  expect(tag.expiresAt).toEqual(new Date('2030-01-01T20:00:00Z'))
  expect(asked(tag).map(({ reason }) => reason)).toEqual(['initial', 'expiring'])
})

it('says so when the visitor is signed out, and leaves the dashboard until the session ends', async () => {
  const { tag, notice } = showDashboard('sales', async () => 'a token')
  await open(tag)
  await signOut(tag)
  expect(notice.textContent).toBe('Please sign in again.')
  expect(tag.state).toBe('ready')
  await expire(tag)
  expect(tag.state).toBe('expired')
})

it('tells of other failures', async () => {
  const { tag, notice } = showDashboard('sales', async () => 'a token')
  await fail(tag, 'resource_not_allowed')
  expect(notice.textContent).toBe('Failed: resource_not_allowed')
  expect(tag.error).toMatchObject({ code: 'resource_not_allowed', retryable: false })
})
