import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright'
import { CHROMIUM } from '../chromium.ts'
import type { Engine, Tab, Visitor } from './engine.ts'
import { PageTab } from './page.ts'

/** Chromium, with a process for each site, as on a desktop with enough memory, and no windows without a click. */
export async function launchChromium(): Promise<Engine> {
  const browser = await chromium.launch({
    ...CHROMIUM,
    args: [...CHROMIUM.args, '--site-per-process'],
    ignoreDefaultArgs: ['--disable-popup-blocking'],
  })
  return {
    name: 'chromium',
    version: browser.version(),
    visitor: async () => new ChromiumVisitor(await browser.newContext()),
    stop: () => browser.close(),
  }
}

class ChromiumVisitor implements Visitor {
  readonly #context: BrowserContext
  readonly #tabs = new Map<Page, ChromiumTab>()

  constructor(context: BrowserContext) {
    this.#context = context
    context.on('page', (page) => this.#tabs.set(page, new ChromiumTab(page)))
  }

  async open(url: string): Promise<Tab> {
    const tab = this.#tabOf(await this.#context.newPage())
    await tab.goto(url)
    return tab
  }

  async tabs(): Promise<Tab[]> {
    return this.#context.pages().map((page) => this.#tabOf(page))
  }

  close(): Promise<void> {
    return this.#context.close()
  }

  #tabOf(page: Page): Tab {
    const tab = this.#tabs.get(page)
    if (!tab) throw new Error('the context told of no such page')
    return tab
  }
}

class ChromiumTab extends PageTab {
  readonly #page: Page
  readonly #console: string[] = []
  #devtools: Promise<CDPSession> | undefined

  constructor(page: Page) {
    super()
    this.#page = page
    page.on('console', (message) => this.#console.push(message.text()))
  }

  /** By the protocol itself: Playwright's own `evaluate` gives the page user activation, as if a person had clicked. */
  protected async call(declaration: string, argument: string): Promise<string> {
    this.#devtools ??= this.#page.context().newCDPSession(this.#page)
    const { result, exceptionDetails } = await (await this.#devtools).send('Runtime.evaluate', {
      expression: `(${declaration})(${JSON.stringify(argument)})`,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  clickAt(x: number, y: number): Promise<void> {
    return this.#page.mouse.click(x, y)
  }

  async goto(url: string): Promise<void> {
    this.#console.length = 0
    await this.#page.goto(url)
  }

  press(key: string): Promise<void> {
    return this.#page.keyboard.press(key)
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text)
  }

  screenshot(): Promise<Buffer> {
    return this.#page.screenshot()
  }

  console(): string[] {
    return [...this.#console]
  }

  close(): Promise<void> {
    return this.#page.close()
  }
}
