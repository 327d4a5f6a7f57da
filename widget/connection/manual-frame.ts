import type { Command } from '../frame-document/protocol.ts'
import type { Connection, ConnectionEvents } from './connection.ts'

/** Returns the origin of an instance given by its bare name, as `acme`; undefined where that is none. */
export function shareOrigin(instance: string): string | undefined {
  return /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/.test(instance) ? `https://${instance}.biuwer.com` : undefined
}

/**
 * Biuwer's manual integration: the page's own iframe of Biuwer's share page, without an edge. The secret goes into the
 * window's name and into no attribute.
 */
export class ManualFrame implements Connection {
  readonly #frame: HTMLIFrameElement
  readonly #origin: string
  readonly #events: ConnectionEvents
  #opened = false

  /** `frame` has no address yet: its empty document takes the name that Biuwer's page then finds. */
  constructor(frame: HTMLIFrameElement, origin: string, signal: AbortSignal, events: ConnectionEvents) {
    this.#frame = frame
    this.#origin = origin
    this.#events = events
    // The first load is that of the empty document, when the frame is inserted; the next one is Biuwer's.
    const loaded = () => (this.#opened ? events.report({ type: 'ready' }) : events.connected())
    frame.addEventListener('load', loaded, { signal })
  }

  /** Works once: afterwards the window is Biuwer's, and its name out of reach. */
  send(command: Command): void {
    const inner = this.#frame.contentWindow
    if (!inner || command.type !== 'open') return
    const { resource, token } = command
    // One more colon would name another resource, or another token.
    if (!/^[\w-]{1,128}$/.test(resource) || !/^[\w-]{1,512}$/.test(token)) {
      const detail = 'resource-id and token must be of letters, digits, - and _'
      this.#events.report({ type: 'refused', code: 'invalid_request', detail })
      return
    }
    this.#opened = true
    inner.name = `${resource}:${token}`
    inner.location.replace(`${this.#origin}/share`)
  }
}
