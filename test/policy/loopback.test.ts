import { expect, test } from 'vitest'
import { isThisMachine as clients, originOf } from '../../client/origin.ts'
import { isThisMachine as edges, isLoopback } from '../../worker/policy/origins.ts'

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
  ['host.docker.internal', true],
  ['docker.internal', false],
  ['evil.host.docker.internal', false],
  ['host.docker.internal.example.com', false],
  ['', false],
])('the client takes plain http where the edge does: %j %j', (host, isTaken) => {
  expect([clients(host), edges(host)]).toEqual([isTaken, isTaken])
})

test("a container's name for its machine is no page's or Biuwer's", () => {
  expect(isLoopback('host.docker.internal')).toBe(false)
})

const isTaken = (host: string, httpOnPrivateNetwork: boolean) => {
  try {
    return originOf({ edge: `http://${host}:8787`, httpOnPrivateNetwork }).host === `${host}:8787`
  } catch (error) {
    if (error instanceof TypeError) return false
    throw error
  }
}

test.each([
  ...[
    '10.0.0.5',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.20',
    '169.254.1.1',
    '[fd12:3456::1]',
    '[fe80::1]',
  ],
  ...['edge', 'my-edge', 'edge.internal', 'laptop.local', 'edge.test', 'nas.home.arpa'],
])('plain http on a private network is taken only where the host says so: %s', (host) => {
  expect([isTaken(host, false), isTaken(host, true)]).toEqual([false, true])
})

test.each([
  ...['11.0.0.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '0.0.0.0', '[2001:db8::1]', '[fec0::1]'],
  ...['embed.example.com', '10.0.0.1.example.com', 'internal.example', 'local.dev', 'evillocal.com'],
])('plain http to a public host is never taken: %s', (host) => {
  expect([isTaken(host, false), isTaken(host, true)]).toEqual([false, false])
})
