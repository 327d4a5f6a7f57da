import { createHash, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import * as v from 'valibot'
import { bundleForBrowser } from '../run/browser-bundle.ts'
import { listen } from '../run/listening.ts'
import { type BiuwerUser, sharedWith } from './catalogue.ts'

export interface BiuwerOptions {
  port: number
  /** Default: 127.0.0.1. */
  hostname?: string
  users: readonly BiuwerUser[]
  /** Called with every request's address and headers, without bodies, which carry Biuwer tokens. */
  onRequest?: (request: { method: string; url: string; headers: Record<string, string> }) => void
}

export interface RunningBiuwer {
  origin: string
  stop(): Promise<void>
}

const Ask = v.strictObject({ resource: v.string(), token: v.string() })

/**
 * A stand-in for a Biuwer instance: `/share` reads `RESOURCE:TOKEN` from `window.name`, as Biuwer's own
 * page does, and shows that resource as that user may see it, or "Content not found".
 */
export async function startBiuwer(options: BiuwerOptions): Promise<RunningBiuwer> {
  const hostname = options.hostname ?? '127.0.0.1'
  const origin = `http://${hostname}:${options.port}`
  const [page, style, script] = await Promise.all([
    asset('share.html'),
    asset('browser/share.css'),
    bundleForBrowser(path('browser/share.ts')),
  ])

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
    const shared = ask.success
      ? sharedWith(userOf(options.users, ask.output.token), ask.output.resource)
      : undefined
    c.header('Cache-Control', 'no-store')
    return shared ? c.json(shared) : c.json({ error: 'Content not found' }, 404)
  })

  const { stop } = await listen(app.fetch, options.port, [hostname])
  return { origin, stop }
}

function userOf(users: readonly BiuwerUser[], token: string): BiuwerUser | undefined {
  return users.find((user) => timingSafeEqual(digest(user.token), digest(token)))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function path(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function asset(name: string): Promise<string> {
  return readFile(path(name), 'utf8')
}
