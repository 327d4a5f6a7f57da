import { EXIT, Failure, type Report, unreachable } from './failures.ts'

/** How long an answer may take; an export or import streams for as long as it needs. */
const PATIENCE_MS = 30_000

export interface Call {
  body?: object
  query?: Record<string, string | undefined>
  headers?: Record<string, string>
}

/** The edge's HTTP API. The only module that talks HTTP. */
export class EdgeConnection {
  readonly #origin: string
  readonly #adminKey: string | undefined

  constructor(origin: string, adminKey: string | undefined) {
    this.#origin = origin
    this.#adminKey = adminKey
  }

  /** An answer's JSON. */
  async json<Answer>(
    method: string,
    path: string[],
    { body, query = {}, headers = {} }: Call = {},
  ): Promise<Answer> {
    const answer = await this.#fetch(path, query, {
      method,
      headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    return this.#parsed(answer)
  }

  /** Every item of a paged list, newest first, asked for page by page. */
  async *items<Item>(
    path: string[],
    query: Record<string, string | undefined>,
    most: number,
  ): AsyncGenerator<Item> {
    let left = most
    let cursor: string | undefined
    while (left > 0) {
      const limit = String(Math.min(left, 100))
      const page = await this.json<Page<Item>>('GET', path, { query: { ...query, limit, cursor } })
      yield* page.items
      left -= page.items.length
      if (page.next_cursor === null) return
      cursor = page.next_cursor
    }
  }

  /** An answer's body as it comes. */
  async *download(path: string[]): AsyncGenerator<Uint8Array> {
    const answer = await this.#fetch(path, {}, { method: 'GET' })
    if (!answer.ok || !answer.body) return void (await this.#parsed(answer))
    try {
      yield* answer.body
    } catch (error) {
      throw unreachable(`The answer broke off: ${reason(error)}.`, error)
    }
  }

  /** Sends `content` as it is. */
  async upload<Answer>(path: string[], type: string, content: string): Promise<Answer> {
    const headers = { 'Content-Type': type }
    return this.#parsed(await this.#fetch(path, {}, { method: 'POST', headers, body: content }))
  }

  async #fetch(path: string[], query: Call['query'], init: RequestInit): Promise<Response> {
    const url = new URL(`/${path.map(encodeURIComponent).join('/')}`, this.#origin)
    for (const [name, value] of Object.entries(query ?? {}))
      if (value !== undefined) url.searchParams.set(name, value)
    const headers = new Headers(init.headers)
    if (this.#adminKey !== undefined) headers.set('Authorization', `Bearer ${this.#adminKey}`)
    try {
      // The edge redirects nothing; whoever does is not to see the admin key.
      return await fetch(url, { ...init, headers, redirect: 'error' })
    } catch (error) {
      throw unreachable(`The edge at ${this.#origin} can't be reached: ${reason(error)}.`, error)
    }
  }

  async #parsed<Answer>(answer: Response): Promise<Answer> {
    const body = await this.#body(answer)
    if (answer.ok) return body as Answer
    throw new Failure(EXIT.refused, body as Report)
  }

  async #body(answer: Response): Promise<object> {
    let body: unknown
    try {
      body = await answer.json()
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw unreachable(`The answer broke off: ${reason(error)}.`, error)
    }
    const shaped = typeof body === 'object' && body !== null && (answer.ok || 'code' in body)
    if (!shaped) throw unreachable(`What answers at ${this.#origin} is no edge (status ${answer.status}).`)
    return body as object
  }
}

interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}

/** The system's code (ECONNREFUSED, ENOTFOUND …), which fetch hides in causes. Messages may quote headers. */
function reason(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} seconds`
    if (at.message === 'unexpected redirect') return 'it redirects elsewhere'
  }
  return 'the connection failed'
}
