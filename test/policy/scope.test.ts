import { describe, expect, test } from 'vitest'
import { scopeRefusal } from '../../worker/policy/scope.ts'
import { ask, claims, rules } from './opening.ts'

describe('validity is half-open', () => {
  test.each([
    [999, 'token_not_yet_valid'],
    [1000, undefined],
    [1999, undefined],
    [2000, 'token_expired'],
  ])('at second %i: %s', (now, code) => {
    expect(scopeRefusal(claims, ask, rules, now)?.code).toBe(code)
  })
})

describe('scope', () => {
  const scoped = { ...claims, resources: ['page_1'], origins: ['https://app.example.com'] }

  test.each([
    ['its own resource', { resource: 'page_1' }, undefined],
    ['another resource', { resource: 'page_2' }, 'resource_not_allowed'],
    ['a resource of another case', { resource: 'PAGE_1' }, 'resource_not_allowed'],
    [
      'an origin that the deployment allows and the token does not',
      { origin: 'https://other.example.com' },
      'origin_not_allowed',
    ],
    ['a look-alike origin', { origin: 'https://app.example.com.evil.example' }, 'origin_not_allowed'],
    ['another scheme', { origin: 'http://app.example.com' }, 'origin_not_allowed'],
    ['another port', { origin: 'https://app.example.com:8443' }, 'origin_not_allowed'],
    ['an opaque origin', { origin: 'null' }, 'origin_not_allowed'],
  ])('%s', (_, change, code) => {
    expect(scopeRefusal(scoped, { ...ask, ...change }, rules, 1500)?.code).toBe(code)
  })

  test('an unscoped token opens any resource, in any origin of the deployment and no other', () => {
    expect(
      scopeRefusal(claims, { resource: 'any', origin: 'https://other.example.com' }, rules, 1500),
    ).toBeUndefined()
    expect(scopeRefusal(claims, { ...ask, origin: 'https://evil.example' }, rules, 1500)?.code).toBe(
      'origin_not_allowed',
    )
  })

  test.each(['https://edge.example.com', 'null', 'https://app.example.com/', 'file://'])(
    'where all origins are allowed, %s still is not',
    (origin) => {
      expect(scopeRefusal(claims, { ...ask, origin }, { ...rules, allowedOrigins: ['*'] }, 1500)?.code).toBe(
        'origin_not_allowed',
      )
    },
  )
})
