import {
  type Browser,
  type BrowserContext,
  chromium,
  type Frame,
  type Page,
  type Request as PageRequest,
} from 'playwright'
import { inject } from 'vitest'
import { listen } from '../../demo/run/listening.ts'
import { loopbackAddresses } from '../../demo/run/ports.ts'
import { CHROMIUM } from '../chromium.ts'

const { edge, biuwer, hostPort } = inject('stack')

export const HOST = `http://localhost:${hostPort}`

/** The policy that the documentation tells host pages to have, and no more. */
const POLICY = [
  "default-src 'none'",
  `script-src ${edge}`,
  `frame-src ${edge}`,
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** A host application in a browser: pages that hold what a test puts there, and a backend that gives values. */
export class Host {
  readonly #browser: Browser
  readonly #stop: () => Promise<void>
  #html = ''
  #headers: Record<string, string> = {}
  /** What `GET /token` answers with; by default, with nothing. */
  giveToken: () => Promise<string> | string = () => {
    throw new Error('this host has no tokens')
  }

  static async start(): Promise<Host> {
    const browser = await chromium.launch(CHROMIUM)
    const host: Host = new Host(browser, async () => {
      await browser.close()
      await listening.stop()
    })
    const listening = await listen((request) => host.#answer(request), hostPort, loopbackAddresses())
    return host
  }

  private constructor(browser: Browser, stop: () => Promise<void>) {
    this.#browser = browser
    this.#stop = stop
  }

  stop(): Promise<void> {
    return this.#stop()
  }

  /** A person's visit: cookies, storage and cache of its own. */
  visitor(): Promise<BrowserContext> {
    return this.#browser.newContext()
  }

  /** Opens a page whose body is `html`, in a visit of its own unless told. */
  async open(
    html: string,
    { visitor, origin = HOST, policy = POLICY, headers = {}, page }: OpenOptions = {},
  ): Promise<Page> {
    this.#html = html
    this.#headers = { 'Content-Security-Policy': policy, ...headers }
    const opened = page ?? (await (visitor ?? (await this.visitor())).newPage())
    await opened.goto(`${origin}/`)
    return opened
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === '/token') {
      const token = await this.giveToken()
      return Response.json({ token }, { headers: { 'Cache-Control': 'no-store' } })
    }
    const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
      <script type="module" src="${edge}/biuwer-embed.js"></script><body>${this.#html}</body></html>`
    return new Response(html, {
      headers: { 'Content-Type': 'text/html; charset=utf-8', ...this.#headers },
    })
  }
}

interface OpenOptions {
  visitor?: BrowserContext
  origin?: string
  policy?: string
  /** More headers of the page. */
  headers?: Record<string, string>
  page?: Page
}

/** Biuwer's page inside the tag, once it shows what it was asked for. */
export async function biuwerFrame(page: Page, heading: string): Promise<Frame> {
  await page.locator('biuwer-embed:state(ready)').first().waitFor()
  const frame = biuwerFrames(page)[0]
  if (!frame) throw new Error("the tag is ready and Biuwer's page is not there")
  await frame.getByRole('heading', { name: heading }).waitFor()
  return frame
}

/** Every frame that shows Biuwer's page, in whichever tag. */
export function biuwerFrames(page: Page): Frame[] {
  return page.frames().filter((frame) => frame.url().startsWith(biuwer))
}

/** Waits for the first tag's next event of this name and gives what it says. */
export function nextEvent(page: Page, name: string): Promise<Record<string, unknown>> {
  return page.evaluate(
    (type) =>
      new Promise((resolve) =>
        document.addEventListener(
          type,
          (event) => {
            const { code, message, requestId, retryable } = event as unknown as Record<string, unknown>
            resolve({ code, message, requestId, retryable })
          },
          { once: true },
        ),
      ),
    name,
  ) as Promise<Record<string, unknown>>
}

/** The words of the first tag's panel, once it has one. */
export async function panelText(page: Page): Promise<string> {
  const panel = page.locator('biuwer-embed [part~="panel"]').first()
  await panel.locator('[part~="message"]').first().waitFor()
  return (await panel.textContent()) ?? ''
}

/** Requests of this address that a page makes from now on. */
export function requestsOf(page: Page, url: string): PageRequest[] {
  const requests: PageRequest[] = []
  page.on('request', (request) => {
    if (request.url() === url) requests.push(request)
  })
  return requests
}

/** Resolves when the frame has done what it does about answers that came before. */
export async function frameSettled(page: Page): Promise<void> {
  const frame = page.frames().find((frame) => frame.url().startsWith(edge))
  if (!frame) throw new Error('the tag has no frame of the edge')
  await frame.evaluate(async () => void (await fetch('/healthz')))
}
