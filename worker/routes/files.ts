import type { Context } from 'hono'
import { RefusedRequest } from '../refused-request.ts'
import type { AppEnv } from './context.ts'
import { isStrict } from './https-alone.ts'

/** The file that is the page of the edge's bare address: files are found by their names alone. */
const START = '/start'

/**
 * Answers with a static file of the deployment, where the address is none of the worker's own. The file's headers are those of
 * `_headers`.
 */
export async function serveFile(c: Context<AppEnv>): Promise<Response> {
  const request = c.req.path === '/' ? new Request(new URL(START, c.req.url), c.req.raw) : c.req.raw
  const file = await c.env.ASSETS.fetch(request)
  if (file.status === 404) throw new RefusedRequest('not_found')
  if (file.status === 405) throw new RefusedRequest('method_not_allowed', { headers: { Allow: 'GET, HEAD' } })
  c.set('isFile', true)
  if (isStrict(c.get('edge'))) return file
  const relaxed = new Response(file.body, file)
  relaxed.headers.delete('Strict-Transport-Security')
  return relaxed
}
