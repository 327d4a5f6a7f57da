import { type Claims, claimsOf } from './claims.ts'
import { EMBEDDER_POLICY, type Probed, probe } from './probes.ts'
import type { Subject } from './report.ts'

/** What the page is to the browser. */
export interface Page {
  /** `null` as a string where it has none. */
  readonly origin: string
  readonly secure: boolean
  /** Whether its Cross-Origin-Embedder-Policy keeps the frame out, as far as the browser tells. */
  readonly embedderPolicy: boolean
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
      embedderPolicy: keepsFramesOut(probed),
      framed: self !== top,
      online: navigator.onLine,
    },
    hello: !!edge && (connected || probed.frame === 'answered'),
    claims: value ? claimsOf(value) : undefined,
  }
}

/**
 * A page is told of its policy by `crossOriginIsolated`, where it also isolates its openers, and in WebKit by a report
 * of what was kept out. Chromium has frames that such a policy lets in.
 */
function keepsFramesOut({ refused }: Probed): boolean {
  const told = crossOriginIsolated || refused.some(([directive]) => directive === EMBEDDER_POLICY)
  return told && !('credentialless' in HTMLIFrameElement.prototype)
}

/** The origin of an address as the page would resolve it; undefined where it is none. */
export function originOf(address: string): string | undefined {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).origin : undefined
}

/** Whether the page's policy refused a request of such a directive to `origin`. */
export function wasRefused({ refused }: Probed, directive: RegExp, origin: string): boolean {
  return refused.some(([name, address]) => directive.test(name) && `${address}/`.startsWith(`${origin}/`))
}
