import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import * as v from 'valibot'
import { EdgeError } from '../../client/index.ts'
import { biuwerTokenPage } from './pages/biuwer-tokens.ts'
import { EMPTY, gallery, SILENT } from './pages/gallery.ts'
import { plainPage, type Visit } from './pages/layout.ts'
import { refreshPage } from './pages/refresh.ts'
import * as refusals from './pages/refusals.ts'
import * as reports from './pages/reports.ts'
import * as site from './pages/site-map.ts'
import { twoWays } from './pages/two-ways.ts'
import type { ReaderDesk } from './reader-desk.ts'
import { READERS, userOf } from './readers.ts'
import { RECORD_NAMES, type Resources } from './records.ts'
import { AccessTaken, type TokenDesk } from './token-desk.ts'
import type { TokenSigner } from './token-signer.ts'

export interface HostParts {
  edge: string
  /** The stand-in's origin. */
  biuwer: string
  /** The addresses that the application answers under. */
  origins: readonly string[]
  otherOrigin: string
  stores: readonly { id: string; name: string }[]
  resources: Resources
  desk: TokenDesk
  readers: ReaderDesk
  signer: TokenSigner
  assets: { style: string; script: string; icon: string }
}

const REFRESHES = ['none', 'daily', 'monthly', 'single-use'] as const

/** The application: its assets, the API that its pages call, and the pages. */
export function hostApp(parts: HostParts): Hono {
  const app = new Hono()
  protect(app, parts)
  serveAssets(app, parts)
  serveApi(app, parts)
  serveReports(app, parts)
  serveBiuwerTokens(app, parts)
  serveRefusals(app, parts)
  serveGallery(app, parts)
  app.notFound((c) => c.html(plainPage('Not found', 'There is no such page here.'), 404))
  app.onError((error, c) => {
    if (error instanceof AccessTaken) {
      return c.req.path.startsWith('/api/')
        ? c.json({ error: 'access to this report was taken away' }, 403)
        : c.html(plainPage('No access', 'Access to this report was taken away.'), 403)
    }
    console.error(
      `${c.req.method} ${c.req.path}: ${error instanceof EdgeError ? error.message : error.stack}`,
    )
    return c.req.path.startsWith('/api/')
      ? c.json({ error: 'the edge gave no token' }, 502)
      : c.html(plainPage('Not available', 'The edge did not answer as it should. Please try again.'), 502)
  })
  return app
}

function protect(app: Hono, { edge, biuwer, origins }: HostParts): void {
  // A foreign site whose domain name points to this machine must not read tokens from it (DNS rebinding).
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
        // Biuwer's own page stands in a frame where the manual integration is shown.
        frameSrc: [edge, (c) => (c.req.path.startsWith('/biuwer-tokens/') ? biuwer : '')],
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
}

