import type { MiddlewareHandler } from 'hono'
import { isThisMachine } from '../policy/origins.ts'
import { RefusedRequest } from '../refused-request.ts'
import { NO_SNIFFING } from '../security-headers.ts'
import type { AppEnv } from './context.ts'

/** What carries keys and tokens. */
const INTERFACES = /^\/(v1|oauth)(\/|$)/

/**
 * Serves nothing over plain http, but on this very machine. Whoever reads along on the way could read the key that came with
 * a call: the call is refused before its key is looked at, so that a mistake in a caller's settings shows at the first
 * try. A browser that asks for a page is sent to https.
 */
export const httpsAlone: MiddlewareHandler<AppEnv> = async (c, next) => {
  const edge = c.get('edge')
  if (isHttps(edge) || isThisMachine(hostOf(edge))) return next()
  const isPage = ['GET', 'HEAD'].includes(c.req.method) && !INTERFACES.test(c.req.path)
  if (!isPage)
    throw new RefusedRequest('forbidden', {
      detail:
        'This edge is served over https alone. A key or a token in this request could be read on its way: take it as leaked.',
    })
  const address = `https://${hostOf(edge)}${c.req.url.slice(edge.length)}`
  return new Response(null, { status: 308, headers: { Location: address, ...NO_SNIFFING } })
}

/** Whether browsers may be told to ask an edge over https alone. On this machine, that would bind every other port, too. */
export function isStrict(edge: string): boolean {
  return isHttps(edge) && !isThisMachine(hostOf(edge))
}

function isHttps(edge: string): boolean {
  return edge.startsWith('https:')
}

/** The host of an origin, without the port. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2).replace(/:\d+$/, '')
}
