import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright'
import { chromium } from 'playwright'
import { inject } from 'vitest'
import { CHROMIUM } from '../../chromium.ts'

const stack = inject('stack')

/** The console in a browser, and all that the browser complains of. */
export class Console {
  readonly #browser: Browser
  /** Policy violations and errors of scripts, of all pages so far. */
  readonly complaints: string[] = []

  static async start(): Promise<Console> {
    return new Console(await chromium.launch(CHROMIUM))
  }

  private constructor(browser: Browser) {
    this.#browser = browser
  }

  stop(): Promise<void> {
    return this.#browser.close()
  }

  person(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return this.#browser.newContext({ locale: 'en', timezoneId: 'Europe/Madrid', ...options })
  }

  /** Opens a place of the console and signs in. */
  async open(
    place = '',
    { person, edge = stack.edge, adminKey = stack.adminKey, keep = false }: Opening = {},
  ): Promise<Page> {
    const page = await (person ?? (await this.person())).newPage()
    // Well under the limit of a test, so that what is missing is named.
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted|violates/i.test(message.text()))
        this.complaints.push(message.text())
    })
    await page.goto(`${edge}/console#${place}`)
    await signIn(page, adminKey, keep)
    return page
  }
}

interface Opening {
  person?: BrowserContext
  edge?: string
  adminKey?: string
  keep?: boolean
}

export async function signIn(page: Page, adminKey: string, keep = false): Promise<void> {
  await page.getByLabel('Admin key').fill(adminKey)
  if (keep) await page.getByText('Stay signed in').click()
  // A button that is busy takes no click.
  await page.locator('sign-in wa-button[type=submit]:not([loading])').click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Every attribute of the document and of its open shadow roots, as text. */
export function attributesOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const found: string[] = []
    const walk = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        for (const { value } of element.attributes) found.push(value)
        if (element.shadowRoot) walk(element.shadowRoot)
      }
    }
    walk(document)
    return found.join('\n')
  })
}
