import type { Hello, Numbered, Welcome } from '../frame-document/protocol.ts'
import type { Line, LineEvents, Request } from './connection.ts'
import { passEmbedderPolicy } from './embedder-policy.ts'

/**
 * The tag's end of the line to its frame. Who speaks is decided here and nowhere else: a window message
 * counts when it comes from this very frame and from the edge's origin; afterwards the port is the proof.
 */
export class FrameChannel implements Line {
  readonly #window: () => Window | null
  readonly #edge: string
  readonly #events: LineEvents
  #port: MessagePort | undefined
  #order = 0

  /** Leads to the edge's document in a frame, or in a window of its own. Ends with `signal`. */
  constructor(place: HTMLIFrameElement | Window, edge: string, signal: AbortSignal, events: LineEvents) {
    const framed = place instanceof HTMLIFrameElement
    this.#window = framed ? () => place.contentWindow : () => place
    this.#edge = edge
    this.#events = events
    if (framed) passEmbedderPolicy(place, signal)
    addEventListener('message', (event) => this.#welcome(event), { signal })
    signal.addEventListener('abort', () => this.#port?.close())
  }

  get connected(): boolean {
    return !!this.#port
  }

  send(request: Request): void {
    this.#port?.postMessage({ ...request, order: ++this.#order })
  }

  #welcome({ data, origin, source }: MessageEvent<Hello>): void {
    const frame = this.#window()
    // Both are null once the frame is gone.
    if (!frame || source !== frame || origin !== this.#edge || data?.type !== 'biuwer-embed:hello') return
    // The frame has put an empty frame into its closed shadow root. A page that sees it would see Biuwer's page too.
    if (frame.length > 0) {
      this.#events.report({ type: 'refused', code: 'frame_exposed' })
      return
    }
    this.#port?.close()
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }: MessageEvent<Numbered>) => {
      if (data.order === this.#order) this.#events.report(data)
    }
    frame.postMessage({ type: 'biuwer-embed:port' } satisfies Welcome, this.#edge, [port2])
    this.#events.connected()
  }
}
