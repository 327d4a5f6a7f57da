import { describe, expect, test } from 'vitest'
import {
  isRecentForSession,
  type Standing,
  scopeRefusal,
  sessionEnd,
  sessionEndNow,
  sessionRefusal,
  standingRefusal,
} from '../../worker/policy/admission.ts'
import { effectOf } from '../../worker/policy/effect.ts'
import type { Claims } from '../../worker/policy/issue.ts'
import { isOrigin } from '../../worker/policy/origins.ts'
import { status } from '../../worker/policy/record.ts'
import { record } from './record.ts'

const place = {
  allowedOrigins: ['https://app.example.com', 'https://other.example.com'],
  edgeOrigin: 'https://edge.example.com',
}
const ask = { resource: 'page_1', origin: 'https://app.example.com' }
const claims: Claims = {
  sub: 'tok_1',
  gen: 2,
  rev: 3,
  refresh: 'none',
  iat: 1000,
  nbf: 1000,
  exp: 2000,
  jti: 'j',
}
const standing: Standing = {
  revokedAt: null,
  revision: 3,
  resources: null,
  origins: null,
  generation: 2,
  generationEnds: {},
  to: null,
  link: 'l',
}

describe('validity is half-open', () => {
  test.each([
    [999, 'token_not_yet_valid'],
    [1000, undefined],
    [1999, undefined],
    [2000, 'token_expired'],
  ])('at second %i: %s', (now, code) => {
    expect(scopeRefusal(claims, ask, place, now)?.code).toBe(code)
  })

  test.each([
    [999, 'pending'],
    [1000, 'active'],
    [1999, 'active'],
    [2000, 'expired'],
  ])('a record at second %i is %s', (now, expected) => {
    expect(status(record({ from: 1000, to: 2000 }), now)).toBe(expected)
  })

  test('revoked comes before everything', () => {
    expect(status(record({ from: 1000, to: 2000, revokedAt: 500 }), 3000)).toBe('revoked')
  })
})

describe('scope', () => {
  const scoped = { ...claims, resources: ['page_1'], origins: ['https://app.example.com'] }

  test.each([
    ['its own resource', { resource: 'page_1' }, undefined],
    ['another resource', { resource: 'page_2' }, 'resource_not_allowed'],
    ['a resource of another case', { resource: 'PAGE_1' }, 'resource_not_allowed'],
    [
      'an origin the deployment allows, the value does not',
      { origin: 'https://other.example.com' },
      'origin_not_allowed',
    ],
    ['a look-alike origin', { origin: 'https://app.example.com.evil.example' }, 'origin_not_allowed'],
    ['another scheme', { origin: 'http://app.example.com' }, 'origin_not_allowed'],
    ['another port', { origin: 'https://app.example.com:8443' }, 'origin_not_allowed'],
    ['an opaque origin', { origin: 'null' }, 'origin_not_allowed'],
  ])('%s', (_, change, code) => {
    expect(scopeRefusal(scoped, { ...ask, ...change }, place, 1500)?.code).toBe(code)
  })

  test('an unscoped value opens any resource, in any origin of the deployment and no other', () => {
    expect(
      scopeRefusal(claims, { resource: 'any', origin: 'https://other.example.com' }, place, 1500),
    ).toBeUndefined()
    expect(scopeRefusal(claims, { ...ask, origin: 'https://evil.example' }, place, 1500)?.code).toBe(
      'origin_not_allowed',
    )
  })

  test.each(['https://edge.example.com', 'null', 'https://app.example.com/', 'file://'])(
    'where all origins are allowed, %s still is not',
    (origin) => {
      expect(scopeRefusal(claims, { ...ask, origin }, { ...place, allowedOrigins: 'any' }, 1500)?.code).toBe(
        'origin_not_allowed',
      )
    },
  )
})

describe('standing', () => {
  test.each([
    ['as it was', {}, undefined],
    ['revoked', { revokedAt: 1400 }, 'token_revoked'],
    ['rotated, its generation still in overlap', { generation: 3, generationEnds: { 2: 1501 } }, undefined],
    [
      'rotated, its generation ended this second',
      { generation: 3, generationEnds: { 2: 1500 } },
      'token_revoked',
    ],
    [
      'rotated twice, its generation forgotten',
      { generation: 4, generationEnds: { 3: 9999 } },
      'token_revoked',
    ],
    ['the record has ended', { to: 1500 }, 'token_expired'],
    ['the user is unlinked', { link: null }, 'user_not_linked'],
    ['the record was narrowed to another resource', { resources: ['page_2'] }, 'resource_not_allowed'],
    [
      'the record was narrowed to another origin',
      { origins: ['https://other.example.com'] },
      'origin_not_allowed',
    ],
  ])('%s', (_, change, code) => {
    expect(standingRefusal(claims, ask, { ...standing, ...change }, 1500)?.code).toBe(code)
  })
})

