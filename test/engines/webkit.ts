import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../demo/run/ports.ts'
import type { Engine, Tab, Visitor } from './engine.ts'
import { clicked, pressed, typed } from './keys.ts'
import { PageTab } from './page.ts'
import { type Program, startProgram } from './program.ts'
import { WebDriver, WebDriverSession } from './webdriver.ts'

const DRIVER = process.env.WEBKIT_DRIVER_PATH ?? '/usr/bin/WebKitWebDriver'
const POLL_MS = 10

/** The program that has the web views, where it isn't MiniBrowser. */
export interface WebKitBrowser {
  binary: string
  args: string[]
}

/** WebKitGTK, by default in MiniBrowser. It needs a display: that of the environment, or one in memory. */
export async function launchWebKit(browser?: WebKitBrowser): Promise<Engine> {
  const display = process.env.DISPLAY ? undefined : await startDisplay()
  const visitors = new Set<WebKitVisitor>()
  const begin = async () => {
    const visitor: WebKitVisitor = await WebKitVisitor.begin(browser, display?.name, () =>
      visitors.delete(visitor),
    )
    visitors.add(visitor)
    return visitor
  }
  // MiniBrowser sometimes hangs as it starts, before any page: another one takes its place, once.
  const visitor = () => begin().catch(begin)
  const stop = async () => {
    await Promise.all([...visitors].map((visitor) => visitor.close()))
    await display?.stop()
  }
  try {
    // Only a browser that runs tells its version. The first who visits gets that browser.
    let ready: WebKitVisitor | undefined = await visitor()
    return {
      name: 'webkit',
      version: ready.version,
      async visitor() {
        const given = ready ?? (await visitor())
        ready = undefined
        return given
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startDisplay(): Promise<{ name: string; stop(): Promise<void> }> {
  const screen = ['-screen', '0', '1366x900x24']
  const program = startProgram('Xvfb', () => ['Xvfb', '-displayfd', '1', ...screen, '-nolisten', 'tcp'])
  try {
    const [number] = await program.said(/^\d+$/)
    return { name: `:${number}`, stop: () => program.stop('SIGTERM') }
  } catch (error) {
    await program.stop('SIGTERM')
    throw error
  }
}

/** A browser of its own, because a WebKitWebDriver has one session. */
class WebKitVisitor implements Visitor {
  readonly #program: Program
  readonly #session: WebDriverSession
  readonly #onClose: () => void
  readonly #tabs = new Map<string, WebKitTab>()
  /** The window that the browser started with stays empty: the browser ends when its last window is closed. */
  readonly #first: string

  static async begin(
    browser: WebKitBrowser | undefined,
    display: string | undefined,
    onClose: () => void,
  ): Promise<WebKitVisitor> {
    const port = await freePort(20_000 + Math.floor(Math.random() * 10_000))
    const program = startProgram(
      'WebKitWebDriver',
      () => [DRIVER, `--port=${port}`],
      (folder) => ({
        ...(display && { DISPLAY: display }),
        XDG_DATA_HOME: `${folder}/data`,
        XDG_CONFIG_HOME: `${folder}/config`,
        // WebKit's sandbox can't be set up as root, and there is no graphics card.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
      }),
    )
    try {
      const driver = new WebDriver(`http://127.0.0.1:${port}`)
      await Promise.race([driver.listening(), program.failed])
      const session = await WebDriverSession.begin(
        driver,
        browser ? { 'webkitgtk:browserOptions': browser } : {},
      )
      return new WebKitVisitor(program, session, await session.send('GET', '/window'), onClose)
    } catch (error) {
      await program.stop('SIGKILL')
      throw error
    }
  }

  private constructor(program: Program, session: WebDriverSession, first: string, onClose: () => void) {
    this.#program = program
    this.#session = session
    this.#first = first
    this.#onClose = onClose
  }

  get version(): string {
    return this.#session.version
  }

  async open(url: string): Promise<Tab> {
    const { handle }: { handle: string } = await this.#session.sendTo(this.#first, 'POST', '/window/new', {
      type: 'window',
    })
    const tab = this.#tabOf(handle)
    await tab.goto(url)
    return tab
  }

  async tabs(): Promise<Tab[]> {
    const handles = await this.#session.send<string[]>('GET', '/window/handles')
    return handles.filter((handle) => handle !== this.#first).map((handle) => this.#tabOf(handle))
  }

  async close(): Promise<void> {
    this.#onClose()
    await this.#program.stop('SIGKILL')
  }

  #tabOf(handle: string): Tab {
    const tab = this.#tabs.get(handle) ?? new WebKitTab(this.#session, handle)
    this.#tabs.set(handle, tab)
    return tab
  }
}

class WebKitTab extends PageTab {
  readonly #session: WebDriverSession
  readonly #handle: string
  #calls = 0

  constructor(session: WebDriverSession, handle: string) {
    super()
    this.#session = session
    this.#handle = handle
  }

  /**
   * The driver would take no other command for this window until a script has ended. So that a click can come while
   * a script waits for it, the script only begins the call, and others ask for its outcome.
   */
  protected async call(declaration: string, argument: string): Promise<string> {
    const call = `${++this.#calls}`
    await this.#execute(`(${begin})(...arguments, ${declaration})`, call, argument)
    for (;;) {
      const outcome = await this.#execute<Outcome>(`return (${outcomeOf})(...arguments)`, call)
      if (outcome === null) throw new Error('the page was left before it answered')
      if ('error' in outcome) throw new Error(outcome.error)
      if ('value' in outcome) return outcome.value
      await delay(POLL_MS)
    }
  }

  clickAt(x: number, y: number): Promise<void> {
    return this.#act(clicked(x, y))
  }

  goto(url: string): Promise<void> {
    return this.#send('POST', '/url', { url })
  }

  press(key: string): Promise<void> {
    return this.#act(pressed(key))
  }

  type(text: string): Promise<void> {
    return this.#act(typed(text))
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#send<string>('GET', '/screenshot'), 'base64')
  }

  console(): undefined {}

  close(): Promise<void> {
    return this.#send('DELETE', '/window')
  }

  #act(actions: object[]): Promise<void> {
    return this.#send('POST', '/actions', { actions })
  }

  #execute<R>(script: string, ...args: unknown[]): Promise<R> {
    return this.#send('POST', '/execute/sync', { script, args })
  }

  #send<R>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<R> {
    return this.#session.sendTo(this.#handle, method, path, body)
  }
}

type Outcome = { value: string } | { error: string } | Record<string, never> | null

/** Where the page keeps the outcomes of calls. The symbol is on no list of the page's globals. */
interface CalledPage {
  [outcomes: symbol]: Record<string, Outcome> | undefined
}

/** Runs in the page: begins a call. */
function begin(call: string, argument: string, run: (argument: string) => Promise<string>): void {
  const page = globalThis as unknown as CalledPage
  const key = Symbol.for('calls of the tests')
  const outcomes = page[key] ?? {}
  page[key] = outcomes
  outcomes[call] = {}
  run(argument).then(
    (value) => {
      outcomes[call] = { value }
    },
    (error) => {
      outcomes[call] = { error: String(error) }
    },
  )
}

/** Runs in the page: how a call ended, `{}` while it has not, and null where it is unknown. */
function outcomeOf(call: string): Outcome {
  const page = globalThis as unknown as CalledPage
  return page[Symbol.for('calls of the tests')]?.[call] ?? null
}
