import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContext, chromium } from 'playwright'
import { build } from 'vite'
import { startBiuwer } from '../demo/biuwer/serve.ts'
import { listen } from '../demo/run/listening.ts'
import { freePort } from '../demo/run/ports.ts'
import { CHROMIUM } from '../test/chromium.ts'
import { clientOf, edgeOptions, host } from './edge.ts'
import { type SlowLink, slowLink } from './slow-link.ts'
import { startWorkers } from './workerd.ts'

/** The site of a host page. Chromium partitions caches and connections by site, so a new site starts without any. */
export interface Site {
  host: string
  /** The edge under a name of the same site, as `embed.example.com` is for `app.example.com`. */
  ownEdge: string
}

/**
 * Allows third-party cookies, as Chrome does by default. Debian's Chromium blocks them, and then does not use the
 * connections that were opened ahead.
 */
const PREFERENCES = { profile: { cookie_controls_mode: 2 } }

/** The edge, Biuwer and the host, each behind a link of its own that is fast until it is slowed down. */
export interface Stage {
  /** A browser with an ordinary profile: in a private one (`newContext`) Chromium opens no connections ahead. */
  browser: BrowserContext
  /** The edge on a site of its own, other than the host page's and Biuwer's. */
  edge: string
  /** The address of Biuwer's page. */
  share: string
  /** A token that may be used many times. */
  token: string
  /** The Biuwer token, which a bare iframe needs. */
  biuwerToken: string
  /**
   * The host's pages by path. The host also serves the tag at `/tag.js` and the npm package's at `/npm.js`, and a token at
   * `/token`.
   */
  pages: Map<string, string>
  links: Record<'edge' | 'biuwer' | 'host', SlowLink>
  newSite(): Site
  stop(): Promise<void>
}

const tagPath = fileURLToPath(new URL('../dist/cdn/biuwer-embed.js', import.meta.url))
const packagePath = fileURLToPath(new URL('../dist/package/define.js', import.meta.url))

/** The tag of the npm package, in one script, as a bundler makes it. */
async function packagedTag(): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: packagePath, formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const [chunk] = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  if (chunk?.type !== 'chunk') throw new Error('the package is not one script')
  return chunk.code
}

export async function startStage(): Promise<Stage> {
  const hostPort = await freePort(28788)
  const biuwerPort = await freePort(28789, [hostPort])
  const biuwerToken = host.DEMO_BIUWER_TOKEN_STORE_1
  const biuwer = await startBiuwer({ port: biuwerPort, users: [{ store: 'Store 1', token: biuwerToken }] })
  const bindings = { ...edgeOptions.bindings, BIUWER_INSTANCE: biuwer.origin, ALLOWED_ORIGINS: '*' }
  const workers = await startWorkers({ edge: { ...edgeOptions, bindings } })
  const { edge } = workers.origins
  const edgePort = Number(new URL(edge).port)
  const { users, tokens } = clientOf(edge)
  await users.link('store-1', { biuwer_token: biuwerToken })
  const { token } = await tokens.create({ user: 'store-1' })

  const pages = new Map<string, string>()
  const tag = await readFile(tagPath, 'utf8')
  const packaged = await packagedTag()
  const script = (code: string) => new Response(code, { headers: { 'Content-Type': 'text/javascript' } })
  const answer = ({ url }: Request) => {
    const { pathname, hostname } = new URL(url)
    if (pathname === '/npm.js') return script(packaged)
    if (pathname === '/tag.js') {
      // The script came from the host: it opens at the edges that a script of the page allows.
      const edges = ['edge.localhost', hostname.replace('app.', 'embed.')].map(
        (name) => `http://${name}:${edgePort}`,
      )
      return script(`${tag};customElements.get('biuwer-embed').allowEdges(${JSON.stringify(edges)})`)
    }
    if (pathname === '/token') return Response.json({ token })
    const body = pages.get(pathname)
    if (body === undefined) return new Response(null, { status: 404 })
    const headers = { 'Content-Type': 'text/html; charset=utf-8' }
    return new Response(`<!doctype html><title>Host</title>${body}`, { headers })
  }
  const listening = await listen(answer, hostPort, ['127.0.0.1'])

  const links = {
    edge: await slowLink(edgePort),
    biuwer: await slowLink(biuwerPort),
    host: await slowLink(hostPort),
  }
  const ways = [
    [edgePort, links.edge],
    [biuwerPort, links.biuwer],
    [hostPort, links.host],
  ] as const
  const rules = ways.map(([port, link]) => `MAP *:${port} 127.0.0.1:${link.port}`)
  const profile = mkdtempSync(join(tmpdir(), 'biuwer-embed-bench-'))
  mkdirSync(join(profile, 'Default'))
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(PREFERENCES))
  const browser = await chromium.launchPersistentContext(profile, {
    ...CHROMIUM,
    args: [...CHROMIUM.args, `--host-resolver-rules=${rules.join(',')}`],
  })
  let sites = 0
  return {
    browser,
    edge: `http://edge.localhost:${edgePort}`,
    share: `${biuwer.origin}/share`,
    token,
    biuwerToken,
    pages,
    links,
    newSite: () => {
      const name = `site-${++sites}.localhost`
      return { host: `http://app.${name}:${hostPort}`, ownEdge: `http://embed.${name}:${edgePort}` }
    },
    stop: async () => {
      await browser.close()
      const parts = [...Object.values(links), listening, biuwer, workers]
      await Promise.all(parts.map((part) => part.stop()))
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
