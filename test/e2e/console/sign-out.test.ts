import { randomUUID } from 'node:crypto'
import { chromium, type Page, type Route } from 'playwright'
import { expect, inject } from 'vitest'
import { CHROMIUM } from '../../chromium.ts'
import { admin, issue } from '../edge-api.ts'
import { attributesOf, dialogOf, heading, signIn, test } from './fixtures.ts'

const { edge, adminKey } = inject('stack')

const signInForm = (page: Page) => page.getByLabel('Key', { exact: true })
const MINUTE = 60_000

/** Everything that the page holds as text, attribute or value of a field, open shadow roots included. */
const holdings = async (page: Page): Promise<string> => {
  const values = await page.evaluate(() => {
    const found: string[] = [document.title, location.href]
    const walk = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        if ('value' in element) found.push(String(element.value))
        if (element.shadowRoot) walk(element.shadowRoot)
      }
    }
    walk(document)
    return found.join('\n')
  })
  return [await page.content(), await attributesOf(page), values].join('\n')
}

/** Answers as an edge that takes the key no longer. */
const refuse = (route: Route) =>
  route.fulfill({
    status: 401,
    contentType: 'application/problem+json',
    headers: { 'X-Request-Id': 'req_refused' },
    body: JSON.stringify({ code: 'unauthorized', title: 'Unauthorized', detail: 'No.', status: 401 }),
  })

/** Has the edge refuse every key from now on. */
const refuseKeys = (page: Page) => page.route('**/v1/**', refuse)

/** Has the edge take keys again, as if `otherKey` were one too: it is sent on as the key of the test's edge. */
async function takeKeys(page: Page, otherKey?: string): Promise<void> {
  await page.unroute('**/v1/**')
  if (otherKey === undefined) return
  await page.route('**/v1/**', (route) => {
    const headers = route.request().headers()
    if (headers.authorization !== `Bearer ${otherKey}`) return refuse(route)
    return route.continue({ headers: { ...headers, authorization: `Bearer ${adminKey}` } })
  })
}

/** Something to wait for until it is let go. */
function hold(): { held: Promise<void>; release: () => void } {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  return { held, release }
}

/** The methods and paths of what the page sends from now on. */
function sentBy(page: Page): string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    sent.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  return sent
}

test("what waited for a key is dropped where another key signs in, with all of the former one's contents", async ({
  openConsole,
}) => {
  const { id } = await issue({ label: `Secret plan ${randomUUID()}`, refresh: 'daily' })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Get the current token' }).click()
  const token = (await page.locator('code.token').textContent()) ?? ''
  await refuseKeys(page)
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await dialogOf(page).getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('This key is accepted no longer').waitFor()
  for (const secret of ['Secret plan', token, id]) expect(await holdings(page)).not.toContain(secret)

  await takeKeys(page, 'another-key')
  const sent = sentBy(page)
  await signIn(page, 'another-key')
  await heading(page, 'Overview')
  await page.getByRole('navigation').getByRole('link', { name: 'Audit trail' }).click()
  await page.locator('audit-page tbody tr').first().waitFor()
  expect(sent.filter((request) => !request.startsWith('GET'))).toEqual([])
  expect(await page.locator('wa-dialog[open]').count()).toBe(0)
  expect(await holdings(page)).not.toContain(token)
  expect(await admin('GET', `/v1/tokens/${id}`)).toMatchObject({ status: 'active' })
})

