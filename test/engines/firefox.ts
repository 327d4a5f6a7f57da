import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Bidi } from './bidi.ts'
import type { Engine, Tab, Visitor } from './engine.ts'
import { clicked, pressed, typed } from './keys.ts'
import { PageTab } from './page.ts'
import { startProgram } from './program.ts'

const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'

const SETTINGS = {
  // What people have, and Firefox under automation has not: a process for each site, the back/forward cache, and no
  // windows without a click.
  'fission.autostart': true,
  'fission.bfcacheInParent': true,
  'dom.disable_open_during_load': true,
  // A bar that tells of a refused window would unfold above the page, and move what the next click is meant for.
  'privacy.popups.showBrowserMessage': false,
  // A click comes from the browser's window, so that it finds its way into frames of other processes.
  'remote.events.async.mouse.enabled': true,
}

/** Firefox, driven by the WebDriver BiDi that it speaks itself. */
export async function launchFirefox(): Promise<Engine> {
  const program = startProgram(
    'Firefox',
    (profile) => {
      const lines = Object.entries(SETTINGS).map(([name, value]) => `user_pref("${name}", ${value});`)
      writeFileSync(join(profile, 'user.js'), lines.join('\n'))
      return [FIREFOX, '--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0']
    },
    // Firefox's content sandbox can't be set up as root.
    () => ({ MOZ_DISABLE_CONTENT_SANDBOX: '1', MOZ_CRASHREPORTER_DISABLE: '1' }),
  )
  try {
    const [, address] = await program.said(/WebDriver BiDi listening on (ws:\S+)/)
    const bidi = await Bidi.connect(`${address}/session`)
    const session: NewSession = await bidi.send('session.new', { capabilities: {} })
    await bidi.send('session.subscribe', { events: ['log.entryAdded'] })
    const consoles = new Map<string, string[]>()
    bidi.onEvent = ({ params }) => {
      const { text, source } = params as unknown as LogEntry
      if (source.context) consoleOf(consoles, source.context).push(text ?? '')
    }
    return {
      name: 'firefox',
      version: session.capabilities.browserVersion,
      async visitor() {
        const { userContext }: { userContext: string } = await bidi.send('browser.createUserContext')
        return new FirefoxVisitor(bidi, userContext, consoles)
      },
      async stop() {
        bidi.close()
        await program.stop('SIGKILL')
      },
    }
  } catch (error) {
    await program.stop('SIGKILL')
    throw error
  }
}

interface NewSession {
  capabilities: { browserVersion: string }
}

interface LogEntry {
  text: string | null
  source: { context?: string }
}

function consoleOf(consoles: Map<string, string[]>, context: string): string[] {
  const messages = consoles.get(context) ?? []
  consoles.set(context, messages)
  return messages
}

class FirefoxVisitor implements Visitor {
  readonly #bidi: Bidi
  readonly #userContext: string
  readonly #consoles: Map<string, string[]>
  readonly #tabs = new Map<string, FirefoxTab>()

  constructor(bidi: Bidi, userContext: string, consoles: Map<string, string[]>) {
    this.#bidi = bidi
    this.#userContext = userContext
    this.#consoles = consoles
  }

  async open(url: string): Promise<Tab> {
    // A window, because a tab would hide the one before it.
    const wanted = { type: 'window', userContext: this.#userContext }
    const { context }: { context: string } = await this.#bidi.send('browsingContext.create', wanted)
    const tab = this.#tabOf(context)
    await tab.goto(url)
    return tab
  }

  async tabs(): Promise<Tab[]> {
    const { contexts }: Tree = await this.#bidi.send('browsingContext.getTree', { maxDepth: 0 })
    return contexts
      .filter(({ userContext }) => userContext === this.#userContext)
      .map(({ context }) => this.#tabOf(context))
  }

  async close(): Promise<void> {
    await this.#bidi.send('browser.removeUserContext', { userContext: this.#userContext })
  }

  #tabOf(context: string): Tab {
    const tab =
      this.#tabs.get(context) ?? new FirefoxTab(this.#bidi, context, consoleOf(this.#consoles, context))
    this.#tabs.set(context, tab)
    return tab
  }
}

interface Tree {
  contexts: Context[]
}

interface Context {
  context: string
  userContext: string
  children: Context[]
}

interface Called {
  type: 'success' | 'exception'
  result: { value: string }
  exceptionDetails: { text: string }
}

/**
 * Milliseconds after which a navigation is looked after: on a busy machine Firefox now and then never begins one, or tells nobody that
 * it has ended.
 */
const STUCK_MS = 12_000

class FirefoxTab extends PageTab {
  readonly #bidi: Bidi
  readonly #context: string
  readonly #console: string[]

  constructor(bidi: Bidi, context: string, console: string[]) {
    super()
    this.#bidi = bidi
    this.#context = context
    this.#console = console
  }

  protected async call(functionDeclaration: string, argument: string): Promise<string> {
    const called: Called = await this.#send('script.callFunction', {
      functionDeclaration,
      arguments: [{ type: 'string', value: argument }],
      awaitPromise: true,
      target: { context: this.#context },
    })
    if (called.type === 'exception') throw new Error(called.exceptionDetails.text)
    return called.result.value
  }

  clickAt(x: number, y: number): Promise<void> {
    return this.#act(clicked(x, y))
  }

  async goto(url: string): Promise<void> {
    this.#console.length = 0
    const started = Date.now()
    const go = () => this.#send<void>('browsingContext.navigate', { url, wait: 'complete' })
    const first = go()
    // Nobody may wait for its failure any more when that comes.
    first.catch(() => {})
    const isStuck = await Promise.race([first.then(() => false), delay(STUCK_MS, true, { ref: false })])
    if (!isStuck) return
    const there = await this.evaluate(
      (started) => (performance.timeOrigin < started ? 'the page before' : document.readyState),
      started,
    )
    if (there === 'the page before') await go()
    // A page that began to load and does not end hangs by itself.
    else if (there !== 'complete') await first
  }

  async press(key: string): Promise<void> {
    await this.#act(pressed(key), await this.#focused())
  }

  async type(text: string): Promise<void> {
    await this.#act(typed(text), await this.#focused())
  }

  async screenshot(): Promise<Buffer> {
    const { data }: { data: string } = await this.#send('browsingContext.captureScreenshot', {})
    return Buffer.from(data, 'base64')
  }

  console(): string[] {
    return [...this.#console]
  }

  close(): Promise<void> {
    return this.#send('browsingContext.close', {})
  }

  #act(actions: object[], context = this.#context): Promise<void> {
    return this.#send('input.performActions', { actions, context })
  }

  /** The innermost document that has the focus: Firefox gives keys to the document that they are sent to. */
  async #focused(): Promise<string> {
    const { contexts }: Tree = await this.#send('browsingContext.getTree', { root: this.#context })
    return (await this.#focusedOf(contexts)) ?? this.#context
  }

  async #focusedOf(contexts: Context[]): Promise<string | undefined> {
    for (const { context, children } of contexts)
      if (await this.#hasFocus(context)) return (await this.#focusedOf(children)) ?? context
    return undefined
  }

  async #hasFocus(context: string): Promise<boolean> {
    const { result }: { result: { value: boolean } } = await this.#send('script.callFunction', {
      functionDeclaration: '() => document.hasFocus()',
      awaitPromise: false,
      target: { context },
    })
    return result.value
  }

  #send<R>(method: string, params: object): Promise<R> {
    return this.#bidi.send(method, { context: this.#context, ...params })
  }
}
