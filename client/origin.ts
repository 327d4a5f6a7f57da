/** What a client is told of its edge. */
export interface EdgeAddress {
  /**
   * The worker's origin: `https://embed.example.com`. Plain http is taken on this machine alone: `localhost`, `*.localhost`,
   * 127.0.0.0/8, `[::1]`, and `host.docker.internal`, as containers call the machine that runs them.
   */
  edge: string | URL | undefined
  /**
   * Takes an edge by plain http on a private network, too: at a private address, at a name without dots such as a service of
   * Docker Compose, or at one below `.internal`, `.local`, `.test` or `.home.arpa`. Whoever reads along there can read the
   * key: for development alone. Default: false.
   */
  httpOnPrivateNetwork?: boolean
}

/** The edge's address as a URL. Throws a `TypeError` where it is none, or where the key could be read on the way there. */
export function originOf({ edge, httpOnPrivateNetwork = false }: EdgeAddress): URL {
  if (edge === undefined || edge === '')
    throw new TypeError('edge is not set: pass https://embed.example.com')
  if (!URL.canParse(edge)) throw new TypeError('edge has to be an origin, such as https://embed.example.com')
  const url = new URL(edge)
  if (url.href !== `${url.origin}/`) throw new TypeError('edge has to be an origin: no path, no credentials')
  if (url.protocol === 'https:') return url
  const { hostname } = url
  const isNear = isThisMachine(hostname) || (httpOnPrivateNetwork && isPrivate(hostname))
  if (url.protocol === 'http:' && isNear) return url
  throw new TypeError('edge has to be https: over http the key could be read on the way')
}

/** Whether a host never leaves this machine. A copy of the edge's own rule, since the client imports nothing. */
export function isThisMachine(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$|^host\.docker\.internal$/.test(hostname)
}

/** Names that no public DNS has, and private addresses (RFC 1918, RFC 3927, RFC 4193). */
const PRIVATE = [
  /^[a-z0-9-]+$/,
  /\.(internal|local|test|home\.arpa)$/,
  /^10(\.\d+){3}$/,
  /^172\.(1[6-9]|2\d|3[01])(\.\d+){2}$/,
  /^192\.168(\.\d+){2}$/,
  /^169\.254(\.\d+){2}$/,
  /^\[f[cd][0-9a-f]{2}:/,
  /^\[fe[89ab][0-9a-f]:/,
]

/** @param hostname as a URL has it: in lower case, an IPv4 address in four parts, an IPv6 address in brackets */
function isPrivate(hostname: string): boolean {
  return PRIVATE.some((kind) => kind.test(hostname))
}