test('with the same key a dialog, what was typed in it and what was sent from it come back and go on', async ({
  openConsole,
}) => {
  const user = `kept-${randomUUID().slice(0, 8)}`
  const page = await openConsole('/users?prefix=store')
  await page.getByRole('button', { name: 'Link a user' }).click()
  await dialogOf(page).getByRole('textbox', { name: 'User' }).fill(user)
  await dialogOf(page).getByLabel('Biuwer authentication token').fill('typed-biuwer-token')
  await refuseKeys(page)
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('This key is accepted no longer').waitFor()
  for (const typed of [user, 'typed-biuwer-token', 'prefix=store'])
    expect(await holdings(page)).not.toContain(typed)
  expect(await admin('GET', `/v1/users?prefix=${user}`)).toMatchObject({ items: [] })
  await takeKeys(page)
  await signIn(page, adminKey)
  await page.getByText(`${user} is linked.`).waitFor()
  expect(page.url()).toMatch(/#\/users\?prefix=store$/)
  await dialogOf(page).waitFor({ state: 'detached' })
})

test('a dialog that comes back with its key holds the keyboard, and Escape closes it', async ({
  openConsole,
}) => {
  const { id } = await issue({ label: 'before' })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await dialogOf(page).getByLabel('Label').fill('typed')
  await refuseKeys(page)
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await signInForm(page).waitFor()
  await page.unroute('**/v1/**')
  await page.route(/\/v1\/tokens\//, (route) => route.abort('connectionreset'))
  await signIn(page, adminKey)
  await page.getByText('The service could not be reached').waitFor()
  expect(await dialogOf(page).getByLabel('Label').inputValue()).toBe('typed')
  expect(
    await page.evaluate(
      () => document.querySelector('wa-dialog')?.shadowRoot?.querySelector(':modal') !== null,
    ),
  ).toBe(true)
  await page.keyboard.press('Escape')
  await dialogOf(page).waitFor({ state: 'detached' })
})

test('an answer that comes after its person signed out is not shown to the next one', async ({
  openConsole,
}) => {
  const { id } = await issue({ refresh: 'daily' })
  const page = await openConsole(`/tokens/${id}`)
  const { held, release } = hold()
  await page.route(/\/refresh$/, async (route) => {
    const response = await route.fetch()
    await held
    await route.fulfill({ response })
  })
  await page.getByRole('button', { name: 'Get the current token' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out').waitFor()
  expect(page.url()).toMatch(/#\/$/)
  const answered = page.waitForResponse(/\/refresh$/)
  await signIn(page, adminKey)
  await page.goto(`${edge}/console#/tokens/${id}`)
  await page.getByRole('button', { name: 'Get the current token' }).waitFor()
  release()
  await answered
  await page.getByRole('link', { name: 'Overview' }).click()
  await heading(page, 'Overview')
  await page.goBack()
  await page.getByRole('button', { name: 'Get the current token' }).waitFor()
  expect(await page.locator('code.token').count()).toBe(0)
})

test('an export that is under way at the sign-out asks and saves nothing more', async ({ openConsole }) => {
  const page = await openConsole('/users')
  await page.locator('tbody tr').first().waitFor()
  const { held, release } = hold()
  await page.route(/\/v1\/users\?/, async (route) => {
    await held
    await route.fulfill({ json: { items: [], next_cursor: 'more' } })
  })
  const downloads: string[] = []
  page.on('download', (download) => downloads.push(download.suggestedFilename()))
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out').waitFor()
  const sent = sentBy(page)
  release()
  await signIn(page, adminKey)
  await heading(page, 'Overview')
  expect(sent.filter((request) => request.includes('/v1/users'))).toEqual([])
  expect(downloads).toEqual([])
})

test('a sign-out in one tab ends the others, and the browser forgets the copies of the key', async ({
  newPerson,
  openConsole,
}) => {
  const person = await newPerson()
  const [first, second, copy] = [
    await openConsole('/users', { person }),
    await openConsole('/audit', { person }),
    await openConsole('/audit', { person, keep: true }),
  ]
  await second.getByRole('combobox', { name: 'Language' }).selectOption('Español')
  await copy.goto(`${edge}/docs`)
  const forgotten = first.waitForResponse('**/console/sign-out')
  await first.getByRole('button', { name: 'Sign out' }).click()
  await second.getByText('Ha salido de la consola').waitFor()
  expect(await holdings(second)).not.toContain('<table')
  await (await forgotten).finished()
  expect(await copy.evaluate(() => sessionStorage.length)).toBe(0)
  // The browser forgets the language too, and the tab that signed out puts it back.
  await first.waitForFunction(() => localStorage.getItem('biuwer-embed:language') === 'es')
  await copy.goBack()
  await copy.getByLabel('Clave', { exact: true }).waitFor()
})

test('a copy of the key counts no longer after a sign-out, also where the edge could not be reached to have it forgotten', async ({
  newPerson,
  openConsole,
}) => {
  const person = await newPerson()
  const [first, copy] = [
    await openConsole('/users', { person }),
    await openConsole('/audit', { person, keep: true }),
  ]
  await person.route('**/console/sign-out', (route) => route.abort('connectionreset'))
  await copy.goto(`${edge}/docs`)
  await first.getByRole('button', { name: 'Sign out' }).click()
  await first.getByText('You are signed out').waitFor()
  expect(await copy.evaluate(() => sessionStorage.length)).toBe(1)
  await copy.goBack()
  await copy.getByText('You are signed out').waitFor()
  expect(await copy.evaluate(() => sessionStorage.length)).toBe(0)
})

test('a page that the browser kept for its way back holds nothing of the person who left it', async () => {
  // Playwright switches the cache of pages off, which people have on.
  const browser = await chromium.launch({ ...CHROMIUM, ignoreDefaultArgs: ['--disable-back-forward-cache'] })
  try {
    const page = await browser.newPage({ locale: 'en' })
    await page.goto(`${edge}/console#/users`)
    await signIn(page, adminKey)
    await page.locator('tbody tr').first().waitFor()
    await page.evaluate(() => Object.assign(window, { isKept: true }))
    await page.goto(`${edge}/docs`)
    // A page out of the cache is not loaded.
    await page.goBack({ waitUntil: 'commit' })
    await signInForm(page).waitFor()
    expect(await page.evaluate(() => 'isKept' in window)).toBe(true)
    expect(await holdings(page)).not.toContain('store-1')
  } finally {
    await browser.close()
  }
})

test('a person who does nothing for half an hour is told a minute before, and is signed out', async ({
  newPerson,
  openConsole,
}) => {
  const person = await newPerson()
  await person.clock.install()
  const page = await openConsole('/users?prefix=store', { person, keep: true })
  await page.locator('tbody tr').first().waitFor()
  await person.clock.runFor(28 * MINUTE)
  expect(await page.getByText('Are you still there?').isVisible()).toBe(false)
  await person.clock.runFor(1.5 * MINUTE)
  await page.getByText('Are you still there?').waitFor()
  await page.keyboard.press('Shift')
  await person.clock.runFor(MINUTE)
  await page.getByText('Are you still there?').waitFor({ state: 'hidden' })
  await person.clock.runFor(27 * MINUTE)
  expect(await page.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true)
  await person.clock.runFor(3 * MINUTE)
  await page.getByText('nothing was done in the console for 30 minutes').waitFor()
  for (const left of ['store-1', 'prefix=store']) expect(await holdings(page)).not.toContain(left)
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})

test('what a person does in one tab keeps the others signed in', async ({ newPerson, openConsole }) => {
  const person = await newPerson()
  await person.clock.install()
  const [busy, quiet] = [await openConsole('/users', { person }), await openConsole('/audit', { person })]
  // Both tabs have one clock.
  await person.clock.runFor(20 * MINUTE)
  await busy.keyboard.press('Shift')
  await person.clock.runFor(20 * MINUTE)
  expect(await quiet.getByRole('button', { name: 'Sign out' }).isVisible()).toBe(true)
  expect(await quiet.getByText('Are you still there?').isVisible()).toBe(false)
  await person.clock.runFor(10 * MINUTE)
  for (const page of [busy, quiet]) await page.getByText('nothing was done in the console').waitFor()
})

test('a machine that slept wakes signed out, before what is clicked first is done', async ({
  newPerson,
  openConsole,
}) => {
  const { id } = await issue()
  const person = await newPerson()
  await person.clock.install()
  const page = await openConsole(`/tokens/${id}`, { person })
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  const revoke = dialogOf(page).getByRole('button', { name: 'Revoke' })
  const { x, y, width, height } = (await revoke.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  // The clock of the wall goes on, and no timer fires.
  await person.clock.setSystemTime(Date.now() + 31 * MINUTE)
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.up()
  await page.getByText('nothing was done in the console').waitFor()
  expect(await admin('GET', `/v1/tokens/${id}`)).toMatchObject({ status: 'active' })
})

test('a tab that the browser brings back after half an hour asks for the key', async ({
  newPerson,
  openConsole,
}) => {
  const person = await newPerson()
  await person.clock.install()
  const page = await openConsole('/users', { person, keep: true })
  await page.goto('about:blank')
  await person.clock.setSystemTime(Date.now() + 31 * MINUTE)
  await page.goto(`${edge}/console#/users`)
  await page.getByText('nothing was done in the console').waitFor()
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(adminKey)
})

test('the console works where the browser blocks storage', async ({ newPerson, openConsole }) => {
  const person = await newPerson()
  await person.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('blocked', 'SecurityError')
        },
      })
  })
  const page = await openConsole('/users', { person, keep: true })
  await page.getByRole('combobox', { name: 'Language' }).selectOption('Español')
  await heading(page, 'Usuarios')
})

test('over http from elsewhere the console asks for https and takes no key', async ({ newPerson }) => {
  const person = await newPerson()
  await person.route('http://192.0.2.7/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: `${edge}${pathname}` }) })
  })
  const page = await person.newPage()
  await page.goto('http://192.0.2.7/console')
  await page.getByText('The console needs https.').waitFor()
  expect(await page.getByRole('link', { name: 'https://192.0.2.7/console' }).count()).toBe(1)
  expect(await signInForm(page).count()).toBe(0)
  // Files that are still on their way would be given to a page that is gone.
  await person.unrouteAll({ behavior: 'wait' })
})
