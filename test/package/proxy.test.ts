import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createProxy, type Server } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { NODES, OwnFolder } from './own-folder.ts'

/** A name that no DNS knows: who reaches the edge has gone through the proxy. */
const EDGE = 'https://edge.test'

let folder: OwnFolder
let edge: Server
let proxy: Server
let env: Record<string, string>
/** What the proxy was asked for, and what it was told of who asks. */
const asked: string[] = []
beforeAll(async () => {
  folder = await OwnFolder.make()
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(folder.path, file))
  const subject = ['-subj', '/CN=edge.test', '-addext', 'subjectAltName=DNS:edge.test']
  const files = ['-keyout', key, '-out', certificate].map(String)
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files]
  execFileSync('openssl', made, { stdio: 'ignore' })
  edge = createServer(
    { key: readFileSync(`${key}`), cert: readFileSync(`${certificate}`) },
    ({ headers }, response) => {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ status: 'ok', version: headers.host }))
    },
  )
  proxy = createProxy((_request, response) => response.writeHead(500).end())
  proxy.on('connect', ({ url, headers }, client) => {
    asked.push([url, headers['proxy-authorization']].filter(Boolean).join(' '))
    const through = connect((edge.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      through.pipe(client).pipe(through)
    })
    for (const socket of [client, through]) socket.on('error', () => {})
  })
  for (const server of [edge, proxy]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  env = { NODE_EXTRA_CA_CERTS: `${certificate}` }
})
afterAll(async () => {
  for (const server of [edge, proxy]) server.close()
  await folder.remove()
})
beforeEach(() => {
  asked.length = 0
})

const at = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`
const health = (node: string, more: Record<string, string>, edge = EDGE) =>
  folder.run(['health', '--edge', edge, '--json'], { node, env: { ...env, ...more } })

it.each(
  NODES.flatMap(({ path, version }) =>
    ['HTTPS_PROXY', 'https_proxy'].map((name) => ({ path, version, name })),
  ),
)('an edge is reached through the proxy of $name, in Node $version', async ({ path, name }) => {
  const { exit, stdout, stderr } = await health(path, { [name]: `http://user:pass@${at()}` })
  expect([exit, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toEqual({ status: 'ok', version: 'edge.test' })
  expect(asked).toEqual([`edge.test:443 Basic ${btoa('user:pass')}`])
})

it.each(NODES)('NO_PROXY is heeded, in Node $version', async ({ path }) => {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    const { exit } = await health(path, { HTTPS_PROXY: `http://${at()}`, [name]: 'other.test,.test' })
    expect(exit).toBe(3)
  }
  expect(asked).toEqual([])
})

it.each(NODES)(
  'a proxy that is not there is said so without its password, in Node $version',
  async ({ path }) => {
    const { exit, stderr } = await health(path, { HTTPS_PROXY: 'http://user:s3cret@127.0.0.1:1' })
    expect([exit, JSON.parse(stderr).code]).toEqual([3, 'unreachable'])
    expect(stderr).not.toContain('s3cret')
  },
)

it.each(NODES)('an edge on this machine is asked without it, in Node $version', async ({ path }) => {
  const { port } = edge.address() as AddressInfo
  const proxies = { HTTPS_PROXY: `http://${at()}`, HTTP_PROXY: `http://${at()}` }
  // The certificate is for another name: what counts is that the edge itself was asked.
  const { exit, stderr } = await health(path, proxies, `https://localhost:${port}`)
  expect([exit, asked]).toEqual([3, []])
  expect(stderr).toContain('ERR_TLS_CERT_ALTNAME_INVALID')
})
