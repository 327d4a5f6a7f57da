import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { RESOURCES } from '../../demo/biuwer/resources.ts'
import { startBiuwer } from '../../demo/biuwer/serve.ts'
import { storeIdOf } from '../../demo/host/readers.ts'
import { startEdge } from '../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../demo/run/secrets.ts'
import { startTokenSource } from '../../demo/token-source/serve.ts'
import { reservePort } from './reserved-ports.ts'

/**
 * What runs behind the browser: a real edge, which has the stores linked, a stand-in for Biuwer, on origins of their own, and a
 * token source, which makes Biuwer tokens of the stores and of their further readers.
 */
export interface Stack {
  edge: string
  biuwer: string
  /** The key of the stand-in's API. */
  biuwerApiKey: string
  /** Where host pages may be: a port for each worker. Nobody listens there until a test does. */
  hostPorts: number[]
  adminKey: string
  biuwerTokens: { store1: string; store2: string }
  /** Every line the edge has written. */
  edgeLog: string
  resources: typeof RESOURCES
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: Stack
  }
}

/** Seconds: short, so that a test sees a session end, and long enough for a busy machine to answer a check in time. */
export const LEASE = 2
export const CHECK = 5

export default async function setup({ provide, config }: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  const edgePort = await reservePort()
  const biuwerPort = await reservePort()
  const sourcePort = await reservePort()
  const hosts = await Promise.all(Array.from({ length: config.maxWorkers }, reservePort))
  const hostPorts = hosts.map(({ port }) => port)
  const { edge: settings, tokenSource, host } = makeSecrets()
  const biuwerTokens = { store1: host.DEMO_BIUWER_TOKEN_STORE_1, store2: host.DEMO_BIUWER_TOKEN_STORE_2 }
  const envFile = join(folder, 'edge.env')
  const edgeLog = join(folder, 'edge.log')
  writeFileSync(envFile, asDotenv({ ...settings, ...tokenSource }), { mode: 0o600 })
  writeFileSync(edgeLog, '')

  const apiKey = host.DEMO_BIUWER_API_KEY
  const biuwer = await startBiuwer({
    port: biuwerPort.port,
    users: [
      { store: 'Store 1', token: biuwerTokens.store1 },
      { store: 'Store 2', token: biuwerTokens.store2 },
    ],
    apiKey,
  })
  const source = await startTokenSource({
    port: sourcePort.port,
    secret: tokenSource.BIUWER_TOKEN_SOURCE_SECRET,
    biuwer: biuwer.origin,
    apiKey,
    storeOf: (user) => ({ 'store-1': 'Store 1', 'store-2': 'Store 2' })[storeIdOf(user)],
  })
  const edge = await startEdge({
    port: edgePort.port,
    persistTo: join(folder, 'state'),
    envFile,
    vars: {
      BIUWER_INSTANCE: biuwer.origin,
      BIUWER_TOKEN_SOURCE: source.origin,
      ALLOWED_ORIGINS: hostPorts
        .flatMap((port) => [`http://localhost:${port}`, `http://127.0.0.1:${port}`])
        .join(' '),
      REVOCATION_LEASE: `${LEASE}`,
      SESSION_CHECK: `${CHECK}`,
      // All that it could write is searched for secrets.
      LOG_SUCCESSES: '1',
    },
    onLog: (line) => appendFileSync(edgeLog, `${line}\n`),
  })
  const { users } = new BiuwerEdge({ edge: edge.origin, adminKey: host.DEMO_ADMIN_KEY })
  await users.link('store-1', { biuwer_token: biuwerTokens.store1 })
  await users.link('store-2', { biuwer_token: biuwerTokens.store2 })

  provide('stack', {
    edge: edge.origin,
    biuwer: biuwer.origin,
    biuwerApiKey: apiKey,
    hostPorts,
    adminKey: host.DEMO_ADMIN_KEY,
    biuwerTokens,
    edgeLog,
    resources: RESOURCES,
  })
  return async () => {
    await edge.stop()
    await source.stop()
    await biuwer.stop()
    await Promise.all([edgePort, biuwerPort, sourcePort, ...hosts].map(({ release }) => release()))
    rmSync(folder, { recursive: true, force: true })
  }
}
