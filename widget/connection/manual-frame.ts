import type { Line, LineEvents, Request } from './connection.ts'
import { passEmbedderPolicy } from './embedder-policy.ts'

/** Biuwer's share page of an instance given by its bare name; undefined where it isn't one. */
export function shareOrigin(instance: string): string | undefined {
  return /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(instance) ? `https://${instance}.biuwer.com` : undefined
}

/**
 * Biuwer's manual integration: the page's own iframe of Biuwer's share page, without an edge. The secret
 * goes into the window's name and into no attribute.
 */
export class ManualFrame implements Line {
  readonly #frame: HTMLIFrameElement
  readonly #origin: string
  readonly #report: LineEvents['report']
  #asked = false

  /** `frame` has no address yet: its empty document takes the name that Biuwer's page then finds. */
  constructor(
    frame: HTMLIFrameElement,
    origin: string,
    signal: AbortSignal,
    { connected, report }: LineEvents,
  ) {
    this.#frame = frame
    this.#origin = origin
    this.#report = report
    passEmbedderPolicy(frame, signal)
    // The load of the empty document, when the frame is inserted, is its hello; the next one is Biuwer's.
    const loaded = () => (this.#asked ? report({ type: 'ready' }) : connected())
    frame.addEventListener('load', loaded, { signal })
  }

  get connected(): boolean {
    return !!this.#frame.contentWindow
  }

  /** Once: afterwards the window is Biuwer's, and its name out of reach. */
  send(request: Request): void {
    const inner = this.#frame.contentWindow
    if (!inner || request.type !== 'open') return
    const { resource, token } = request
    // A colon more would name another resource, or another token.
    if (!/^[\w-]{1,128}$/.test(resource) || !/^[\w-]{1,512}$/.test(token)) {
      const detail = 'resource-id and token must be the ids that Biuwer gave, of letters, digits, - and _'
      this.#report({ type: 'refused', code: 'invalid_request', detail })
      return
    }
    this.#asked = true
    inner.name = `${resource}:${token}`
    inner.location.replace(`${this.#origin}/share`)
  }
}
