/** Why the page is asked for a token. */
export type Reason = 'initial' | 'expiring' | 'expired' | 'spent' | 'revoked'

/** Gives a fresh token. `signal` aborts when nobody waits any more, or after 30 s. */
export type TokenProvider = (reason: Reason, signal: AbortSignal) => Promise<string>

/** Milliseconds a call may take. */
const LIMIT = 30_000

interface Call {
  token: Promise<string | undefined>
  /** Aborts when the call is given up. */
  life: AbortController
  /** How many tags wait for the token. */
  waiting: number
}

/** Calls under way, by the provider's identity or the absolute URL. */
const calls = new Map<TokenProvider | string, Call>()

/**
 * Asks the page for a fresh token; undefined when none came, whatever the cause. Tags that ask the same source while a
 * call is under way share it. The call is aborted when the last of them has left.
 */
export function requestToken(
  source: TokenProvider | string,
  reason: Reason,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = typeof source === 'string' ? absoluteUrl(source) : source
  if (!key) return Promise.resolve(undefined)
  const call = calls.get(key) ?? beginCall(key, reason)
  call.waiting++
  return new Promise((resolve) => {
    const leave = () => {
      resolve(undefined)
      if (--call.waiting === 0) call.life.abort()
    }
    signal.addEventListener('abort', leave)
    void call.token.then((token) => {
      signal.removeEventListener('abort', leave)
      resolve(token)
    })
  })
}

/** Resolves an address as the page would; undefined where it is none. */
function absoluteUrl(url: string): string | undefined {
  return URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).href : undefined
}

function beginCall(source: TokenProvider | string, reason: Reason): Call {
  const life = new AbortController()
  const token = new Promise<string | undefined>((resolve) => {
    const settle = (given?: unknown) => {
      clearTimeout(timer)
      // At once, not a microtask later: a tag that asks next must not join a call that was given up.
      if (calls.get(source)?.life === life) calls.delete(source)
      resolve(typeof given === 'string' && given ? given : undefined)
    }
    const timer = setTimeout(() => life.abort(), LIMIT)
    life.signal.addEventListener('abort', () => settle())
    callSource(source, reason, life.signal).then(settle, () => settle())
  })
  const call = { token, life, waiting: 0 }
  calls.set(source, call)
  return call
}

async function callSource(
  source: TokenProvider | string,
  reason: Reason,
  signal: AbortSignal,
): Promise<unknown> {
  if (typeof source !== 'string') return source(reason, signal)
  const headers = { accept: 'application/json' }
  const response = await fetch(source, { headers, signal, cache: 'no-store', credentials: 'same-origin' })
  return response.status === 200 ? (await response.json()).token : undefined
}
