import { expect, test } from 'vitest'
import { changesBetween } from '../../cli/deployment/changelog.ts'

const CHANGELOG = `# Changelog

## [Unreleased]

- next

## [0.10.0] - 2027-03-01

- ten

## [0.2.0] - 2027-01-01

- two

## [0.1.0]

- one
`

test.each([
  ['0.1.0', '0.10.0', ['- ten', '- two']],
  ['0.1.0', '0.2.0', ['- two']],
  ['0.2.0', '0.2.0', []],
  ['0.10.0', '0.2.0', []],
])('an upgrade from %s to %s brings the versions between', (from, to, lines) => {
  expect(changesBetween(CHANGELOG, from, to).map((section) => section.split('\n').at(-1))).toEqual(lines)
})
