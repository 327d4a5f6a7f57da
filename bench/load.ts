import autocannon from 'autocannon'

export interface Request {
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Load {
  origin: string
  method: 'GET' | 'POST'
  /** The requests to send in turn, over and over. With `once` there have to be enough for the whole time. */
  requests: readonly Request[]
  /** Whether each request may be sent only once. */
  once: boolean
  /** The expected status: any other ends the run. */
  status: number
}

const CONNECTIONS = 32

/** Requests per second over `seconds`, or until requests that may be sent only once run out. */
export async function requestsPerSecond(load: Load, seconds: number): Promise<number> {
  const each = Math.floor(load.requests.length / CONNECTIONS)
  const wrong = new Map<number, number>()
  let connection = 0
  let began = Number.POSITIVE_INFINITY
  let answered = 0
  const result = await autocannon({
    url: load.origin,
    connections: CONNECTIONS,
    ...(load.once ? { amount: each * CONNECTIONS } : { duration: seconds }),
    setupClient: (client) => {
      const from = connection++ * each
      const own = load.once ? load.requests.slice(from, from + each) : load.requests
      client.setRequests(
        own.map(({ path, headers = {}, body }) => ({
          method: load.method,
          path,
          headers: { 'content-type': 'application/json', ...headers },
          ...(body !== undefined && { body }),
        })),
      )
      began = Math.min(began, performance.now())
      client.on('response', (status) => {
        answered = performance.now()
        if (status !== load.status) wrong.set(status, (wrong.get(status) ?? 0) + 1)
      })
    },
  })
  if (wrong.size > 0 || result.errors > 0)
    throw new Error(
      `${load.origin}${load.requests[0]?.path}: ${result.errors} errors, ${JSON.stringify([...wrong])}`,
    )
  // autocannon measures whole seconds, which is too coarse for a run that ends early.
  return result.requests.total / ((answered - began) / 1000)
}
