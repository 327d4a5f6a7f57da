import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { bundleForBrowser } from '../run/browser-bundle.ts'
import { listen } from '../run/listening.ts'
import { INVENTED_API, inventedApi } from './api.ts'
import { biuwerApp } from './app.ts'
import { sharedWith } from './catalogue.ts'
import { StandInTokens } from './tokens.ts'

/** A basic user of the instance: here a store, with a Biuwer token of its own that has no end. */
export interface BiuwerUser {
  /** The store's name as its reports show it. */
  store: string
  token: string
}

export interface BiuwerOptions {
  port: number
  /** Default: 127.0.0.1. */
  hostname?: string
  users: readonly BiuwerUser[]
  /** The key of the API that the stand-in has; without one it has none. */
  apiKey?: string
  /** Called with every request's address and headers, without bodies, which carry Biuwer tokens. */
  onRequest?: (request: { method: string; url: string; headers: Record<string, string> }) => void
}

export interface RunningBiuwer {
  origin: string
  /** The Biuwer tokens of all users. */
  tokens: StandInTokens
  stop(): Promise<void>
}

/** Starts a stand-in for a Biuwer instance. */
export async function startBiuwer(options: BiuwerOptions): Promise<RunningBiuwer> {
  const hostname = options.hostname ?? '127.0.0.1'
  const origin = `http://${hostname}:${options.port}`
  const [page, style, script] = await Promise.all([
    asset('share.html'),
    asset('browser/share.css'),
    bundleForBrowser(path('browser/share.ts')),
  ])

  const tokens = new StandInTokens()
  for (const user of options.users) tokens.add({ ...user, from: 0, to: null, reference: null })

  const app = new Hono()
  if (options.onRequest) {
    const { onRequest } = options
    app.use((c, next) => {
      onRequest({ method: c.req.method, url: c.req.url, headers: c.req.header() })
      return next()
    })
  }
  app.route('/', biuwerApp({ page, style, script }, tokens, sharedWith))

  if (options.apiKey !== undefined) {
    const stores = options.users.map(({ store }) => store)
    app.route(INVENTED_API, inventedApi(options.apiKey, stores, tokens))
  }

  const { stop } = await listen(app.fetch, options.port, [hostname])
  return { origin, tokens, stop }
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function asset(name: string): Promise<string> {
  return readFile(path(name), 'utf8')
}
