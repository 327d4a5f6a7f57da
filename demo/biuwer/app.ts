import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import * as v from 'valibot'
import type { SharedResource } from './shared-resource.ts'
import type { StandInTokens } from './tokens.ts'

/** The stand-in's page: its HTML, and the style and script that it loads. */
export interface ShareFiles {
  page: string
  style: string
  script: string
}

const Ask = v.strictObject({ resource: v.string(), token: v.string() })

/**
 * What the stand-in for a Biuwer instance answers: `/share` reads `RESOURCE:TOKEN` from `window.name`, as Biuwer's own
 * page does, and shows that resource as that user may see it, or "Content not found": also where the token has ended, or
 * has not begun.
 * @param shared the resource as a store sees it; undefined if there is no store, or no such resource
 */
export function biuwerApp(
  files: ShareFiles,
  tokens: StandInTokens,
  shared: (store: string | undefined, resource: string) => SharedResource | undefined,
): Hono {
  const app = new Hono()
  app.use(
    secureHeaders({
      // Neither frame-ancestors nor X-Frame-Options: a shared resource is meant to stand in frames. Nor a policy by which a browser would
      // hide from a diagnosis that there was an answer.
      xFrameOptions: false,
      crossOriginResourcePolicy: false,
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
  app.get('/share', (c) => c.html(files.page))
  app.get('/share/share.css', (c) => c.body(files.style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/share/share.js', (c) =>
    c.body(files.script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  app.post('/share/resource', async (c) => {
    const ask = v.safeParse(Ask, await c.req.json().catch(() => undefined))
    const found = ask.success ? shared(tokens.storeOf(ask.output.token), ask.output.resource) : undefined
    c.header('Cache-Control', 'no-store')
    return found ? c.json(found) : c.json({ error: 'Content not found' }, 404)
  })
  return app
}
