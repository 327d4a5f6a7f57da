import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { RESOURCES } from '../../demo/biuwer/resources.ts'
import { startBiuwer } from '../../demo/biuwer/serve.ts'
import { startEdge } from '../../demo/run/edge.ts'
import { freePort } from '../../demo/run/ports.ts'
import { asDotenv, makeSecrets } from '../../demo/run/secrets.ts'

/** What runs behind the browser: a real edge and a stand-in for Biuwer, on origins of their own. */
export interface Stack {
  edge: string
  biuwer: string
  /** Where the host page may be; nobody listens there until a test does. */
  hostPort: number
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

export const LEASE = 2
export const CHECK = 2

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  const edgePort = await freePort(18787)
  const hostPort = await freePort(18788, [edgePort])
  const biuwerPort = await freePort(18789, [edgePort, hostPort])
  const { edge: settings, host } = makeSecrets()
  const envFile = join(folder, 'edge.env')
  const edgeLog = join(folder, 'edge.log')
  writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })
  writeFileSync(edgeLog, '')

  const biuwer = await startBiuwer({
    port: biuwerPort,
    users: [
      { store: 'Store 1', token: host.DEMO_BIUWER_TOKEN_STORE_1 },
      { store: 'Store 2', token: host.DEMO_BIUWER_TOKEN_STORE_2 },
    ],
  })
  const edge = await startEdge({
    port: edgePort,
    persistTo: join(folder, 'state'),
    envFile,
    vars: {
      BIUWER_INSTANCE: biuwer.origin,
      ALLOWED_ORIGINS: `http://localhost:${hostPort} http://127.0.0.1:${hostPort}`,
      REVOCATION_LEASE: `${LEASE}`,
      SESSION_CHECK: `${CHECK}`,
    },
    onLog: (line) => appendFileSync(edgeLog, `${line}\n`),
  })
  provide('stack', {
    edge: edge.origin,
    biuwer: biuwer.origin,
    hostPort,
    adminKey: host.DEMO_ADMIN_KEY,
    biuwerTokens: { store1: host.DEMO_BIUWER_TOKEN_STORE_1, store2: host.DEMO_BIUWER_TOKEN_STORE_2 },
    edgeLog,
    resources: RESOURCES,
  })
  return async () => {
    await edge.stop()
    await biuwer.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
