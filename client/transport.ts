import { EdgeError, refusalOf } from './edge-error.ts'

export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's reason. */
  signal?: AbortSignal
  /** Milliseconds after which the call fails with `timeout`, repetitions included. Default: 30,000. */
  timeout?: number
}

export interface ChangeOptions extends CallOptions {
  /**
   * The edge makes a change once under a key, for 24 hours: a repetition is safe, and gets the same answer. Without one, the
   * client makes a key for its own repetitions; give one to be safe across restarts too.
   */
  idempotencyKey?: string
}

export interface EdgeRequest {
  method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE'
  /** Segments, unescaped. */
  path: readonly string[]
  query?: Record<string, string | number | undefined>
  headers?: Record<string, string>
  /** An object is sent as JSON; a form, and a text whose type `headers` names, as they are. */
  body?: object | URLSearchParams | string
  /** What the answer is, where it is not one object of an edge's: a page of a list, or nothing. */
  answer?: 'page' | 'nothing'
}

/** Where the calls go, and with which key: without one for what anybody may ask. */
export interface Access {
  edge: URL
  adminKey?: string
}

const DEFAULT_TIMEOUT = 30_000
const MOST_TRIES = 3
/** Milliseconds that one try may take at least, so that a connection that hangs leaves time for another try. */
const SHORTEST_TRY = 10_000
/** Milliseconds of the first pause between tries. */
const FIRST_PAUSE = 250
/** What keeps an answer out of caches, where the runtime's requests take it: workerd's former ones throw. */
const NO_CACHE: RequestInit = takesCache() ? { cache: 'no-store' } : {}

/** Milliseconds: setTimeout fires at once where it is given more. */
const LONGEST_TIMER = 2 ** 31 - 1

/** Requests to one edge, repeated where they failed for a moment. */
export class Transport {
  readonly #access: () => Access

  /** @param access is asked at each call, and throws where the host has made a mistake */
  constructor(access: () => Access) {
    this.#access = access
  }

  /** The answer's JSON; undefined where nothing is to come. Anything else is no edge's answer. */
  call<Answer>(request: EdgeRequest, options?: CallOptions): Promise<Answer> {
    return this.#repeated(request, options, async (limit) => {
      const answer = await this.#send(request, limit)
      const text = await answer.text()
      const json = text === '' ? undefined : parsed(text)
      if (!answer.ok || !isAsExpected(json, request.answer)) throw refusalOf(answer, json)
      return json as Answer
    })
  }

  /** As `call`, for what changes something: each try has the same key, by which the edge makes the change once. */
  async change<Answer>(
    request: EdgeRequest,
    { idempotencyKey = crypto.randomUUID(), ...options }: ChangeOptions = {},
  ): Promise<Answer> {
    if (!/^[\x21-\x7e]{1,255}$/.test(idempotencyKey))
      throw new TypeError('idempotencyKey has to be 1 to 255 visible ASCII characters, such as a UUID')
    const headers = { ...request.headers, 'Idempotency-Key': idempotencyKey }
    return this.call({ ...request, headers }, options)
  }

  /**
   * The answer's body as it comes. The request is repeated until the body begins; a body that breaks off, or pauses
   * for longer than the timeout, throws.
   */
  async *download(
    request: EdgeRequest,
    options: CallOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal, timeout = DEFAULT_TIMEOUT } = options
    const stop = new AbortController()
    try {
      const body = await this.#repeated(request, options, async (limit) => {
        const answer = await this.#send(request, AbortSignal.any([limit, stop.signal]))
        if (answer.ok && answer.body) return answer.body.getReader()
        throw refusalOf(answer, parsed(await answer.text()))
      })
      for (;;) {
        const { done, value } = await inTime(Math.min(timeout, LONGEST_TIMER), signal, () =>
          body.read(),
        ).catch(brokenOff)
        if (done) return
        yield value
      }
    } finally {
      stop.abort()
    }
  }

  /** Tries until an answer is there, or none may be hoped for in time. */
  async #repeated<Answer>(
    request: EdgeRequest,
    { signal, timeout = DEFAULT_TIMEOUT }: CallOptions = {},
    once: (limit: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    if (!(timeout > 0)) throw new TypeError('timeout has to be a number of milliseconds above 0')
    this.#address(request)
    const deadline = Date.now() + Math.min(timeout, LONGEST_TIMER)
    const longestTry = Math.max(SHORTEST_TRY, timeout / MOST_TRIES)
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted()
      const left = Math.max(1, deadline - Date.now())
      try {
        return await inTime(Math.min(left, longestTry), signal, once)
      } catch (error) {
        if (!(error instanceof EdgeError) || tries === MOST_TRIES || !isForAMoment(error)) throw error
        const pause = pauseBefore(tries, error)
        if (Date.now() + pause >= deadline) throw error
        await sleep(pause, signal)
      }
    }
  }

  #send(request: EdgeRequest, signal: AbortSignal): Promise<Response> {
    const { method, body, headers = {} } = request
    const { adminKey } = this.#access()
    const isJson = typeof body === 'object' && !(body instanceof URLSearchParams)
    return fetch(this.#address(request), {
      method,
      headers: {
        Accept: 'application/json',
        ...(adminKey !== undefined && { Authorization: `Bearer ${adminKey}` }),
        ...(isJson && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
      // An edge never redirects, and nobody else may see the key.
      redirect: 'manual',
      // Frameworks keep answers unless they are told not to, and an edge's are of this moment. Some runtimes know no cache.
      ...NO_CACHE,
      signal,
    })
  }

  #address({ path, query = {} }: EdgeRequest): URL {
    for (const segment of path) {
      if (typeof segment !== 'string' || /^\.{0,2}$/.test(segment))
        throw new TypeError('a user or an id has to be a text, and neither empty nor dots alone')
    }
    const url = new URL(`/${path.map(encodeURIComponent).join('/')}`, this.#access().edge)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    return url
  }
}

