import { claimsOf, type UnverifiedClaims } from './claims.ts'
import { EMBEDDER_POLICY, type Probed, probe } from './probes.ts'
import type { Subject } from './subject.ts'

/** What the browser says of the page. */
export interface Page {
  /** The string `null` where the page has none. */
  readonly origin: string
  readonly secure: boolean
  /** Whether the page is a file of the device. */
  readonly file: boolean
  /** Whether the page's Cross-Origin-Embedder-Policy keeps the frame out, as far as the browser tells. */
  readonly embedderPolicy: boolean
  /** Whether the page is itself in a frame. */
  readonly framed: boolean
  readonly online: boolean
}

/** All that the checks judge. */
export interface Findings extends Probed {
  readonly page: Page
  /** Whether a frame of the edge said hello: policy, network, edge and `frame-ancestors` all let it in. */
  readonly hello: boolean
  /** The token's claims; undefined where there is no token, or it isn't a JWS. */
  readonly claims: UnverifiedClaims | undefined
}

/** Asks page, browser and edge all that the checks need. */
export async function find(subject: Subject): Promise<Findings> {
  const { connected, edge, token } = subject
  const probed = await probe(subject)
  return {
    ...probed,
    page: {
      // `location.origin` is `null` in a srcdoc document; happy-dom has no other.
      origin: self.origin ?? location.origin,
      // Undefined in happy-dom.
      secure: self.isSecureContext !== false,
      file: location.protocol === 'file:',
      embedderPolicy: keepsFramesOut(probed),
      framed: self !== top,
      online: navigator.onLine,
    },
    hello: !!edge && (connected || probed.frame === 'answered'),
    claims: token ? claimsOf(token) : undefined,
  }
}

/**
 * Tells whether the page's Cross-Origin-Embedder-Policy keeps the frame out. A page learns of its policy by
 * `crossOriginIsolated`, if it also isolates its openers, and in WebKit by a report of what was kept out. Chromium has
 * frames that such a policy lets in.
 */
function keepsFramesOut({ refused }: Probed): boolean {
  const told = self.crossOriginIsolated || refused.some(([directive]) => directive === EMBEDDER_POLICY)
  return told && !('credentialless' in HTMLIFrameElement.prototype)
}

/** Returns the origin of an address, resolved as the page would; undefined where it is none. */
export function originOf(address: string): string | undefined {
  return URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI).origin : undefined
}

/** Tells whether the page's policy refused a request to `origin` by a directive of that name. */
export function wasRefused({ refused }: Probed, directive: RegExp, origin: string): boolean {
  return refused.some(([name, address]) => directive.test(name) && `${address}/`.startsWith(`${origin}/`))
}