function serveAssets(app: Hono, { assets }: HostParts): void {
  app.get('/assets/host.css', (c) => c.body(assets.style, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/assets/host.js', (c) =>
    c.body(assets.script, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/assets/icon.svg', (c) => c.body(assets.icon, 200, { 'Content-Type': 'image/svg+xml' }))
}

function serveApi(app: Hono, { stores, desk, readers, signer }: HostParts): void {
  const store = v.picklist(stores.map(({ id }) => id))
  const reader = v.picklist(READERS)
  const TokenQuery = v.object({ policy: v.picklist(RECORD_NAMES), store, reader: v.optional(reader) })
  const SignedTokenQuery = v.object({ store })
  const RevocationRequest = v.strictObject({ record: v.string() })
  // A real application takes the user from its own login, never from the address.
  app.get('/api/biuwer-token', async (c) => {
    const query = v.safeParse(TokenQuery, c.req.query())
    if (!query.success) return c.json({ error: 'unknown policy or store' }, 400)
    const { store, reader, policy } = query.output
    if (reader && readers.isSignedOut(store, reader)) return c.json({ error: 'signed out' }, 401)
    const { token } = await desk.issue(reader ? userOf(store, reader) : store, policy)
    return c.json({ token })
  })
  app.get('/api/signed-token', async (c) => {
    const query = v.safeParse(SignedTokenQuery, c.req.query())
    if (!query.success) return c.json({ error: 'unknown store' }, 400)
    return c.json({ token: await signer.sign(query.output.store, new URL(c.req.url).origin) })
  })
  app.post('/api/revocations', async (c) => {
    const body = v.safeParse(RevocationRequest, await c.req.json().catch(() => undefined))
    const revocation = body.success ? await desk.revoke(body.output.record) : undefined
    return revocation ? c.json(revocation.effective_by) : c.json({ error: 'unknown record' }, 404)
  })
}

/** A dashboard of a store's further readers, and what its page has done about their Biuwer tokens. */
function serveBiuwerTokens(app: Hono, parts: HostParts): void {
  const { resources, readers, stores, biuwer } = parts
  const Asked = v.strictObject({ store: v.picklist(stores.map(({ id }) => id)), reader: v.picklist(READERS) })
  for (const reader of READERS) {
    app.get(`/biuwer-tokens/${reader}`, async (c) => {
      const visit = visitOf(c, parts)
      await readers.signIn(visit.store.id, reader)
      return c.html(await biuwerTokenPage(visit, resources, reader))
    })
  }
  const answers = {
    list: ({ store, reader }) => readers.biuwerTokens(store, reader),
    async replace({ store, reader }) {
      await readers.replaceDaily(store, reader)
      return readers.biuwerTokens(store, reader)
    },
    async 'sign-out'({ store, reader }) {
      const { effective_by } = await readers.signOut(store, reader)
      return effective_by
    },
    async copied({ store, reader }) {
      return { share: `${biuwer}/share`, token: await readers.copied(store, reader) }
    },
  } satisfies Record<string, (asked: v.InferOutput<typeof Asked>) => Promise<object>>
  for (const [name, answer] of Object.entries(answers)) {
    app.post(`/api/readers/${name}`, async (c) => {
      const asked = v.safeParse(Asked, await c.req.json().catch(() => undefined))
      return asked.success ? c.json(await answer(asked.output)) : c.json({ error: 'unknown reader' }, 404)
    })
  }
}

function serveReports(app: Hono, parts: HostParts): void {
  const { resources, desk, signer } = parts
  app.get(site.OVERVIEW.path, async (c) => c.html(await reports.overview(visitOf(c, parts), resources)))
  app.get(site.BOTH_STORES.path, async (c) => c.html(await reports.bothStores(visitOf(c, parts), resources)))
  app.get(site.SHARED.path, async (c) => c.html(await reports.sharedToken(visitOf(c, parts), resources)))
  app.get(site.TWO_WAYS.path, async (c) => c.html(await twoWays(visitOf(c, parts), resources, signer.id)))
  for (const refresh of REFRESHES) {
    app.get(`/refresh/${refresh}`, async (c) => {
      const visit = visitOf(c, parts)
      return c.html(await refreshPage(visit, resources, refresh, await desk.issue(visit.store.id, refresh)))
    })
  }
}

function serveRefusals(app: Hono, parts: HostParts): void {
  const { resources, desk, otherOrigin } = parts
  app.get(site.EXPIRED.path, async (c) => {
    const visit = visitOf(c, parts)
    return c.html(await refusals.expired(visit, resources, await desk.expired(visit.store.id)))
  })
  app.get(site.NOT_YET.path, async (c) => c.html(await refusals.notYetValid(visitOf(c, parts), resources)))
  app.get(site.SPENT.path, async (c) => {
    const { store } = visitOf(c, parts)
    return c.redirect(`${site.SPENT.path}/${await desk.makeLink(store.id)}?store=${store.id}`)
  })
  app.get(`${site.SPENT.path}/:link`, async (c) => {
    const visit = visitOf(c, parts)
    const link = desk.viewLink(c.req.param('link'))
    if (!link || link.user !== visit.store.id) return c.redirect(`${site.SPENT.path}?store=${visit.store.id}`)
    const page = { ...visit, path: site.SPENT.path }
    return c.html(await refusals.spent(page, resources, link.token, link.views))
  })
  app.get(site.WRONG_ORIGIN.path, async (c) =>
    c.html(await refusals.wrongOrigin(visitOf(c, parts), resources, otherOrigin, new URL(c.req.url).origin)),
  )
  app.get(site.REVOKED.path, async (c) => {
    const visit = visitOf(c, parts)
    const { id, token } = await desk.issueRevocable(visit.store.id)
    return c.html(await refusals.revoked(visit, resources, token, id))
  })
}

function serveGallery(app: Hono, parts: HostParts): void {
  app.get(site.GALLERY.path, async (c) => {
    const visit = visitOf(c, parts)
    return c.html(await gallery(visit, parts.resources, await parts.desk.expired(visit.store.id)))
  })
  app.get(SILENT, () => new Promise(() => {}))
  app.get(EMPTY, (c) => c.json({}))
}

function visitOf(c: Context, { edge, stores }: HostParts): Visit {
  const store = stores.find(({ id }) => id === c.req.query('store')) ?? stores[0]
  if (!store) throw new Error('the application has no users')
  return { edge, path: c.req.path, store, stores }
}
