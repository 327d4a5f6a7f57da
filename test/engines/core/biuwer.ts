import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { within } from '../within.ts'

// biome-ignore lint/suspicious/noExplicitAny: a function of any test, about which only its source is used
type Run = (argument: any) => unknown

interface Order {
  source: string
  argument: unknown
}

type Outcome = { value?: unknown } | { error: string }

const LIMIT_MS = 20_000

/**
 * Biuwer, as far as the tests of the core need it: its page does in the browser what a test sends it. No driver of a
 * browser enters the page itself in every engine: it stands in a closed shadow root.
 */
export class Biuwer {
  /** The pages that are shown now, oldest first. */
  readonly pages: BiuwerPage[] = []
  /** How often the page was asked for since the test began. */
  asked = 0
  /** Answers a request for the page in its place, where it gives true. */
  answerInstead: (request: IncomingMessage, response: ServerResponse) => boolean = () => false
  readonly #waiting = new Set<() => void>()

  readonly answer: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://biuwer')
    if (pathname.startsWith('/orders/')) return void this.#attend(pathname, request, response)
    if (pathname === '/share') this.asked++
    if (this.answerInstead(request, response)) return
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
    response.end(`<!doctype html><title>Biuwer</title>
      <script>(${carryOutOrders})('/orders/${randomUUID()}')</script>`)
  }

  /** The page that is shown last now, or will be next, `known` ones aside. */
  async page(known: readonly BiuwerPage[] = []): Promise<BiuwerPage> {
    const found = () => this.pages.findLast((page) => !known.includes(page))
    await this.#until('a page of Biuwer’s', () => found() !== undefined)
    return found() as BiuwerPage
  }

  /** Resolves once this many pages are shown. */
  shown(count: number): Promise<void> {
    return this.#until(`${count} pages of Biuwer’s`, () => this.pages.length === count)
  }

  /** Forgets what the test before did, and pages that it left. */
  reset(): void {
    this.pages.length = 0
    this.asked = 0
    this.answerInstead = () => false
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    let look = () => {}
    const held = new Promise<void>((resolve) => {
      look = () => {
        if (holds()) resolve()
      }
      this.#waiting.add(look)
      look()
    })
    try {
      await within(LIMIT_MS, what, held)
    } finally {
      this.#waiting.delete(look)
    }
  }

  /** A page makes one request that is never answered, by whose end it is known to be gone; the others bring orders. */
  async #attend(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      const outcome: Outcome | null = JSON.parse(await text(request))
      const known = this.pages.find((page) => page.path === path)
      if (known) known.hear(outcome, response)
      else response.destroy()
      return
    }
    const page = new BiuwerPage(path)
    this.pages.push(page)
    this.#look()
    // Firefox waits for a first byte where it has to guess the content's type.
    response.writeHead(200, { 'Content-Type': 'application/json' }).write(' ')
    response.on('close', () => {
      const at = this.pages.indexOf(page)
      if (at >= 0) this.pages.splice(at, 1)
      page.leave()
      this.#look()
    })
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}

/** A page of Biuwer's in a browser. */
export class BiuwerPage {
  readonly path: string
  /** Resolves when the browser has put the page away. */
  readonly gone: Promise<void>
  readonly leave: () => void
  #isGone = false
  /** The order under way. */
  #told: ((outcome: Outcome | null) => void) | undefined
  /** The page's question for the next order. */
  #asking: ServerResponse | undefined
  #asked: (() => void) | undefined

  constructor(path: string) {
    this.path = path
    let leave = () => {}
    this.gone = new Promise((resolve) => {
      leave = resolve
    })
    this.leave = () => {
      this.#isGone = true
      leave()
    }
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Runs a function in the page, with its `argument`, which has to be JSON. Rejects with what the function throws. */
  async evaluate<A, R>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>
  async evaluate<R>(run: () => R | Promise<R>): Promise<R>
  async evaluate(run: Run, argument?: unknown): Promise<unknown> {
    const gone = this.gone.then((): never => {
      throw new Error(`Biuwer's page went before it answered ${run}`)
    })
    const answered = Promise.race([this.#order(run, argument), gone])
    const outcome = await within(LIMIT_MS, `the answer of Biuwer's page to ${run}`, answered)
    if (outcome && 'error' in outcome) throw new Error(outcome.error)
    return outcome?.value
  }

  /** Takes the page's question for an order, which brings the outcome of the one before. */
  hear(outcome: Outcome | null, response: ServerResponse): void {
    this.#told?.(outcome)
    this.#told = undefined
    this.#asking = response
    this.#asked?.()
  }

  async #order(run: Run, argument: unknown): Promise<Outcome | null> {
    if (!this.#asking) {
      await new Promise<void>((resolve) => {
        this.#asked = resolve
      })
    }
    const order: Order = { source: `${run}`, argument: argument ?? null }
    const told = new Promise<Outcome | null>((resolve) => {
      this.#told = resolve
    })
    this.#asking?.setHeader('Content-Type', 'application/json')
    this.#asking?.end(JSON.stringify(order))
    this.#asking = undefined
    return told
  }
}

/** Runs in the page: asks its server for orders for as long as it lives. */
async function carryOutOrders(path: string): Promise<never> {
  const held = await fetch(path)
  // A response that nobody reads may be given up.
  void held.text()
  let outcome: Outcome | null = null
  for (;;) {
    const answer: Response = await fetch(path, { method: 'POST', body: JSON.stringify(outcome) })
    const { source, argument }: Order = await answer.json()
    try {
      // biome-ignore lint/security/noGlobalEval: to do what a test sends is what this page is for
      outcome = { value: await globalThis.eval(`(${source})`)(argument) }
    } catch (error) {
      outcome = { error: String(error) }
    }
  }
}
