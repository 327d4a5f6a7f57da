import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Site, serve } from '../sites.ts'

/** A server that is neither the host's nor the edge's nor Biuwer's. */
export class ForeignSite {
  readonly #address: string
  /** Paths that were asked for since the test began. */
  readonly asked: string[] = []
  /** What every path answers with. */
  html = ''
  #site: Site | undefined

  constructor(address: string) {
    this.#address = address
  }

  get origin(): string {
    if (!this.#site) throw new Error('the foreign site is not there yet')
    return this.#site.origin
  }

  async start(): Promise<void> {
    this.#site = await serve(this.#address, ({ url = '' }, response) => {
      if (url !== '/favicon.ico') this.asked.push(url)
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/html' })
      response.end(`<!doctype html><title>Foreign</title>${this.html}`)
    })
  }

  async stop(): Promise<void> {
    await this.#site?.stop()
  }
}

/** A foreign server for the tests that follow, on a site of its own unless told. */
export function prepareForeignSite(address = '127.0.0.4'): ForeignSite {
  const site = new ForeignSite(address)
  beforeAll(() => site.start())
  beforeEach(() => {
    site.asked.length = 0
    site.html = ''
  })
  afterAll(() => site.stop())
  return site
}
