import { EdgeError, refusalOf } from './edge-error.ts'

export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Milliseconds after which the call fails with `timeout`, repetitions included. Default: 30,000. */
  timeout?: number
}

/** How a call may be repeated: freely, or only where the edge refused before it did anything. */
export type Repetition = 'safe' | 'refused-only'

export interface EdgeRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Segments, unescaped. */
  path: readonly string[]
  query?: Record<string, string | number | undefined>
  headers?: Record<string, string>
  /** JSON, or a form. */
  body?: object | URLSearchParams
  repetition?: Repetition
}

const PATIENCE_MS = 30_000
/** One try of a call that may be repeated: a connection that hangs leaves time for another. */
const TRY_MS = 10_000
const MOST_TRIES = 3
const FIRST_WAIT_MS = 250
/** setTimeout takes no more, and fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** Requests to one edge, repeated where that is safe. */
export class Transport {
  readonly #edge: URL
  readonly #adminKey: string

  constructor(edge: URL, adminKey: string) {
    this.#edge = edge
    this.#adminKey = adminKey
  }

  /** The answer's JSON; undefined for an empty body. */
  async call<Answer>(
    request: EdgeRequest,
    { signal, timeout = PATIENCE_MS }: CallOptions = {},
  ): Promise<Answer> {
    if (!(timeout > 0)) throw new TypeError('timeout has to be a number of milliseconds above 0')
    const url = this.#address(request)
    const deadline = Date.now() + Math.min(timeout, LONGEST_MS)
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted()
      try {
        return (await this.#once(url, request, deadline, signal)) as Answer
      } catch (error) {
        if (!(error instanceof EdgeError) || tries === MOST_TRIES || !mayRepeat(error, request)) throw error
        const wait = waitBefore(tries, error)
        if (Date.now() + wait >= deadline) throw error
        await sleep(wait, signal)
      }
    }
  }

  async #once(
    url: URL,
    request: EdgeRequest,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { method, body, headers = {}, repetition = 'safe' } = request
    const left = Math.max(1, deadline - Date.now())
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), repetition === 'safe' ? Math.min(left, TRY_MS) : left)
    const isForm = body instanceof URLSearchParams
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${this.#adminKey}`,
          ...(body && !isForm && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: isForm ? body : JSON.stringify(body) }),
        // An edge never redirects, and the key is for nobody else.
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, limit.signal]) : limit.signal,
      })
      const text = await answer.text()
      const json = text === '' ? undefined : parsed(text)
      if (!answer.ok || json === NOT_JSON) throw refusalOf(answer, json)
      return json
    } catch (error) {
      if (error instanceof EdgeError) throw error
      signal?.throwIfAborted()
      if (limit.signal.aborted) throw new EdgeError('timeout', 'The edge did not answer in time.')
      throw new EdgeError('unreachable', 'The edge could not be reached.', {}, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  #address({ path, query = {} }: EdgeRequest): URL {
    for (const segment of path) {
      if (typeof segment !== 'string' || /^\.{0,2}$/.test(segment))
        throw new TypeError('a user or an id has to be a text, and neither empty nor dots alone')
    }
    const url = new URL(`/${path.map(encodeURIComponent).join('/')}`, this.#edge)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }
}

function mayRepeat({ code, status }: EdgeError, { repetition = 'safe' }: EdgeRequest): boolean {
  // A refusal by address came before anything was done.
  if (code === 'rate_limited') return true
  if (repetition === 'refused-only') return false
  // A setting does not mend itself meanwhile.
  return code === 'unreachable' || code === 'timeout' || (status === 503 && code !== 'misconfigured')
}

/** As long as the edge says; else twice as long each time. Spread, so that many clients do not come at once. */
function waitBefore(tries: number, { retryAfter }: EdgeError): number {
  const spread = Math.random() * FIRST_WAIT_MS * 2 ** (tries - 1)
  return retryAfter === null ? FIRST_WAIT_MS / 2 + spread : retryAfter * 1000 + spread
}

function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', giveUp, { once: true })
  })
}

const NOT_JSON = Symbol('not JSON')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whatever it is, it is no answer of an edge, and may quote anything.
    return NOT_JSON
  }
}
