import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEdge } from '../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../demo/run/secrets.ts'
import { reservePort } from './reserved-ports.ts'

export interface OwnEdge {
  origin: string
  /** An origin of pages that show its dashboards. */
  pages: string
  adminKey: string
  /** A Biuwer token that no other edge knows. */
  biuwerToken: string
  stop(): Promise<void>
}

/**
 * Starts an edge with nothing in it, for a test that would disturb those of other files.
 * @param tokenSource the address of the token source that it asks, if it has one
 */
export async function startOwnEdge(tokenSource?: string): Promise<OwnEdge> {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-'))
  const { edge: settings, host, tokenSource: source } = makeSecrets()
  const envFile = join(folder, 'edge.env')
  writeFileSync(envFile, asDotenv(settings), { mode: 0o600 })
  const { port, release } = await reservePort()
  const vars = tokenSource === undefined ? {} : { ...source, BIUWER_TOKEN_SOURCE: tokenSource }
  const edge = await startEdge({ port, persistTo: join(folder, 'state'), envFile, vars })
  return {
    origin: edge.origin,
    pages: settings.ALLOWED_ORIGINS.split(' ')[0] ?? '',
    adminKey: host.DEMO_ADMIN_KEY,
    biuwerToken: host.DEMO_BIUWER_TOKEN_STORE_1,
    async stop() {
      await edge.stop()
      await release()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
