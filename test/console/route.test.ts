import { expect, test } from 'vitest'
import { pageAt } from '../../console/pages.ts'
import { href, routeOf } from '../../console/route.ts'

test.each([
  ['', []],
  ['#', []],
  ['#/', []],
  ['#/?days=7', []],
  ['#/tokens', ['tokens']],
  ['#/tokens/', ['tokens']],
  ['#/tokens/tok_1?a=/b?c', ['tokens', 'tok_1']],
  ['#/users?prefix=%25', ['users']],
])('the address %s leads to a page', (hash, path) => {
  expect(routeOf(hash).path).toEqual(path)
  expect(pageAt(routeOf(hash))).toBeDefined()
})

test.each([
  '#//',
  '#///',
  '#http://[',
  '#//tokens',
  '#/tokens//',
  '#/tokens/.',
  '#/tokens/..',
  '#/tokens/%2e%2e',
  '#/tokens/../users',
  '#/tokens/a/b',
  '#/%',
  '#/\u0000',
  '#/tokens#x',
  '#javascript:alert(1)',
])('the address %s leads to no page', (hash) => {
  expect(pageAt(routeOf(hash))).toBeUndefined()
})

test('an address leads back to what it was made of', () => {
  const path = ['tokens', 'a/b?c#d%\u202e']
  expect(routeOf(href(path, { text: 'a&b=c #?', none: '' }))).toEqual({ path, query: { text: 'a&b=c #?' } })
})
