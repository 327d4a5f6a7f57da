import { changeSettings } from '../page-settings.ts'

const LOOPBACK = /^(.+\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/

let byDefault: string | null = null

/** Sets the edge of tags that name none. Scripts served by an edge set it to their own origin. */
export function setDefaultEdge(origin: string | null): void {
  byDefault = origin
  changeSettings()
}

export function defaultEdge(): string | null {
  return byDefault
}

/** Returns the origin that `edge` names; undefined unless it is an https origin, or an http one on this machine. */
export function edgeOrigin(edge: string | null): string | undefined {
  const given = edge || byDefault
  if (!given || !URL.canParse(given)) return undefined
  const { protocol, hostname, href, origin } = new URL(given)
  const trusted = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
  return trusted && href === `${origin}/` ? origin : undefined
}
