/** Why a value is asked for. */
export type Reason = 'initial' | 'expiring' | 'expired' | 'spent' | 'revoked'

/** Gives a fresh embed token value. `signal` aborts when nobody waits any more, or after 30 s. */
export type TokenProvider = (reason: Reason, signal: AbortSignal) => Promise<string>

/** Milliseconds a call may take. */
const LIMIT = 30_000

interface Call {
  value: Promise<string | undefined>
  /** Its signal aborts when the call is given up. */
  life: AbortController
  waiting: number
}

/** Calls under way, by the provider's identity or the absolute URL. */
const calls = new Map<TokenProvider | string, Call>()

/**
 * A fresh value; undefined when none came, whatever the cause. Those who ask while a call of the same
 * source is under way share it; it is aborted when the last of them has left.
 */
export function requestValue(
  source: TokenProvider | string,
  reason: Reason,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = typeof source === 'string' ? absolute(source) : source
  if (!key) return Promise.resolve(undefined)
  const call = calls.get(key) ?? begin(key, reason)
  call.waiting++
  return new Promise((resolve) => {
    const leave = () => {
      resolve(undefined)
      if (--call.waiting === 0) call.life.abort()
    }
    signal.addEventListener('abort', leave)
    void call.value.then((value) => {
      signal.removeEventListener('abort', leave)
      resolve(value)
    })
  })
}

/** As the page resolves it; undefined where it is no address. */
function absolute(url: string): string | undefined {
  return URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).href : undefined
}

function begin(source: TokenProvider | string, reason: Reason): Call {
  const life = new AbortController()
  const value = new Promise<string | undefined>((resolve) => {
    const settle = (given?: unknown) => {
      clearTimeout(timer)
      // At once, not a microtask later: who asks next must not join a call that was given up.
      if (calls.get(source)?.life === life) calls.delete(source)
      resolve(typeof given === 'string' && given ? given : undefined)
    }
    const timer = setTimeout(() => life.abort(), LIMIT)
    life.signal.addEventListener('abort', () => settle())
    ask(source, reason, life.signal).then(settle, () => settle())
  })
  const call = { value, life, waiting: 0 }
  calls.set(source, call)
  return call
}

async function ask(source: TokenProvider | string, reason: Reason, signal: AbortSignal): Promise<unknown> {
  if (typeof source !== 'string') return source(reason, signal)
  const headers = { accept: 'application/json' }
  const response = await fetch(source, { headers, signal, cache: 'no-store', credentials: 'same-origin' })
  return response.status === 200 ? (await response.json()).token : undefined
}
