import { within } from './within.ts'

export interface BidiEvent {
  method: string
  params: Record<string, unknown>
}

interface Answer {
  id: number | null
  type: 'success' | 'error' | 'event'
  result: unknown
  error: string
  message: string
}

interface Waiting {
  resolve(result: unknown): void
  reject(error: Error): void
}

const COMMAND_LIMIT_MS = 30_000

/** A connection by WebDriver BiDi (w3.org/TR/webdriver-bidi): commands are answered, and events come in between. */
export class Bidi {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, Waiting>()
  #sent = 0
  onEvent: (event: BidiEvent) => void = () => {}

  static async connect(url: string): Promise<Bidi> {
    const socket = new WebSocket(url)
    const opened = new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => reject(new Error(`no connection to ${url}`)))
    })
    await within(COMMAND_LIMIT_MS, `a connection to ${url}`, opened)
    return new Bidi(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data)))
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser closed the connection'))
      this.#waiting.clear()
    })
  }

  async send<R>(method: string, params: object = {}): Promise<R> {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error(`${method}: the connection is closed`)
    const id = ++this.#sent
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#socket.send(JSON.stringify({ id, method, params }))
    return (await within(COMMAND_LIMIT_MS, `the browser's answer to ${method}`, answer)) as R
  }

  close(): void {
    this.#socket.close()
  }

  #take(message: Answer & BidiEvent): void {
    if (message.type === 'event') {
      this.onEvent(message)
      return
    }
    const waiting = this.#waiting.get(message.id ?? 0)
    this.#waiting.delete(message.id ?? 0)
    if (message.type === 'success') waiting?.resolve(message.result)
    else waiting?.reject(new Error(`${message.error}: ${message.message}`))
  }
}