/** What `work` gives, with its failures told apart: given up by the caller, too slow, or not reached. */
async function inTime<Result>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (limit: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  const limit = new AbortController()
  const giveUp = () => limit.abort()
  const timer = setTimeout(giveUp, milliseconds)
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work(limit.signal), rejectedBy(limit.signal)])
  } catch (error) {
    if (error instanceof EdgeError) throw error
    signal?.throwIfAborted()
    if (limit.signal.aborted) throw new EdgeError('timeout', 'The edge did not answer in time.')
    throw new EdgeError('unreachable', 'The edge could not be reached.', {}, { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', giveUp)
  }
}

function brokenOff(error: unknown): never {
  if (!(error instanceof EdgeError) || error.code !== 'unreachable') throw error
  throw new EdgeError('unreachable', 'The answer broke off.', {}, { cause: error.cause })
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Whether a failure may pass by itself. A missing setting does not mend itself between two tries. */
function isForAMoment({ code, status }: EdgeError): boolean {
  if (code === 'rate_limited' || code === 'unreachable' || code === 'timeout') return true
  return status === 503 && code !== 'misconfigured'
}

/** As long as the edge says; else twice as long each time. Spread, so that many clients do not come at once. */
function pauseBefore(tries: number, { retryAfter }: EdgeError): number {
  const spread = Math.random() * FIRST_PAUSE * 2 ** (tries - 1)
  return retryAfter === null ? FIRST_PAUSE / 2 + spread : retryAfter * 1000 + spread
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

/** Whether an answer of success has the shape that an edge gives it. */
function isAsExpected(json: unknown, answer: EdgeRequest['answer']): boolean {
  if (answer === 'nothing') return json === undefined
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false
  return answer !== 'page' || ('items' in json && Array.isArray(json.items))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Whatever it is, it is no answer of an edge, and may quote anything.
    return null
  }
}

function takesCache(): boolean {
  try {
    return new Request('https://edge.invalid', { cache: 'no-store' }).cache === 'no-store'
  } catch {
    return false
  }
}
