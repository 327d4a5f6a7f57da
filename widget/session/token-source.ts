import type { Failure } from '../failures.ts'
import { textOf } from '../text-of.ts'
import type { SessionHost } from './session-host.ts'

/** Why the page is asked for a token. */
export type Reason = 'initial' | 'expiring' | 'expired' | 'spent' | 'revoked'

/**
 * Gives a fresh token. `signal` aborts when nobody waits any more, or after 30 s. Where the visitor is signed out of the page
 * it rejects with an error whose `name` is `SignedOutError`: then it is not asked again by itself.
 */
export type TokenProvider = (reason: Reason, signal: AbortSignal) => Promise<string>

/** Milliseconds a call may take. */
const LIMIT = 30_000

/** A token, or why none came. */
export type Answer = string | Failure

/** Where the page gives out tokens. */
export interface Source {
  /** What tags that share a call have in common: the provider itself, or the absolute URL and how credentials are sent. */
  readonly key: unknown
  /** Never rejects. */
  ask(reason: Reason, signal: AbortSignal): Promise<Answer>
}

interface Call {
  answer: Promise<Answer>
  /** Aborts when the call is given up. */
  life: AbortController
  /** How many tags wait for the token. */
  waiting: number
}

/** Calls under way, by the key of their source. */
const calls = new Map<unknown, Call>()

/** The source that the page has set on the tag: its provider, or else its `token-url`. */
export function sourceOf({
  tokenProvider,
  tokenUrl,
  tokenCredentials,
}: Pick<SessionHost, 'tokenProvider' | 'tokenUrl' | 'tokenCredentials'>): Source | undefined {
  if (tokenProvider)
    return { key: tokenProvider, ask: (reason, signal) => callProvider(tokenProvider, reason, signal) }
  const url = textOf(tokenUrl)
  if (!url) return undefined
  const credentials = tokenCredentials === 'include' ? 'include' : 'same-origin'
  // Resolves the address as the call will, and keeps one that is none.
  const link = document.createElement('a')
  link.href = url
  return { key: credentials + link.href, ask: (_, signal) => fetchToken(url, { credentials, signal }) }
}

/**
 * Asks the page for a fresh token. Tags that ask the same source while a call is under way share it. The call is aborted when
 * the last of them has left.
 */
export function requestToken(source: Source, reason: Reason, signal: AbortSignal): Promise<Answer> {
  const call = calls.get(source.key) ?? beginCall(source, reason)
  call.waiting++
  return new Promise((resolve) => {
    const leave = () => {
      resolve('')
      if (--call.waiting === 0) call.life.abort()
    }
    signal.addEventListener('abort', leave)
    void call.answer.then((answer) => {
      signal.removeEventListener('abort', leave)
      resolve(answer)
    })
  })
}

function beginCall({ key, ask }: Source, reason: Reason): Call {
  const life = new AbortController()
  const answer = new Promise<Answer>((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      // At once, not a microtask later: a tag that asks next must not join a call that was given up.
      if (calls.get(key)?.life === life) calls.delete(key)
      resolve(answer)
    }
    const timer = setTimeout(() => life.abort(), LIMIT)
    life.signal.addEventListener('abort', () => settle(none('no token came within 30 s')))
    void ask(reason, life.signal).then(settle)
  })
  const call = { answer, life, waiting: 0 }
  calls.set(key, call)
  return call
}

/** Asks the page's function. Never rejects. */
export async function callProvider(
  provider: TokenProvider,
  reason: Reason,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const given = await provider(reason, signal)
    return tokenIn(given) || none(`tokenProvider gave ${kindOf(given)}`)
  } catch (error) {
    // By its name alone: its message may hold a secret.
    const { name } = Object(error)
    return none(`tokenProvider failed: ${name}`, name === 'SignedOutError')
  }
}

async function fetchToken(url: string, init: RequestInit): Promise<Answer> {
  let told = 'gave no answer: network, CORS, or a redirect to another site'
  let signedOut = false
  try {
    const headers = { accept: 'application/json' }
    const response = await fetch(url, { ...init, headers, cache: 'no-store' })
    const { status, redirected } = response
    told = `answered ${status}${redirected ? ' after a redirect' : ''}`
    signedOut = status === 401 || status === 403
    if (response.ok) {
      told += ` with ${response.headers.get('content-type')}`
      const { token } = await response.json()
      if (tokenIn(token)) return tokenIn(token)
      told += `, whose token is ${kindOf(token)}`
    }
  } catch {
    // There was no answer, or it is no JSON.
  }
  return none(`token-url ${told}`, signedOut)
}

/** The token without white space round it; empty where what the page gave is none. */
function tokenIn(given: unknown): string {
  return typeof given === 'string' ? textOf(given) : ''
}

/** What came in place of a token: never itself, which may be a secret. */
function kindOf(given: unknown): string {
  return typeof given === 'string' ? 'empty' : typeof given
}

function none(detail: string, signedOut = false): Failure {
  return { code: signedOut ? 'signed_out' : 'provider_failed', detail }
}
