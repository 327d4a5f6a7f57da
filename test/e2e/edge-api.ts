import { inject } from 'vitest'
import { BiuwerEdge } from '../../client/biuwer-edge.ts'
import { type EdgeRequest, Transport } from '../../client/transport.ts'

const { edge, adminKey } = inject('stack')
const { tokens } = new BiuwerEdge({ edge, adminKey })
const transport = new Transport(() => ({ edge: new URL(edge), adminKey }))

// biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
type Loose = any

/** A management call to the running edge, by the address that a test names. */
export function admin(method: EdgeRequest['method'], address: string, body?: object): Promise<Loose> {
  const { pathname, searchParams } = new URL(address, edge)
  const path = pathname.split('/').filter(Boolean).map(decodeURIComponent)
  const query = Object.fromEntries(searchParams)
  return transport.call({ method, path, query, ...(body && { body }) })
}

/** A new token record, of the first store's user unless told, with its token. */
export function issue(request: Record<string, unknown> = {}): Promise<Loose> {
  return tokens.create({ user: 'store-1', ...request })
}
