import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { attributesOf, dialogOf, heading, rows, signIn, test } from './fixtures.ts'

const { edge, biuwer } = inject('stack')

interface Making {
  name?: string
  users?: string[]
  expires_at?: string
}

/** Makes a key with this role. */
const keyOf = (role: string, { name = `${role} ${randomUUID()}`, ...rest }: Making = {}) =>
  admin('POST', '/v1/keys', { name, role, ...rest })

const actions = (page: Page, name: string) => page.getByRole('group', { name })
const rowOf = (page: Page, name: string) => rows(page).filter({ hasText: name })
const statusOf = async (id: string) => (await admin('GET', `/v1/keys/${id}`)).status

/** The methods and paths of what the page asks of the API from now on. */
function askedBy(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/v1/')) asked.push(`${request.method()} ${pathname}`)
  })
  return asked
}

test('a key is made, shown once, copied, used to sign in, and revoked', async ({
  newPerson,
  openConsole,
}) => {
  const name = `Reports ${randomUUID()}`
  const person = await newPerson({ permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await openConsole('/keys', { person })
  await page.getByText('Signed in with a root key').waitFor()
  await page.locator('keys-page').getByRole('link', { name: 'New key' }).click()
  await heading(page, 'New key')
  await page.getByLabel('Name').fill(name)
  await page.getByRole('radio', { name: /^manager/ }).click()
  await page.getByLabel('Users').fill('store-1\nshop-*')
  await page.getByLabel('End').fill('2037-01-01T10:00')
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('It is shown this once and never again').waitFor()
  const key = (await page.locator('code.key').textContent()) ?? ''
  expect(key).toMatch(/^bwk_/)
  await page.getByRole('button', { name: 'Copy the key' }).click()
  // The console itself may write to the clipboard and not read it.
  const elsewhere = await person.newPage()
  await elsewhere.goto(biuwer)
  expect(await elsewhere.evaluate(() => navigator.clipboard.readText())).toBe(key)
  expect(await attributesOf(page)).not.toContain(key)

  await page.getByRole('link', { name: 'All keys' }).click()
  await rowOf(page, name).getByText('manager').waitFor()
  expect(await rowOf(page, name).innerText()).toMatch(/store-1\s+shop-\*[\s\S]*active[\s\S]*Jan 1, 2037/)
  await page.goBack()
  await heading(page, 'New key')
  expect(await page.content()).not.toContain(key)
  await page.goBack()

  const other = await openConsole('/tokens', { adminKey: key })
  await other.getByText(`Signed in with ${name}. Role: manager.`).waitFor()
  await other.getByText('For store-1 and shop-*. Ends on Jan 1, 2037, 10:00').waitFor()

  await actions(page, name).getByRole('button', { name: 'Revoke' }).click()
  expect(await dialogOf(page).getAttribute('label')).toBe(`Revoke the key “${name}” for good?`)
  await dialogOf(page).getByText('no call with this key is answered any more').waitFor()
  await page.keyboard.press('Escape')
  await dialogOf(page).waitFor({ state: 'detached' })
  const { items } = await admin('GET', '/v1/keys')
  const { id } = items.find((made: { name: string }) => made.name === name)
  expect(await statusOf(id)).toBe('active')
  await actions(page, name).getByRole('button', { name: 'Revoke' }).click()
  await dialogOf(page).getByRole('button', { name: 'Revoke' }).click()
  await page.getByText(`The key “${name}” is revoked. No call with it is answered from`).waitFor()
  await rowOf(page, name).getByText('revoked').waitFor()
  expect(await statusOf(id)).toBe('revoked')
  await page.getByText('It holds everywhere now.').waitFor()
  await other.getByRole('link', { name: 'Users', exact: true }).click()
  await other.getByText('This key is accepted no longer').waitFor()
})

test('a key whose answer was lost is made once, though the form is sent again', async ({ openConsole }) => {
  const name = `Once ${randomUUID()}`
  const page = await openConsole('/new-key')
  await page.route(/\/v1\/keys$/, async (route) => {
    await route.fetch()
    await route.abort('connectionreset')
  })
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.getByText('The service could not be reached').waitFor()
  await page.unroute(/\/v1\/keys$/)
  await page.getByRole('button', { name: 'Make the key' }).click()
  await page.locator('code.key').waitFor()
  const { items } = await admin('GET', '/v1/keys?limit=100')
  expect(items.filter((made: { name: string }) => made.name === name)).toHaveLength(1)
})

test('the form for a key names every mistake before anything is sent', async ({ openConsole }) => {
  const { key } = await keyOf('admin', { expires_at: '2037-01-01T00:00:00Z' })
  const page = await openConsole('/new-key', { adminKey: key })
  const asked = askedBy(page)
  await page.getByLabel('Users').fill('not a user')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Give the key a name.').waitFor()
  await alert.getByText('This is neither: not a user.').waitFor()
  await alert.getByText('a key that you make has to end by then').waitFor()
  expect(asked).toEqual([])
})

test('an issuer key signs in, has tokens given out, and is told of what it may not do', async ({
  openConsole,
}) => {
  const label = `Lobby ${randomUUID()}`
  const record = await issue({ refresh: 'daily', label })
  const { key } = await keyOf('issuer', { name: 'Backend' })
  const page = await openConsole('', { adminKey: key })
  await page.getByText('Signed in with Backend. Role: issuer.').waitFor()
  const asked = askedBy(page)
  for (const [link, role] of [
    ['Overview', 'admin, manager, or viewer'],
    ['Users', 'admin, manager, or viewer'],
    ['Keys', 'admin or viewer'],
    ['Why refused?', 'admin, manager, or viewer'],
    ['Audit trail', 'admin, manager, or viewer'],
  ] as const) {
    await page.getByRole('link', { name: link }).click()
    await heading(page, link)
    await page.getByText(`you need a key with the role ${role}; yours has the role issuer.`).waitFor()
  }
  expect(asked).toEqual([])

  await page.getByRole('link', { name: 'Token records' }).click()
  await page.getByLabel('Search').fill(record.id)
  await page.getByRole('link', { name: label }).click()
  await page.getByText('For “Rotate”, “Edit”, and “Revoke” you need a key with the role').waitFor()
  for (const name of ['Rotate', 'Edit', 'Revoke'])
    expect(await page.getByRole('button', { name, exact: true }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Get the current token' }).click()
  await page.locator('code.token').waitFor()
  await page.getByText('integrity="sha384-').waitFor()
  expect(await page.getByRole('button', { name: 'Open it' }).isDisabled()).toBe(true)
  expect(asked.filter((request) => /audit|deployment|explain|users/.test(request))).toEqual([])
})

test('a viewer sees what there is, and why its buttons are disabled', async ({ openConsole }) => {
  const { id } = await issue({ label: 'Lobby' })
  const { key, name } = await keyOf('viewer')
  const page = await openConsole('/users?prefix=store-1', { adminKey: key })
  await page.getByText('“Sign everybody out” you need a key with the role admin or manager; yours').waitFor()
  await actions(page, 'store-1').waitFor()
  expect(await page.getByRole('button', { name: 'Link a user' }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Export' }).isEnabled()).toBe(true)
  expect(await actions(page, 'store-1').getByRole('button', { disabled: false }).count()).toBe(0)
  expect(await actions(page, 'store-1').getAttribute('aria-describedby')).toBe('users-needs')

  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByText('For “New key” and “Revoke” you need a key with the role admin; yours').waitFor()
  await rowOf(page, name).getByText('this key').waitFor()
  expect(await actions(page, name).getByRole('button', { name: 'Revoke' }).isDisabled()).toBe(true)

  await page.goto(`${edge}/console#/tokens/${id}`)
  await heading(page, 'Lobby')
  await page.getByText('token record made').waitFor()
  expect(await page.getByRole('button', { name: 'Revoke', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.locator('.checks li').first().waitFor()
  await page.goto(`${edge}/console#/new-token`)
  await page.getByText('For this page you need a key with the role admin, manager, or issuer').waitFor()
})

test('a key for some users sees those alone, and is told what concerns everybody', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  await admin('PUT', `/v1/users/${mark}-1`, { biuwer_token: 'abc' })
  const { key } = await keyOf('admin', { users: [`${mark}-*`] })
  const page = await openConsole('/users', { adminKey: key })
  await rows(page).first().waitFor()
  expect(await rows(page).locator('td:first-child').allInnerTexts()).toEqual([`${mark}-1`])
  await page.getByText(`For ${mark}-*.`).waitFor()
  await page.getByText('For “Sign everybody out” you need a key for all users').waitFor()
  expect(await page.getByRole('button', { name: 'Sign everybody out' }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Link a user' }).isEnabled()).toBe(true)
  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByText('For this page you need a key for all users, since it concerns everybody').waitFor()
})

test('of the many users of a key the first are named, and the others fold away', async ({ openConsole }) => {
  const users = Array.from({ length: 7 }, (_, index) => `shop-${index}`)
  const { key, name } = await keyOf('issuer', { users })
  const own = await openConsole('/tokens', { adminKey: key })
  await own.getByText('For shop-0, shop-1, shop-2, shop-3, shop-4, and 2 more.').waitFor()
  const page = await openConsole('/keys')
  await rowOf(page, name).getByText('shop-4').waitFor()
  expect(await rowOf(page, name).getByText('shop-6').isVisible()).toBe(false)
  await rowOf(page, name).getByText('2 more').click()
  await rowOf(page, name).getByText('shop-6').waitFor()
})

test('whoever revokes the key they are signed in with is told, and is signed out', async ({
  openConsole,
}) => {
  const { id, key, name } = await keyOf('admin')
  const page = await openConsole('/keys', { adminKey: key, keep: true })
  await actions(page, name).getByRole('button', { name: 'Revoke' }).click()
  await dialogOf(page).getByText('revoking it signs you out').waitFor()
  expect(await statusOf(id)).toBe('active')
  await dialogOf(page).getByRole('button', { name: 'Revoke and sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  expect(await statusOf(id)).toBe('revoked')
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
  await signIn(page, inject('stack').adminKey)
  await heading(page, 'Overview')
})

test('the dialog that revokes a key goes with its page', async ({ openConsole }) => {
  const { id, name } = await keyOf('viewer')
  const page = await openConsole('/keys')
  await actions(page, name).getByRole('button', { name: 'Revoke' }).click()
  await dialogOf(page).getByText(id).waitFor()
  await page.evaluate(() => {
    location.hash = '/users'
  })
  await heading(page, 'Users')
  await dialogOf(page).waitFor({ state: 'detached' })
  expect(await statusOf(id)).toBe('active')
})

test('what the edge forbids all the same is said in words', async ({ openConsole }) => {
  const page = await openConsole('/users')
  await page.route('**/v1/keys?*', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'forbidden', title: 'Forbidden', detail: 'Role admin.', status: 403 }),
    }),
  )
  await page.getByRole('link', { name: 'Keys' }).click()
  await page.getByRole('alert').getByText('Your key may not do this.').waitFor()
})
