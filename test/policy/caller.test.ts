import { expect, test } from 'vitest'
import { isFor } from '../../worker/policy/caller.ts'

test.each([
  ['store-1', ['store-1'], true],
  ['store-10', ['store-1'], false],
  ['store-', ['store-*'], true],
  ['store-1', ['store-*'], true],
  ['stor', ['store-*'], false],
  ['shop', ['store-*'], false],
  ['my-store-1', ['store-*'], false],
  ['Store-1', ['store-*'], false],
  ['ana', ['store-*', 'ana'], true],
  ['anybody', null, true],
])('whether %s is among the users %j of a key: %s', (user, users, expected) => {
  expect(isFor(user, users)).toBe(expected)
})
