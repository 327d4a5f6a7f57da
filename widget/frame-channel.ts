import type { Hello, Numbered, Order, Report, Welcome } from './frame/protocol.ts'

type Unnumbered<T> = T extends unknown ? Omit<T, 'order'> : never

/**
 * The tag's end of the line to its frame. Who speaks is decided here and nowhere else: a window message
 * counts when it comes from this very frame and from the edge's origin; afterwards the port is the proof.
 */
export class FrameChannel {
  readonly #frame: HTMLIFrameElement
  readonly #edge: string
  readonly #connected: () => void
  readonly #report: (report: Report) => void
  #port: MessagePort | undefined
  #order = 0

  /**
   * Ends with `signal`. `connected` runs at each hello: a frame's document may be reloaded, and then knows
   * nothing of what was said before.
   */
  constructor(
    frame: HTMLIFrameElement,
    edge: string,
    signal: AbortSignal,
    connected: () => void,
    report: (report: Report) => void,
  ) {
    this.#frame = frame
    this.#edge = edge
    this.#connected = connected
    this.#report = report
    addEventListener('message', (event) => this.#welcome(event), { signal })
    signal.addEventListener('abort', () => this.#port?.close())
  }

  get connected(): boolean {
    return !!this.#port
  }

  send(order: Unnumbered<Order>): void {
    this.#port?.postMessage({ ...order, order: ++this.#order })
  }

  #welcome({ data, origin, source }: MessageEvent<Hello>): void {
    const frame = this.#frame.contentWindow
    // Both are null once the frame is gone.
    if (!frame || source !== frame || origin !== this.#edge || data?.type !== 'biuwer-embed:hello') return
    this.#port?.close()
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }: MessageEvent<Numbered>) => {
      if (data.order === this.#order) this.#report(data)
    }
    frame.postMessage({ type: 'biuwer-embed:port' } satisfies Welcome, this.#edge, [port2])
    this.#connected()
  }
}
