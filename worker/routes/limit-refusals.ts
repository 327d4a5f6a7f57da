import type { Context, MiddlewareHandler } from 'hono'
import { clock } from '../clock.ts'
import { RETRY_AFTER } from '../problems.ts'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'

/**
 * Slows down whoever is refused again and again at an address where tokens open sessions. Refusals alone are counted, by
 * client address: whoever has a good token never waits, and a stranger can't use up the limit of somebody else's token.
 */
export const limitRefusals: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next()
  if (c.res.status < 400 || c.res.status >= 500) return
  if (!(await withinLimit(c.env.SESSION_LIMITER, addressOf(c)))) throw new RefusedRequest('rate_limited')
}

/**
 * Slows down whoever guesses keys, by client address. Past the limit, this isolate answers the address 429 for as long as
 * `Retry-After` says, before it looks at a key, the right one included: so a guess beyond the limit tells nothing.
 *
 * A call without a key is no guess. Such calls are limited as refusals of tokens are, and shut nobody out: a page of any
 * site can make a visitor's browser send them, but none that carries a key.
 */
export const limitGuesses: MiddlewareHandler<AppEnv> = async (c, next) => {
  const address = addressOf(c)
  const { shutOut } = c.get('memory')
  if (clock() < (shutOut.get(address) ?? 0)) throw new RefusedRequest('rate_limited')
  await next()
  if (c.res.status !== 401) return
  const isGuess = c.req.header('authorization') !== undefined
  if (await withinLimit(c.env.SESSION_LIMITER, isGuess ? `guesses ${address}` : address)) return
  if (isGuess) shutOut.set(address, clock() + (RETRY_AFTER.rate_limited ?? 0))
  throw new RefusedRequest('rate_limited')
}

/** The client's address, as refusals are counted by it. */
export function addressOf(c: Context<AppEnv>): string {
  return addressKey(c.req.header('cf-connecting-ip'))
}

/** Whether the address may be refused once more. Where the limiter itself fails, it may. */
async function withinLimit(limiter: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success
  } catch (error) {
    console.warn(JSON.stringify({ event: 'limiter_failed', error: String(error) }))
    return true
  }
}

/** The limiter's key for a client: its IPv4 address, or its IPv6 /64, of which a client commonly has a whole one. */
function addressKey(address = 'unknown'): string {
  if (!address.includes(':')) return address
  const url = `http://[${address}]`
  if (!URL.canParse(url)) return address
  const [left = '', right = ''] = new URL(url).hostname.slice(1, -1).split('::')
  const head = left === '' ? [] : left.split(':')
  const tail = right === '' ? [] : right.split(':')
  const groups = [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill('0'), ...tail]
  return groups.slice(0, 4).join(':')
}
