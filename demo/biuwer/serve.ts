import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import * as v from 'valibot'
import { bundleForBrowser } from '../run/browser-bundle.ts'
import { listen } from '../run/listening.ts'
import { INVENTED_API, inventedApi } from './api.ts'
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

const Ask = v.strictObject({ resource: v.string(), token: v.string() })

/**
 * A stand-in for a Biuwer instance: `/share` reads `RESOURCE:TOKEN` from `window.name`, as Biuwer's own
 * page does, and shows that resource as that user may see it, or "Content not found": also where the token has ended, or
 * has not begun.
 */
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
  app.use(
    secureHeaders({
      // Neither frame-ancestors nor X-Frame-Options: a shared resource is meant to stand in frames.
      xFrameOptions: false,
      crossOriginResourcePolicy: 'same-origin',
      strictTransportSecurity: false,
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ['data:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    }),
  )
  app.get('/share', (c) => c.html(page))
  app.get('/share/share.css', (c) => c.body(style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/share/share.js', (c) => c.body(script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }))
  app.post('/share/resource', async (c) => {
    const ask = v.safeParse(Ask, await c.req.json().catch(() => undefined))
    const shared = ask.success ? sharedWith(tokens.storeOf(ask.output.token), ask.output.resource) : undefined
    c.header('Cache-Control', 'no-store')
    return shared ? c.json(shared) : c.json({ error: 'Content not found' }, 404)
  })

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
