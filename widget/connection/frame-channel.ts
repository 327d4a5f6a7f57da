import type { Command, Hello, NumberedReport, Welcome } from '../frame-document/protocol.ts'
import type { Connection, ConnectionEvents } from './connection.ts'

/** Hellos that a channel knew as its frame's: no other has to look at them. */
const taken = new WeakSet<MessageEvent>()

/**
 * The tag's connection to the edge's document. Who speaks is decided here and nowhere else: a window message counts when
 * it comes from this very frame and from the edge's origin; afterwards whoever has the port is the frame.
 */
export class FrameChannel implements Connection {
  readonly #window: () => Window | null
  readonly #edge: string
  readonly #events: ConnectionEvents
  #port: MessagePort | undefined
  #order = 0

  /**
   * `place` gives the window that the edge's document is in, `listeners` are the windows that it may speak to. `signal` ends the
   * connection.
   */
  constructor(
    place: () => Window | null,
    listeners: Iterable<Window>,
    edge: string,
    signal: AbortSignal,
    events: ConnectionEvents,
  ) {
    this.#window = place
    this.#edge = edge
    this.#events = events
    for (const listener of listeners)
      listener.addEventListener('message', (event) => this.#hear(event), { signal })
    signal.addEventListener('abort', () => this.#port?.close())
  }

  send(command: Command): void {
    if (command.type !== 'rename') this.#order++
    this.#port?.postMessage({ ...command, order: this.#order })
  }

  #hear(event: MessageEvent<Hello>): void {
    if (event.data?.type !== 'biuwer-embed:hello' || taken.has(event)) return
    // With many tags it matters who looks: the window of a frame that has loaded nothing yet takes the browser milliseconds to make.
    const frame = this.#window()
    // Both are null once the frame is gone.
    if (!frame || event.source !== frame) return
    taken.add(event)
    if (event.origin === this.#edge) this.#welcome(frame)
  }

  #welcome(frame: Window): void {
    // The frame has put an empty frame into its closed shadow root. A page that sees it would see Biuwer's page too.
    if (frame.length > 0) {
      this.#events.report({ type: 'refused', code: 'frame_exposed' })
      return
    }
    this.#port?.close()
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = ({ data }: MessageEvent<NumberedReport>) => {
      if (data.order === this.#order) this.#events.report(data)
    }
    frame.postMessage({ type: 'biuwer-embed:port' } satisfies Welcome, this.#edge, [port2])
    this.#events.connected()
  }
}
