import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Miniflare } from 'miniflare'

/** The worker as a deployment has it, and the one around it that sets its clock. */
const WORKER = new URL('../../worker/index.js', import.meta.url)
const CLOCK_WORKER = new URL('./clock-worker.js', import.meta.url)
/** What a deployment serves beside the worker. */
const FILES = fileURLToPath(new URL('../../cdn', import.meta.url))
/** That of `wrangler.toml`. */
const COMPATIBILITY_DATE = '2026-10-20'

/**
 * Starts the edge's worker with these bindings. Its storage is a temporary folder, gone when it is disposed of; alarms and the
 * cron trigger are the platform's, and the latter never runs here.
 */
export async function startWorkerd(port: number, bindings: Record<string, string>): Promise<Miniflare> {
  const { Miniflare, convertV4MiniflareOptions, newestDate } = loadMiniflare()
  const [worker, clockWorker] = await Promise.all([readFile(WORKER, 'utf8'), readFile(CLOCK_WORKER, 'utf8')])
  const options: Parameters<typeof convertV4MiniflareOptions>[0] = {
    host: '127.0.0.1',
    port,
    cf: false,
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.resume()
      stderr.resume()
    },
    modules: [
      { type: 'ESModule', path: 'clock-worker.js', contents: clockWorker },
      { type: 'ESModule', path: 'worker.js', contents: worker },
    ],
    // An older workerd refuses a date that it does not know.
    compatibilityDate: newestDate < COMPATIBILITY_DATE ? newestDate : COMPATIBILITY_DATE,
    bindings,
    kvNamespaces: ['EDGE_KV'],
    durableObjects: {
      TOKEN_REGISTRY: { className: 'TokenRegistry', useSQLite: true },
      SPENT_TOKENS: { className: 'SpentTokens', useSQLite: true },
      SESSION_BIUWER_TOKENS: { className: 'SessionBiuwerTokens', useSQLite: true },
      OPENING_LOG: { className: 'OpeningLog', useSQLite: true },
    },
    ratelimits: { SESSION_LIMITER: { namespace_id: '1001', simple: { limit: 1000, period: 60 } } },
    assets: {
      directory: FILES,
      binding: 'ASSETS',
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      assetConfig: { html_handling: 'none' },
    },
  }
  // Version 4 takes these options as they are.
  return new Miniflare(convertV4MiniflareOptions?.(options) ?? (options as never))
}

/** Loads the host's Miniflare. `newestDate` is the newest compatibility date that its workerd knows. */
function loadMiniflare(): typeof import('miniflare') & { newestDate: string } {
  const require = createRequire(import.meta.url)
  try {
    const { compatibilityDate } = createRequire(require.resolve('miniflare'))('workerd')
    return { ...require('miniflare'), newestDate: compatibilityDate }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    throw new Error(
      'startEdge runs on Miniflare, which is not installed: npm install --save-dev miniflare. (Wrangler brings it along.)',
      { cause: error },
    )
  }
}
