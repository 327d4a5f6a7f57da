import { fileURLToPath } from 'node:url'
import { defineBrowserCommand, defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, TestProject } from 'vitest/node'
import type { Engine, EngineName, Tab, Visitor } from './engine.ts'
import { launch } from './launch.ts'

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** A person's click at this point of the window that the tests run in. */
    clickAt(x: number, y: number): Promise<void>
    __vitest_viewport(): Promise<void>
  }
}

/** Runs the tests of a vitest project in the pages of one of our engines. */
export const engineProvider = defineBrowserProvider({
  name: 'engine',
  supportedBrowser: ['firefox', 'webkit'],
  providerFactory: (project) => new EngineProvider(project),
})

class EngineProvider implements BrowserProvider {
  readonly name = 'engine'
  readonly supportsParallelism = true
  readonly initScripts = [fileURLToPath(new URL('vitest-locators.ts', import.meta.url))]
  readonly #engineName: EngineName
  #engine: Promise<Engine> | undefined
  readonly #pages = new Map<string, { visitor: Visitor; tab: Tab }>()

  constructor(project: TestProject) {
    this.#engineName = project.config.browser.name as EngineName
    // vitest sets its viewport before every file, and WebDriver has no command for that. The window stays as it is.
    project.browser?.registerCommand('__vitest_viewport', async () => {})
  }

  getCommandsContext(): Record<string, unknown> {
    return {}
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#engine ??= launch(this.#engineName)
    await this.#pages.get(sessionId)?.visitor.close()
    const visitor = await (await this.#engine).visitor()
    this.#pages.set(sessionId, { visitor, tab: await visitor.open(url) })
  }

  tabOf(sessionId: string): Tab {
    const page = this.#pages.get(sessionId)
    if (!page) throw new Error('the tests have no page')
    return page.tab
  }

  async close(): Promise<void> {
    await (await this.#engine)?.stop()
    this.#pages.clear()
    this.#engine = undefined
  }
}

/** What a test in the page has the driver do. */
export const engineCommands = {
  clickAt: defineBrowserCommand<[x: number, y: number]>(({ provider, sessionId }, x, y) =>
    (provider as EngineProvider).tabOf(sessionId).clickAt(x, y),
  ),
}
