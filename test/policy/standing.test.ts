import { describe, expect, test } from 'vitest'
import { standingRefusal } from '../../worker/policy/standing.ts'
import { ask, claims, standing } from './opening.ts'

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
    ['signed out before the token was given out', { signOut: { at: 999, tokensSince: 1000 } }, undefined],
    ['signed out since', { signOut: { at: 1000, tokensSince: 1001 } }, 'token_revoked'],
    ['the record has ended', { to: 1500 }, 'token_expired'],
    ['the user is unlinked', { biuwerTokens: null }, 'user_not_linked'],
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
