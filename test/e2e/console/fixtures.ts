import type { BrowserContext, BrowserContextOptions, Page } from 'playwright'
import { expect, inject } from 'vitest'
import { test as base } from '../fixtures.ts'

const stack = inject('stack')

interface Opening {
  person?: BrowserContext
  edge?: string
  adminKey?: string
  /** Whether the person chooses to stay signed in. */
  keep?: boolean
}

/** A test with the console. It fails where a page of it breaks its own policy or a script throws. */
export const test = base
  // Makes a person who reads English in Madrid, unless told.
  .extend('newPerson', ({ newVisitor }, { onCleanup }) => {
    const complaints: string[] = []
    onCleanup(() => expect(complaints, 'what the browser complained of').toEqual([]))
    return async (options: BrowserContextOptions = {}) => {
      const person = await newVisitor({ locale: 'en', timezoneId: 'Europe/Madrid', ...options })
      person.on('weberror', (error) => complaints.push(String(error.error())))
      person.on('console', (message) => {
        if (/Content Security Policy|Trusted|violates/i.test(message.text())) complaints.push(message.text())
      })
      return person
    }
  })
  // Opens a place of the console and signs in.
  .extend(
    'openConsole',
    ({ newPerson }) =>
      async (
        place = '',
        { person, edge = stack.edge, adminKey = stack.adminKey, keep = false }: Opening = {},
      ): Promise<Page> => {
        const page = await (person ?? (await newPerson())).newPage()
        // Well under the limit of a test, so that what is missing is named.
        page.setDefaultTimeout(10_000)
        await page.goto(`${edge}/console#${place}`)
        await signIn(page, adminKey, keep)
        return page
      },
  )

export async function signIn(page: Page, adminKey: string, keep = false): Promise<void> {
  await page.getByLabel('Key', { exact: true }).fill(adminKey)
  if (keep) await page.getByText('Stay signed in').click()
  // A button that is busy takes no click.
  await page.locator('sign-in wa-button[type=submit]:not([loading])').click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** Waits for the console's page of this name. */
export const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

/** The open dialog. What stands in it is slotted, so no descendant of the `<dialog>` itself. */
export const dialogOf = (page: Page) => page.locator('wa-dialog[open]')

export const rows = (page: Page) => page.locator('tbody tr')

/** Chooses a file of this content in the import of users. */
export async function chooseFile(
  page: Page,
  content: string | Uint8Array,
  name = 'users.csv',
): Promise<void> {
  const buffer = Buffer.from(content)
  await page.getByLabel(/CSV/).setInputFiles({ name, mimeType: 'text/csv', buffer })
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
