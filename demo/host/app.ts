import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import * as v from 'valibot'
import { EdgeError } from '../../client/index.ts'
import { EMPTY, gallery, SILENT } from './pages/gallery.ts'
import { plainPage, type Visit } from './pages/layout.ts'
import { refreshPage } from './pages/refresh.ts'
import * as refusals from './pages/refusals.ts'
import * as reports from './pages/reports.ts'
import * as site from './pages/site-map.ts'
import { RECORD_NAMES, type Resources } from './records.ts'
import type { TokenDesk } from './token-desk.ts'

export interface HostParts {
  edge: string
  /** The addresses that the application answers under. */
  origins: readonly string[]
  otherOrigin: string
  stores: readonly { id: string; name: string }[]
  resources: Resources
  desk: TokenDesk
  assets: { style: string; script: string; icon: string }
}

const REFRESHES = ['none', 'daily', 'monthly', 'single-use'] as const

export function hostApp({ edge, origins, otherOrigin, stores, resources, desk, assets }: HostParts): Hono {
  const app = new Hono()
  const TokenQuery = v.object({
    policy: v.picklist(RECORD_NAMES),
    store: v.picklist(stores.map(({ id }) => id)),
  })
  const RevocationRequest = v.strictObject({ record: v.string() })

  // Whoever points a name of their own at this machine must not read values from it.
  app.use(async (c, next) => {
    if (!origins.includes(new URL(c.req.url).origin))
      return c.text('This application has other addresses', 421)
    return next()
  })
  app.use(
    secureHeaders({
      strictTransportSecurity: false,
      xFrameOptions: 'DENY',
      referrerPolicy: 'strict-origin-when-cross-origin',
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", edge],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        frameSrc: [edge],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    }),
  )
  app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
  })

  app.get('/assets/host.css', (c) => c.body(assets.style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/assets/host.js', (c) =>
    c.body(assets.script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/assets/icon.svg', (c) => c.body(assets.icon, 200, { 'Content-Type': 'image/svg+xml' }))

  // A real application takes the user from its own login, never from the address.
  app.get('/api/biuwer-token', async (c) => {
    const query = v.safeParse(TokenQuery, c.req.query())
    if (!query.success) return c.json({ error: 'unknown policy or store' }, 400)
    const { token } = await desk.issue(query.output.store, query.output.policy)
    return c.json({ token })
  })
  app.post('/api/revocations', async (c) => {
    const body = v.safeParse(RevocationRequest, await c.req.json().catch(() => undefined))
    const revocation = body.success ? await desk.revoke(body.output.record) : undefined
    return revocation ? c.json(revocation.effective_by) : c.json({ error: 'unknown record' }, 404)
  })

  const visit = (c: Context): Visit => {
    const store = stores.find(({ id }) => id === c.req.query('store')) ?? stores[0]
    if (!store) throw new Error('the application has no users')
    return { edge, path: c.req.path, store, stores }
  }
  app.get(site.OVERVIEW.path, async (c) => c.html(await reports.overview(visit(c), resources)))
  app.get(site.BOTH_STORES.path, async (c) => c.html(await reports.bothStores(visit(c), resources)))
  app.get(site.SHARED.path, async (c) => c.html(await reports.sharedValue(visit(c), resources)))
  for (const refresh of REFRESHES) {
    app.get(`/refresh/${refresh}`, async (c) => {
      const here = visit(c)
      return c.html(await refreshPage(here, resources, refresh, await desk.issue(here.store.id, refresh)))
    })
  }
  app.get(site.EXPIRED.path, async (c) => {
    const here = visit(c)
    return c.html(await refusals.expired(here, resources, await desk.expired(here.store.id)))
  })
  app.get(site.NOT_YET.path, async (c) => c.html(await refusals.notYetValid(visit(c), resources)))
  app.get(site.SPENT.path, async (c) => {
    const here = visit(c)
    return c.redirect(`${site.SPENT.path}/${await desk.makeLink(here.store.id)}?store=${here.store.id}`)
  })
  app.get(`${site.SPENT.path}/:link`, async (c) => {
    const here = visit(c)
    const link = desk.viewLink(c.req.param('link'))
    if (!link || link.user !== here.store.id) return c.redirect(`${site.SPENT.path}?store=${here.store.id}`)
    const page = { ...here, path: site.SPENT.path }
    return c.html(await refusals.spent(page, resources, link.token, link.views))
  })
  app.get(site.WRONG_ORIGIN.path, async (c) =>
    c.html(await refusals.wrongOrigin(visit(c), resources, otherOrigin, new URL(c.req.url).origin)),
  )
  app.get(site.REVOKED.path, async (c) => {
    const here = visit(c)
    const { id, token } = await desk.issueRevocable(here.store.id)
    return c.html(await refusals.revoked(here, resources, token, id))
  })

  app.get(site.GALLERY.path, async (c) => {
    const here = visit(c)
    return c.html(await gallery(here, resources, await desk.expired(here.store.id)))
  })
  app.get(SILENT, () => new Promise(() => {}))
  app.get(EMPTY, (c) => c.json({}))

  app.notFound((c) => c.html(plainPage('Not found', 'There is no such page here.'), 404))
  app.onError((error, c) => {
    const refused = error instanceof EdgeError
    console.error(`${c.req.method} ${c.req.path}: ${refused ? error.message : error.stack}`)
    return c.req.path.startsWith('/api/')
      ? c.json({ error: 'the edge gave no value' }, 502)
      : c.html(plainPage('Not available', 'The edge did not answer as it should. Please try again.'), 502)
  })
  return app
}
