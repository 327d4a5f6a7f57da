import { expect, test } from 'vitest'
import { isLoopback as clients } from '../../client/origin.ts'
import { isLoopback as edges } from '../../worker/policy/origins.ts'

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['[::1]', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['app.localhost', true],
  ['localhost.', false],
  ['evillocalhost', false],
  ['.localhost', false],
  ['[::2]', false],
  ['', false],
])('the client takes plain http where the edge does: %j %j', (host, isLoopback) => {
  expect([clients(host), edges(host)]).toEqual([isLoopback, isLoopback])
})
