import { expect, it, vi } from 'vitest'
import { diagnose } from '../../widget/diagnosis/diagnose.ts'
import type { Subject } from '../../widget/diagnosis/subject.ts'
import { check, failed, now, placeElement, subject, token } from './diagnosis-fixtures.ts'

placeElement()

it.each<[string, boolean | null, Partial<Subject>, string]>([
  ['that has ended', false, { token: token({ exp: now() }) }, 'ended at 20'],
  ['that has ended by the device’s clock alone', true, { token: token({ exp: now() }), skew: 60_000 }, ''],
  ['that is not valid yet', false, { token: token({ nbf: now() + 60 }) }, 'valid from 20'],
  ['that never ends', true, { token: token({ exp: undefined }) }, 'explain'],
  ['for other resources', false, { token: token({ resources: ['costs'] }) }, 'resource'],
  ['for this resource', true, { token: token({ resources: ['costs', 'sales-2026'] }) }, ''],
  ['that is no JWS', false, { token: '6f1c2f8e-0000-4000-8000-000000000000' }, 'no JWS'],
  ['of dots alone', false, { token: 'a.b.c' }, 'no JWS'],
  ['of another issuer', false, { token: token({ iss: 'other' }) }, 'no embed token'],
  ['of a signer', true, { token: token({ iss: 'sig_0123456789abcdefghijkl' }, 'JWT') }, ''],
  ['of another kind', false, { token: token({}, 'biuwer-session+jwt') }, 'no embed token'],
  ['with times that are none', true, { token: token({ nbf: 1e300, exp: 'x' }) }, ''],
  ['that was spent', false, { error: failed('token_spent') }, 'Another page view'],
  ['that was revoked', false, { error: failed('token_revoked') }, 'revoked'],
  ['of a user who isn’t linked', false, { error: failed('user_not_linked') }, 'PUT /v1/users'],
  ['that none gave', false, { token: undefined, error: failed('provider_failed') }, 'token-url'],
  ['that has not come', null, { token: undefined }, ''],
  ['that ended after it opened', true, { token: token({ exp: now() }), state: 'ready' }, ''],
])('judges a token %s', async (_, ok, known, words) => {
  const found = check(await diagnose(subject({ connected: true, ...known })), 'token')
  expect(found.ok).toBe(ok)
  expect(found.detail).toContain(words)
})

const cross = { source: 'token-url', tokenUrl: 'https://api.example/token' } as const

it.each<[string, Partial<Subject>, string[], string[]]>([
  [
    'what came in place of a token',
    { error: failed('provider_failed') },
    ['m. ', 'token-url must'],
    ['Cookies'],
  ],
  ['that the visitor is signed out', { error: failed('signed_out') }, ['m. ', 'sign in'], ['Cookies']],
  ['why a renewal failed', { state: 'ready', error: failed('signed_out') }, ['m. ', 'sign in'], []],
  [
    'that cookies go to no other origin',
    { error: failed('signed_out'), ...cross },
    ['https://api.example', 'token-credentials="include"'],
    ['/token'],
  ],
  [
    'what such a backend has to answer',
    { error: failed('provider_failed'), ...cross, tokenCredentials: 'include' },
    ['https://api.example', 'CORS'],
    ['token-credentials'],
  ],
  [
    'nothing of cookies where the address is of the page',
    { error: failed('signed_out'), source: 'token-url', tokenUrl: '/token' },
    ['sign in'],
    ['Cookies'],
  ],
])('says %s', async (_, known, words, others) => {
  const { ok, detail } = check(
    await diagnose(subject({ connected: true, token: undefined, ...known })),
    'token',
  )
  expect(ok).toBe(false)
  for (const word of words) expect(detail).toContain(word)
  for (const word of others) expect(detail).not.toContain(word)
})

it.each([
  ['begins', 'nbf', [false, true]],
  ['ends', 'exp', [true, false]],
])('%s a token at its very second, by the edge’s clock', async (_, claim, [before, after]) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const second = now()
  const known = { connected: true, skew: 9, token: token({ exp: undefined, [claim]: second }) }
  vi.setSystemTime(second * 1000 + 8)
  expect(check(await diagnose(subject(known)), 'token').ok).toBe(before)
  vi.setSystemTime(second * 1000 + 9)
  expect(check(await diagnose(subject(known)), 'token').ok).toBe(after)
})
