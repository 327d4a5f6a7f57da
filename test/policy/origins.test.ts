import { expect, test } from 'vitest'
import { isOrigin } from '../../worker/policy/origins.ts'

test.each([
  ['https://app.example.com', true],
  ['https://app.example.com:8443', true],
  ['http://localhost:5173', true],
  ['https://xn--bcher-kva.example', true],
  ['https://[::1]:8443', true],
  ['https://App.example.com', false],
  ['https://app.example.com/', false],
  ['https://app.example.com:443', false],
  ['https://bücher.example', false],
  ['https://user@app.example.com', false],
  ['https://app.example.com?x', false],
  ['ftp://app.example.com', false],
  ['null', false],
  ['', false],
])('origin %s: %s', (text, serialised) => {
  expect(isOrigin(text)).toBe(serialised)
})
