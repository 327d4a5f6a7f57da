import { describe, expect, test } from 'vitest'
import { effectOf } from '../../worker/policy/effect.ts'

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
