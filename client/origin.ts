/** The edge's address as a URL. Plain http is refused elsewhere than on this machine: the key travels there. */
export function originOf(edge: string | URL): URL {
  if (!URL.canParse(edge)) throw new TypeError('edge has to be an origin, such as https://embed.example.com')
  const url = new URL(edge)
  if (url.href !== `${url.origin}/`) throw new TypeError('edge has to be an origin: no path, no credentials')
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url
  throw new TypeError('edge has to be https: over http the key could be read on the way')
}

/** Whether a host never leaves this machine. A copy of the edge's own rule, since the client imports nothing. */
export function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname)
}
