import { afterEach, expect, it, vi } from 'vitest'
// The order that hides a stand-in most: the tag is registered before anybody thinks of a test.
import '../../widget/npm/define.ts'
import { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { asked, expire, fail, open, renew, signOut } from '../../widget/npm/testing.ts'

afterEach(() => {
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

const EVENTS = [
  'biuwer-ready',
  'biuwer-error',
  'biuwer-expiring',
  'biuwer-expired',
  'biuwer-renewed',
] as const

/** A tag in the page, and the types of its events, as they come. */
function embed(settings: Partial<BiuwerEmbedElement> = {}): { tag: BiuwerEmbedElement; events: string[] } {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, { resourceId: 'sales', tokenUrl: '/token', ...settings })
  const events: string[] = []
  for (const type of EVENTS)
    tag.addEventListener(type, (event) => events.push('code' in event ? `${type} ${event.code}` : type))
  document.body.append(tag)
  return { tag, events }
}

it('is of the class of the tag, whose properties, events and states cannot differ', () => {
  expect(embed().tag).toBeInstanceOf(BiuwerEmbedElement)
})

it('goes through all states, and calls nobody', async () => {
  const calls = [vi.spyOn(window, 'fetch'), vi.spyOn(window, 'setTimeout'), vi.spyOn(window, 'setInterval')]
  const { tag, events } = embed()
  await tag.updateComplete
  expect(tag.matches(':state(connecting)')).toBe(true)
  await open(tag)
  expect(tag.matches(':state(ready)')).toBe(true)
  await renew(tag)
  await signOut(tag)
  expect(tag.state).toBe('ready')
  await fail(tag, 'token_spent', { running: true })
  expect(tag.state).toBe('ready')
  await expire(tag)
  expect(tag.matches(':state(expired)')).toBe(true)
  await open(tag)
  await fail(tag, 'session_revoked', { message: 'so it is', requestId: 'r1' })
  expect(tag.matches(':state(error)')).toBe(true)
  expect(tag.error).toMatchObject({
    code: 'session_revoked',
    message: 'so it is',
    requestId: 'r1',
    retryable: true,
  })
  tag.remove()
  expect(tag.state).toBe('idle')
  expect(events).toEqual([
    'biuwer-ready',
    'biuwer-expiring',
    'biuwer-renewed',
    'biuwer-error signed_out',
    'biuwer-error token_spent',
    'biuwer-expired',
    'biuwer-ready',
    'biuwer-error session_revoked',
  ])
  for (const call of calls) expect(call).not.toHaveBeenCalled()
  expect((await tag.diagnose()).checks).toEqual([])
})

it('tells what was asked of token-url, and for what', async () => {
  const { tag } = embed()
  await open(tag)
  await renew(tag)
  expect(asked(tag)).toEqual([
    { source: 'token-url', reason: 'initial', url: '/token' },
    { source: 'token-url', reason: 'expiring', url: '/token' },
  ])
})

it('calls a provider once for all tags that share it, and for a tag that has a token not at all', async () => {
  const tokenProvider = vi.fn(async () => 'token')
  const [first, second] = [embed({ tokenProvider }), embed({ tokenProvider })]
  await Promise.all([open(first.tag), open(second.tag)])
  expect(tokenProvider).toHaveBeenCalledExactlyOnceWith('initial', expect.any(AbortSignal))
  expect(asked(second.tag)).toEqual([{ source: 'tokenProvider', reason: 'initial', url: null }])
  const given = embed({ tokenUrl: null })
  Object.assign(given.tag, { token: 'token' })
  await open(given.tag)
  expect(asked(given.tag)).toEqual([])
})

it.each([
  ['SignedOutError', 'signed_out'],
  ['TypeError', 'provider_failed'],
])('fails as the provider fails before it was opened: %s', async (name, code) => {
  const tokenProvider = vi.fn().mockRejectedValue(Object.assign(new Error(), { name }))
  const { tag, events } = embed({ tokenProvider })
  await vi.waitFor(() => expect(events).toEqual([`biuwer-error ${code}`]))
  expect(tag.state).toBe('error')
  await open(tag)
  expect(tag.state).toBe('ready')
})

it.each<[unknown, string]>([
  [' ', 'tokenProvider gave empty'],
  [undefined, 'tokenProvider gave undefined'],
])('says of what the provider gave in place of a token what the tag says: %j', async (given, message) => {
  const { tag } = embed({ tokenProvider: (async () => given) as () => Promise<string> })
  await vi.waitFor(() => expect(tag.error).toMatchObject({ code: 'provider_failed', message }))
})

it('opens another resource anew, and again after reload', async () => {
  const { tag } = embed()
  await open(tag)
  tag.resourceId = 'revenue'
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  await open(tag)
  tag.reload()
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
})

it('says what a test did wrong', () => {
  expect(() => open(document.createElement('biuwer-embed'))).toThrow(/not in the page/)
  for (const end of [expire, signOut, (tag: HTMLElement) => fail(tag, 'internal')])
    expect(() => end(document.createElement('biuwer-embed'))).toThrow(/only in the page/)
  expect(() => open(embed({ resourceId: null }).tag)).toThrow(/lacks resource-id/)
  expect(() => open(embed({ resourceId: ' ' }).tag)).toThrow(/lacks resource-id/)
  expect(() => open(embed({ tokenUrl: null }).tag)).toThrow(/lacks token-url/)
  expect(() => open(embed({ tokenUrl: ' ' }).tag)).toThrow(/lacks token-url/)
  expect(() => renew(embed().tag)).toThrow(/that is open/)
  expect(() => open(document.body)).toThrow(/no stand-in/)
})
