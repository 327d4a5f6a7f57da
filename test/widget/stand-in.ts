import type { BiuwerEmbedElement } from '../../widget/biuwer-embed.ts'
import { define } from '../../widget/define.ts'
import type {
  NumberedCommand,
  NumberedReport,
  Report,
  TermReport,
} from '../../widget/frame-document/protocol.ts'
import { es } from '../../widget/panel/messages/es.ts'

// The page that serves the tests is the edge: its frame is of this origin, so that a test can act inside.
define(
  location.origin,
  () => import('../../widget/diagnosis/diagnosis.ts'),
  () => import('../../widget/panel/messages/languages.ts'),
  { es },
)

export type Settings = Partial<Omit<BiuwerEmbedElement, 'token'>> & { token?: string }

/** A tag with these properties, in the page until the test ends. */
export function embed(settings: Settings = {}, parent: Element = document.body): BiuwerEmbedElement {
  const tag = document.createElement('biuwer-embed')
  Object.assign(tag, settings)
  parent.append(tag)
  return tag
}

/** Before any test stops the timers. */
const runLater = setTimeout

/** Removes all tags, and lets the page come to its next task, in which as many frames again may be made at once. */
export function removeAll(): Promise<unknown> {
  for (const tag of document.querySelectorAll('biuwer-embed')) tag.remove()
  return new Promise((resolve) => runLater(resolve))
}

export function frameOf(tag: Element): HTMLIFrameElement {
  const frame = tag.shadowRoot?.querySelector('iframe')
  if (!frame) throw new Error('the tag has no frame')
  return frame
}

export const happened = (target: EventTarget, type: string) =>
  new Promise<Event>((resolve) => target.addEventListener(type, resolve, { once: true }))

/**
 * Resolves when messages sent before it have arrived. Firefox sends what passes through a port that was transferred
 * to another window by way of its parent process, and takes a shorter way between two ports that were not: the
 * message that is waited for here goes the long way too, or it would overtake the others.
 */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const { port1, port2 } = new MessageChannel()
    const transferred = structuredClone(port2, { transfer: [port2] })
    const passed = new Promise((resolve) => {
      port1.onmessage = resolve
    })
    transferred.postMessage(null)
    await passed
    port1.close()
  }
}

/** A command, as the frame gets it. */
type Order = NumberedCommand & { token?: string; session_key?: string }

/** Plays the edge's part from within the tag's own iframe: same window, same origin, real ports. */
export class Inside {
  readonly frame: HTMLIFrameElement
  readonly orders: Order[] = []
  #port: MessagePort | undefined
  #waiting: (() => void)[] = []

  private constructor(frame: HTMLIFrameElement) {
    this.frame = frame
  }

  static async of(tag: BiuwerEmbedElement): Promise<Inside> {
    await tag.updateComplete
    const inside = new Inside(frameOf(tag))
    await happened(inside.frame, 'load')
    return inside
  }

  get window(): Window & typeof globalThis {
    const { contentWindow } = this.frame
    if (!contentWindow) throw new Error('the frame is gone')
    return contentWindow as Window & typeof globalThis
  }

  /** What the frame's script does first; the tag's port is taken. */
  async hello(): Promise<void> {
    const welcome = happened(this.window, 'message') as Promise<MessageEvent>
    say(this.window, { type: 'biuwer-embed:hello' })
    const [port] = (await welcome).ports
    if (!port) throw new Error('the welcome brought no port')
    this.#port = port
    port.onmessage = ({ data }: MessageEvent<Order>) => {
      this.orders.push(data)
      for (const wake of this.#waiting.splice(0)) wake()
    }
  }

  /** The `nth` order, counted from one. */
  async order(nth: number): Promise<Order> {
    for (;;) {
      const order = this.orders[nth - 1]
      if (order) return order
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  report(report: Report, order = this.orders.at(-1)?.order ?? 0): void {
    this.#port?.postMessage({ ...report, order } satisfies NumberedReport)
  }

  /** Answers the newest order with a session of so many seconds. */
  open(seconds = 3600): void {
    this.report({ type: 'opened', ...term(seconds) })
    this.report({ type: 'ready' })
  }
}

export function term(seconds: number): TermReport {
  const now = Date.now()
  return { expires_at: new Date(now + seconds * 1000).toISOString(), left: seconds * 1000, now }
}

/** Posts to the window above `source`, as a script of `source` would. */
export function say(source: Window & typeof globalThis, message: unknown): void {
  source.Function('message', 'parent.postMessage(message, "*")')(message)
}

/** A tag that is open: state `ready`. */
export async function opened(
  settings: Settings,
  seconds?: number,
): Promise<{ tag: BiuwerEmbedElement; inside: Inside }> {
  const tag = embed({ resourceId: 'sales', ...settings })
  const inside = await Inside.of(tag)
  await inside.hello()
  await inside.order(1)
  const ready = happened(tag, 'biuwer-ready')
  inside.open(seconds)
  await ready
  return { tag, inside }
}
