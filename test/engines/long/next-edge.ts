import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, makeSecrets } from '../../../demo/run/secrets.ts'
import { BIUWER } from '../core/core.ts'
import { ADDRESSES } from '../core/stack.ts'
import { serve } from '../sites.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The edge as its next version is deployed: with another frame document, and with the one of now withdrawn. */
export interface NextEdge {
  port: number
  /** Gives a token of this edge. */
  issue(): Promise<string>
  stop(): Promise<void>
}

export async function startNextEdge(): Promise<NextEdge> {
  // Below the repository, whose node_modules hold what the worker imports.
  const folder = mkdtempSync(`${root}dist/next-edge-`)
  for (const path of ['worker', 'package.json', 'wrangler.toml'])
    cpSync(`${root}${path}`, join(folder, path), { recursive: true })
  mkdirSync(join(folder, 'dist'))
  symlinkSync(`${root}dist/cdn`, join(folder, 'dist/cdn'))
  const present = JSON.parse(readFileSync(`${root}dist/frame.json`, 'utf8'))
  const version = `next-${present.version}`
  const html = present.html.replace(`content="${present.version}"`, `content="${version}"`)
  writeFileSync(join(folder, 'dist/frame.json'), JSON.stringify({ ...present, html, version }))
  const list = join(folder, 'worker/policy/withdrawn-frames.ts')
  writeFileSync(
    list,
    readFileSync(list, 'utf8').replace('Set<string>()', `Set<string>(['${present.version}'])`),
  )

  const { edge: settings, host } = makeSecrets()
  writeFileSync(join(folder, 'edge.env'), asDotenv(settings), { mode: 0o600 })
  const port = await unusedPort()
  const hosts = ADDRESSES.map((address) => `http://${address}:${inject('core').ports.host}`)
  const { stop } = await startEdge({
    root: folder,
    port,
    persistTo: join(folder, 'state'),
    envFile: join(folder, 'edge.env'),
    vars: { BIUWER_INSTANCE: BIUWER, ALLOWED_ORIGINS: hosts.join(' ') },
  })
  const manage = async (method: string, path: string, body: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { Authorization: `Bearer ${host.DEMO_ADMIN_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
    return answer.json()
  }
  await manage('PUT', '/v1/users/store-1', { biuwer_token: host.DEMO_BIUWER_TOKEN_STORE_1 })
  return {
    port,
    issue: async () => (await manage('POST', '/v1/tokens', { user: 'store-1', refresh: 'single-use' })).token,
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A port that the system just gave out, and so gives nobody else at once. */
async function unusedPort(): Promise<number> {
  const site = await serve('127.0.0.1', () => {})
  await site.stop()
  return Number(new URL(site.origin).port)
}
