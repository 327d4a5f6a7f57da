import { type Claims, claimsOf } from './claims.ts'
import { type Probed, probe } from './probes.ts'
import type { Subject } from './report.ts'

/** What the page is to the browser. */
export interface Page {
  /** `null` as a string where it has none. */
  readonly origin: string
  readonly secure: boolean
  /** By COEP: it takes no frame that does not ask for the same. */
  readonly isolated: boolean
  /** Whether it is itself in a frame. */
  readonly framed: boolean
  readonly online: boolean
}

/** All that the checks judge. */
export interface Findings extends Probed {
  readonly page: Page
  /** Whether a frame of the edge's said hello: policy, network, edge and `frame-ancestors` all let it in. */
  readonly hello: boolean
  /** undefined where there is no value, or it isn't a JWS. */
  readonly claims: Claims | undefined
}

export async function find(subject: Subject): Promise<Findings> {
  const { connected, edge, value } = subject
  const probed = await probe(subject)
  return {
    ...probed,
    page: {
      // Not `location.origin`, which is `null` in a srcdoc document.
      origin: self.origin,
      secure: isSecureContext,
      isolated: crossOriginIsolated,
      framed: self !== top,
      online: navigator.onLine,
    },
    hello: !!edge && (connected || probed.frame === 'answered'),
    claims: value ? claimsOf(value) : undefined,
  }
}

/** The origin of an address as the page would resolve it; undefined where it is none. */
export function originOf(address: string): string | undefined {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).origin : undefined
}

/** Whether the page's policy refused a request of such a directive to `origin`. */
export function wasRefused({ refused }: Probed, directive: RegExp, origin: string): boolean {
  return refused.some(([name, address]) => directive.test(name) && `${address}/`.startsWith(`${origin}/`))
}
