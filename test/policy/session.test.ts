import { describe, expect, test } from 'vitest'
import { isRecentForSession, sessionEnd, sessionEndNow, sessionRefusal } from '../../worker/policy/session.ts'
import { ask, claims, rules, standing } from './opening.ts'

describe('a running session', () => {
  const session = {
    at: 1200,
    opened: 1200,
    sid: 'ses_1',
    sub: 'tok_1',
    iat: 1000,
    gen: 2,
    rev: 3,
    link: 'l',
    res: 'page_1',
    org: ask.origin,
    exp: 2000,
  }
  const today = { ...rules, sessionTtl: 800 }

  test.each([
    ['goes on', {}, 1999, undefined],
    ['ends at its end', {}, 2000, 'session_expired'],
    ['ends with the record', { to: 1500 }, 1500, 'session_expired'],
    ['ends with a revocation', { revokedAt: 1499 }, 1500, 'session_revoked'],
    ['ends with its generation', { generation: 3, generationEnds: { 2: 1500 } }, 1500, 'session_revoked'],
    ['goes on in the overlap', { generation: 3, generationEnds: { 2: 1501 } }, 1500, undefined],
    [
      'goes on where its token came after a sign-out',
      { signOut: { at: 999, tokensSince: 1000 } },
      1500,
      undefined,
    ],
    ['ends with a sign-out', { signOut: { at: 1000, tokensSince: 1001 } }, 1500, 'session_revoked'],
    [
      'ends when the user is linked anew',
      { biuwerTokens: [{ id: 'bwt_m', from: 0, to: null }] },
      1500,
      'session_revoked',
    ],
    ['ends when the record is narrowed', { resources: ['page_2'] }, 1500, 'session_revoked'],
    ['ends when the user is unlinked', { biuwerTokens: null }, 1500, 'session_revoked'],
  ])('%s', (_, change, now, code) => {
    expect(sessionRefusal(session, { ...standing, ...change }, today, now)).toBe(code)
  })

  const opened = (change: object) => ({ ...session, ...change })
  test.each([
    ['goes on until its longest life of today', session, { sessionTtl: 300 }, 1499, undefined],
    ['ends with its longest life of today', session, { sessionTtl: 300 }, 1500, 'session_expired'],
    ['lives no longer than it was opened for', session, { sessionTtl: 9999 }, 2000, 'session_expired'],
    [
      'of version 0.1.0 lives as long as it was opened for',
      opened({ opened: undefined }),
      { sessionTtl: 1 },
      1999,
      undefined,
    ],
    [
      'of a version without sign-outs goes on until there is one',
      opened({ iat: undefined }),
      {},
      1500,
      undefined,
    ],
    ['ends on a page that is no longer allowed', session, { allowedOrigins: [] }, 1500, 'session_revoked'],
    ['goes on where every page is allowed', session, { allowedOrigins: ['*'] }, 1500, undefined],
    [
      'of a preview goes on, whatever pages are allowed',
      opened({ org: null }),
      { allowedOrigins: [] },
      1500,
      undefined,
    ],
  ])('a running session %s', (_, given, change, now, code) => {
    expect(sessionRefusal(given, standing, { ...today, ...change }, now)).toBe(code)
  })

  test('a running session of a version without sign-outs ends with the first', () => {
    const former = opened({ iat: undefined })
    const first = { ...standing, signOut: { at: 1, tokensSince: 2 } }
    expect(sessionRefusal(former, first, today, 1500)).toBe('session_revoked')
  })

  test.each([
    ['its longest life', {}, null, 1500 + 300],
    ['the end of the token', { exp: 1600 }, null, 1600],
    ['the end of the record', { exp: 1700 }, 1650, 1650],
    ['not the end of a single-use token', { exp: 1600, spend: { shard: 0 } }, null, 1800],
  ])('a running session ends by itself at %s', (_, change, to, end) => {
    expect(sessionEnd({ ...claims, ...change }, [to], 300, 1500)).toBe(end)
  })

  test.each([
    [
      'any lease given after the one that opened it',
      { biuwerTokens: [{ id: 'bwt_m', from: 0, to: null }], generation: 1, revision: 1 },
      1201,
      true,
    ],
    [
      'no other lease of the same second, which may be older',
      { biuwerTokens: [{ id: 'bwt_m', from: 0, to: null }] },
      1200,
      false,
    ],
    ['the very lease that opened it', {}, 1200, true],
    ['an older lease that says the same', {}, 1100, true],
    ['no older lease of another link', { biuwerTokens: [{ id: 'bwt_m', from: 0, to: null }] }, 1100, false],
    ['no lease from before its generation', { generation: 1 }, 1200, false],
    ['no lease from before its revision', { revision: 2 }, 1200, false],
  ])('a running session is judged by %s', (_, change, leasedAt, isJudged) => {
    expect(isRecentForSession(session, { ...standing, ...change }, leasedAt)).toBe(isJudged)
  })

  test.each([
    ['no lease of another link', { biuwerTokens: [{ id: 'bwt_m', from: 0, to: null }] }, false],
    ['no lease from before its generation', { generation: 1 }, false],
    ['no lease from before its revision', { revision: 2 }, false],
    ['a lease of its own generation, revision and link', {}, true],
    ['a lease of a later generation and revision', { generation: 3, revision: 4 }, true],
  ])('a session that does not say which lease opened it is judged by %s', (_, change, isJudged) => {
    const { at: _at, ...undated } = session
    expect(isRecentForSession(undated, { ...standing, ...change }, 9999)).toBe(isJudged)
  })

  test.each([
    [null, 800, 2000],
    [2001, 800, 2000],
    [1999, 800, 1999],
    [1999, 300, 1500],
  ])(
    'a running session of a record that ends at %s, with a longest life of %i s, ends at %s',
    (to, sessionTtl, end) => {
      expect(sessionEndNow(session, { ...standing, to }, { sessionTtl })).toBe(end)
    },
  )
})
