import { EdgeConnection } from './edge.ts'
import { wrongUsage } from './failures.ts'
import { type Output, output } from './output.ts'
import { askSecret, canAsk } from './terminal.ts'

/** What every command is given. */
export interface Context {
  out: Output
  /** The edge, with the admin key for management calls. */
  edge(): Promise<EdgeConnection>
  /** The edge for calls that need no key. */
  openEdge(): EdgeConnection
}

type Globals = { optsWithGlobals(): object }

export function contextOf(command: Globals): Context {
  const { edge, json } = command.optsWithGlobals() as { edge?: string; json?: true }
  const out = output(json === true)
  const origin = () => edgeOrigin(edge ?? process.env.BIUWER_EDGE)
  return {
    out,
    openEdge: () => new EdgeConnection(origin(), undefined),
    edge: async () => {
      const at = origin()
      return new EdgeConnection(at, await adminKey())
    },
  }
}

/** Refuses plain http but on this machine: the admin key would travel in the open. */
function edgeOrigin(text: string | undefined): string {
  if (!text) throw wrongUsage('Which edge? Pass --edge https://… or set BIUWER_EDGE.')
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Not quoted in the message: a URL can carry a password.
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.pathname !== '/') {
    throw wrongUsage('The edge is an origin such as https://embed.example.com: no path, no credentials.')
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !loopback) {
    throw wrongUsage('Over http the admin key could be read on the way: use https, http only for localhost.')
  }
  return url.origin
}

async function adminKey(): Promise<string> {
  const key = process.env.BIUWER_ADMIN_KEY?.trim() || (await askAdminKey())
  // fetch's own complaint about a header would quote the key.
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrongUsage('The admin key has characters that no admin key has.')
  return key
}

async function askAdminKey(): Promise<string> {
  if (!canAsk()) throw wrongUsage('Set BIUWER_ADMIN_KEY: there is no terminal to ask for the admin key.')
  return askSecret('Admin key: ')
}
