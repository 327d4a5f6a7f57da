import { describe, expect, test } from 'vitest'
import { status } from '../../worker/policy/record.ts'
import { record } from './record.ts'

describe('a record', () => {
  test.each([
    [999, 'pending'],
    [1000, 'active'],
    [1999, 'active'],
    [2000, 'expired'],
  ])('a record at second %i is %s', (now, expected) => {
    expect(status(record({ from: 1000, to: 2000 }), now)).toBe(expected)
  })

  test('a record that was revoked is revoked, whatever the time', () => {
    expect(status(record({ from: 1000, to: 2000, revokedAt: 500 }), 3000)).toBe('revoked')
  })
})
