import { type Site, serve } from '../engines/sites.ts'

/** Somebody else's pages: what they are, and which paths they were asked for. */
export class Stranger {
  readonly origin: string
  readonly asked: string[] = []
  /** The page at every address that `pages` does not name. */
  html = '<!doctype html><title>Stranger</title>'
  /** Pages by their path. */
  readonly pages = new Map<string, string>()
  readonly #stop: () => Promise<void>

  /** Listens at an address of this machine, which pages may ask for by another name. */
  static async start(address: string, name = address): Promise<Stranger> {
    const site: Site = await serve(address, ({ url = '' }, response) => {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(stranger.#answer(url))
    })
    const stranger = new Stranger(site.origin.replace(address, name), () => site.stop())
    return stranger
  }

  private constructor(origin: string, stop: () => Promise<void>) {
    this.origin = origin
    this.#stop = stop
  }

  stop(): Promise<void> {
    return this.#stop()
  }

  #answer(path: string): string {
    this.asked.push(path)
    return this.pages.get(path) ?? this.html
  }
}
