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

test('a bounded map holds no more than its size, and nothing that is larger by itself', () => {
  const map = new BoundedMap<string, number>(10, 10)
  const has = () => ['one', 'two', 'three', 'four'].filter((key) => map.get(key) !== undefined)
  map.set('one', 1, 4)
  map.set('two', 2, 4)
  map.set('one', 1, 6)
  expect(has()).toEqual(['one', 'two'])
  map.set('three', 3, 3)
  expect(has()).toEqual(['one', 'three'])
  map.set('four', 4, 11)
  expect(has()).toEqual([])
  map.set('one', 1, 10)
  expect(has()).toEqual(['one'])
})
