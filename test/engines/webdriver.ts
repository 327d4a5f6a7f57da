import { setTimeout as delay } from 'node:timers/promises'
import { within } from './within.ts'

const COMMAND_LIMIT_MS = 30_000

/** The commands of a WebDriver that listens at `url` (w3.org/TR/webdriver2). */
export class WebDriver {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async send<R>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<R> {
    const request = fetch(`${this.#url}${path}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    }).then((response) => response.json() as Promise<{ value: unknown }>)
    const { value } = await within(COMMAND_LIMIT_MS, `the driver's answer to ${method} ${path}`, request)
    if (isError(value)) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`)
    return value as R
  }

  /** Resolves once the driver listens. */
  async listening(): Promise<void> {
    const deadline = Date.now() + COMMAND_LIMIT_MS
    let last: unknown
    while (Date.now() < deadline) {
      try {
        await this.send('GET', '/status')
        return
      } catch (error) {
        last = error
        await delay(20)
      }
    }
    throw new Error(`no driver at ${this.#url}`, { cause: last })
  }
}

function isError(value: unknown): value is { error: string; message: string } {
  return typeof value === 'object' && value !== null && 'error' in value && 'stacktrace' in value
}

/** A session, whose commands go to one window at a time. */
export class WebDriverSession {
  readonly #driver: WebDriver
  readonly #path: string
  readonly version: string
  /** To which commands go. */
  #window: string | undefined
  /** Resolves when the commands before have been answered. */
  #before: Promise<unknown> = Promise.resolve()

  static async begin(driver: WebDriver, capabilities: object): Promise<WebDriverSession> {
    const begun: NewSession = await driver.send('POST', '/session', {
      capabilities: { alwaysMatch: capabilities },
    })
    return new WebDriverSession(driver, begun)
  }

  private constructor(driver: WebDriver, { sessionId, capabilities }: NewSession) {
    this.#driver = driver
    this.#path = `/session/${sessionId}`
    this.version = capabilities.browserVersion
  }

  send<R>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<R> {
    return this.#inTurn(() => this.#driver.send(method, `${this.#path}${path}`, body))
  }

  /** Sends a command to this window, whichever other windows get commands meanwhile. */
  sendTo<R>(handle: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<R> {
    return this.#inTurn(async () => {
      // A switch takes the focus out of a frame of the window, even where the window stays the one.
      if (handle !== this.#window) await this.#driver.send('POST', `${this.#path}/window`, { handle })
      this.#window = handle
      return this.#driver.send(method, `${this.#path}${path}`, body)
    })
  }

  #inTurn<R>(send: () => Promise<R>): Promise<R> {
    const answer = this.#before.then(send)
    this.#before = answer.catch(() => {})
    return answer
  }
}

interface NewSession {
  sessionId: string
  capabilities: { browserVersion: string }
}
