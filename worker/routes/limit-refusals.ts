import type { MiddlewareHandler } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'

/**
 * Slows down whoever is refused again and again. Refusals alone are counted, by client address: whoever has a good token
 * never waits, and a stranger can't use up the limit of somebody else's token.
 *
 * @param counts whether an answer of this status is a refusal that counts
 */
export function limitRefusals(counts: (status: number) => boolean): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next()
    if (!counts(c.res.status)) return
    const key = addressKey(c.req.header('cf-connecting-ip'))
    if (!(await withinLimit(c.env.SESSION_LIMITER, key))) throw new RefusedRequest('rate_limited')
  }
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
