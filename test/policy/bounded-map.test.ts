import { expect, test } from 'vitest'
import { BoundedMap } from '../../worker/bounded-map.ts'

test('a bounded map forgets what was set longest ago, and no more than it has to', () => {
  const map = new BoundedMap<string, number>(2)
  map.set('one', 1)
  map.set('two', 2)
  map.set('one', 11)
  map.set('three', 3)
  expect(['one', 'two', 'three'].map((key) => map.get(key))).toEqual([11, undefined, 3])
})
