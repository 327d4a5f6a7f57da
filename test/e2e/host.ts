import type { BrowserContext, Frame, Page, Request as PageRequest } from 'playwright'
import { inject } from 'vitest'
import { type Listening, listen } from '../../demo/run/listening.ts'
import { loopbackAddresses } from '../../demo/run/ports.ts'

const { edge, biuwer, hostPorts, resources } = inject('stack')

/** The port of this worker: files that run side by side have different workers. */
const port = hostPorts[Number(process.env.VITEST_POOL_ID) - 1]
if (port === undefined) throw new Error(`no host port is reserved for worker ${process.env.VITEST_POOL_ID}`)

/** The origin of the host page: one that the edge allows. */
export const HOST = `http://localhost:${port}`
/** The same page at another origin that the edge allows. */
export const OTHER_HOST = `http://127.0.0.1:${port}`
/** The same page at an origin that the edge does not allow. */
export const FOREIGN_HOST = `http://other.localhost:${port}`

/** The policy that the documentation tells host pages to have, and no more. */
const POLICY = [
  "default-src 'none'",
  `script-src ${edge}`,
  `frame-src ${edge}`,
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** A policy under which a page's scripts do what they like. */
export const LOOSE_POLICY = `script-src ${edge} 'unsafe-eval'; frame-src *`

/** A host application: pages that hold what a test puts there, and a backend that gives tokens. */
export class Host {
  readonly #listening: Listening
  readonly #newVisitor: () => Promise<BrowserContext>
  #html = ''
  #headers: Record<string, string> = {}
  /** What `GET /token` answers with; by default, with nothing. */
  giveToken: () => Promise<string> | string = () => {
    throw new Error('this host has no tokens')
  }

  static async start(newVisitor: () => Promise<BrowserContext>): Promise<Host> {
    const answer = (request: Request): Promise<Response> => host.#answer(request)
    const host = new Host(await listen(answer, Number(port), loopbackAddresses()), newVisitor)
    return host
  }

  private constructor(listening: Listening, newVisitor: () => Promise<BrowserContext>) {
    this.#listening = listening
    this.#newVisitor = newVisitor
  }

  stop(): Promise<void> {
    return this.#listening.stop()
  }

  /** Opens a page whose body is `html`, in a visit of its own unless told. */
  async open(
    html: string,
    { visitor, origin = HOST, policy = POLICY, headers = {}, page }: OpenOptions = {},
  ): Promise<Page> {
    this.#html = html
    this.#headers = { 'Content-Security-Policy': policy, ...headers }
    const opened = page ?? (await (visitor ?? (await this.#newVisitor())).newPage())
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

/** A tag of the film rentals, as a host page has it. */
export function tag(attributes: string): string {
  return `<biuwer-embed resource-id="${resources.rentals}" ${attributes}></biuwer-embed>`
}

/** A tag of the film rentals with this token. */
export function tagWith(token: string): string {
  return tag(`token="${token}"`)
}

/** Lets a script of the page append a tag, of the film rentals unless told, with this token. */
export async function appendTag(
  page: Page,
  token: string,
  resource: string = resources.rentals,
): Promise<void> {
  await page.evaluate(
    ([resourceId, token]) => {
      const embed = document.createElement('biuwer-embed')
      document.body.append(Object.assign(embed, { resourceId, token }))
    },
    [resource, token] as const,
  )
}

/** Lets a script of the page give the first tag another token. */
export async function giveToken(page: Page, token: string): Promise<void> {
  await page
    .locator('biuwer-embed')
    .first()
    .evaluate((embed, token) => void Object.assign(embed, { token }), token)
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

export interface Diagnosis {
  code: string | null
  checks: { check: string; ok: boolean | null; detail: string }[]
}

/** The report of the first tag about itself. */
export function diagnose(page: Page): Promise<Diagnosis> {
  return page
    .locator('biuwer-embed')
    .first()
    .evaluate((element) => (element as unknown as { diagnose(): Promise<Diagnosis> }).diagnose())
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