describe('a running session', () => {
  const session = {
    at: 1200,
    sid: 'ses_1',
    sub: 'tok_1',
    gen: 2,
    rev: 3,
    link: 'l',
    res: 'page_1',
    org: ask.origin,
    exp: 2000,
  }
  test.each([
    ['goes on', {}, 1999, undefined],
    ['ends at its end', {}, 2000, 'session_expired'],
    ['ends with the record', { to: 1500 }, 1500, 'session_expired'],
    ['ends with a revocation', { revokedAt: 1499 }, 1500, 'session_revoked'],
    ['ends with its generation', { generation: 3, generationEnds: { 2: 1500 } }, 1500, 'session_revoked'],
    ['goes on in the overlap', { generation: 3, generationEnds: { 2: 1501 } }, 1500, undefined],
    ['ends when the user is linked anew', { link: 'm' }, 1500, 'session_revoked'],
    ['ends when the record is narrowed', { resources: ['page_2'] }, 1500, 'session_revoked'],
    ['ends when the user is unlinked', { link: null }, 1500, 'session_revoked'],
  ])('%s', (_, change, now, code) => {
    expect(sessionRefusal(session, { ...standing, ...change }, now)).toBe(code)
  })

  test.each([
    ['its longest life', {}, null, 1500 + 300],
    ['the end of the value', { exp: 1600 }, null, 1600],
    ['the end of the record', { exp: 1700 }, 1650, 1650],
    ['not the end of a single-use value', { exp: 1600, spend: { shard: 0 } }, null, 1800],
  ])('ends by itself at %s', (_, change, to, end) => {
    expect(sessionEnd({ ...claims, ...change }, to, 300, 1500)).toBe(end)
  })

  test.each([
    ['any word given after the one that opened it', { link: 'm', generation: 1, revision: 1 }, 1201, true],
    ['no other word of the same second, which may be older', { link: 'm' }, 1200, false],
    ['the very word that opened it', {}, 1200, true],
    ['an older word that says the same', {}, 1100, true],
    ['no older word of another link', { link: 'm' }, 1100, false],
    ['no word of before its generation', { generation: 1 }, 1200, false],
    ['no word of before its revision', { revision: 2 }, 1200, false],
  ])('is judged by %s', (_, change, givenAt, isJudged) => {
    expect(isRecentForSession(session, { ...standing, ...change }, givenAt)).toBe(isJudged)
  })

  describe('of which an earlier version did not note when its word was given', () => {
    const { at: _, ...undated } = session
    test.each([
      ['no word of another link', { link: 'm' }, false],
      ['no word of before its generation', { generation: 1 }, false],
      ['no word of before its revision', { revision: 2 }, false],
      ['a word of its own generation, revision and link', {}, true],
      ['a word of a later generation and revision', { generation: 3, revision: 4 }, true],
    ])('is judged by %s', (_, change, isJudged) => {
      const word = { ...standing, ...change }
      expect(isRecentForSession(undated, word, 9999)).toBe(isJudged)
      expect(isRecentForSession(session, word, undefined)).toBe(isJudged)
      expect(isRecentForSession(undated, word, undefined)).toBe(isJudged)
    })
  })

  test.each([
    [null, 2000],
    [2001, 2000],
    [1999, 1999],
  ])('of a record that ends at %s ends at %s', (to, end) => {
    expect(sessionEndNow(session, { ...standing, to })).toBe(end)
  })
})

describe('a change takes effect', () => {
  const bounds = { revocationLease: 60, sessionCheck: 300 }

  test('a lease, a second of rounding and a second of skew later; then a check later', () => {
    expect(effectOf(1000, bounds)).toEqual({ newSessions: 1062, openSessions: 1362 })
  })

  test('an overlap longer than the lease counts instead of it, a shorter one does not', () => {
    expect(effectOf(1000, bounds, 3600).newSessions).toBe(4602)
    expect(effectOf(1000, bounds, 10).newSessions).toBe(1062)
  })
})

test.each([
  ['https://app.example.com', true],
  ['https://app.example.com:8443', true],
  ['http://localhost:5173', true],
  ['https://xn--bcher-kva.example', true],
  ['https://[::1]:8443', true],
  ['https://App.example.com', false],
  ['https://app.example.com/', false],
  ['https://app.example.com:443', false],
  ['https://bücher.example', false],
  ['https://user@app.example.com', false],
  ['https://app.example.com?x', false],
  ['ftp://app.example.com', false],
  ['null', false],
  ['', false],
])('origin %s: %s', (text, serialised) => {
  expect(isOrigin(text)).toBe(serialised)
})
