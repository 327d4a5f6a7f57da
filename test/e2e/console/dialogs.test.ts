import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { dialogOf, heading, rows, test } from './fixtures.ts'

const { biuwerTokens } = inject('stack')

/** Goes to another address without a click on the page, as an extension, a bookmark or the way back does. */
const goTo = (page: Page, place: string) =>
  page.evaluate((hash) => {
    location.hash = hash
  }, place)

/** Presses a button of the open dialog just when the address has changed: the finger was on it already. */
const confirmElsewhere = (page: Page, place: string, name: string) =>
  page.evaluate(
    ([hash = '', text = '']) => {
      location.hash = hash
      const buttons = [...document.querySelectorAll<HTMLElement>('wa-dialog[open] wa-button')]
      buttons.findLast((button) => button.textContent?.trim() === text)?.click()
    },
    [place, name],
  )

/** The text of what has the focus. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim())

async function publicKey() {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(publicKey)), kid: 'first' }
}

const statusOf = async (id: string) => (await admin('GET', `/v1/tokens/${id}`)).status

test.for([
  ['Revoke', 'Revoke'],
  ['Rotate', 'Rotate'],
  ['Edit', 'Save'],
])(
  'the dialog "%s" of a record goes with its page, and does nothing to the record of another address',
  async ([open = '', confirm = ''], { openConsole }) => {
    const [one, other] = [await issue({ label: 'one' }), await issue({ label: 'other' })]
    const page = await openConsole(`/tokens/${one.id}`)
    await page.getByRole('button', { name: open, exact: true }).click()
    await dialogOf(page).getByRole('button', { name: confirm }).waitFor()
    await confirmElsewhere(page, `/tokens/${other.id}`, confirm)
    await heading(page, 'other')
    await dialogOf(page).waitFor({ state: 'detached' })
    await page.locator('tbody tr').first().waitFor()
    expect(await admin('GET', `/v1/tokens/${other.id}`)).toMatchObject({
      status: 'active',
      version: other.version,
    })
    expect(await page.getByText('The token record is').count()).toBe(0)
  },
)

test('the dialogs of a user, and of a signer, do nothing to that of another address', async ({
  openConsole,
}) => {
  const [one, other] = ['one', 'other'].map((name) => `${name}-${randomUUID().slice(0, 8)}`)
  for (const user of [one, other]) await admin('PUT', `/v1/users/${user}`, { biuwer_token: randomUUID() })
  const keys = { keys: [await publicKey()] }
  const signers = [
    await admin('POST', '/v1/signers', { name: `${one}`, keys }),
    await admin('POST', '/v1/signers', { name: `${other}`, keys }),
  ]
  const page = await openConsole()
  for (const [from, to, open, confirm] of [
    [`/users/${one}`, `/users/${other}`, 'Delete', 'Delete'],
    [`/users/${one}`, `/users/${other}`, 'Change', 'Save'],
    [`/signers/${signers[0].id}`, `/signers/${signers[1].id}`, 'Change', 'Save'],
    [`/signers/${signers[0].id}`, `/signers/${signers[1].id}`, 'Delete', 'Delete'],
  ] as const) {
    await goTo(page, from)
    await heading(page, `${one}`)
    await page.getByRole('button', { name: open, exact: true }).click()
    await dialogOf(page).getByRole('button', { name: confirm, exact: true }).waitFor()
    await confirmElsewhere(page, to, confirm)
    await heading(page, `${other}`)
    await dialogOf(page).waitFor({ state: 'detached' })
    await rows(page).first().waitFor()
    expect(await page.locator('main wa-callout[variant=success], effect-note').count()).toBe(0)
  }
  expect(await admin('GET', `/v1/users/${other}/biuwer-tokens`)).toMatchObject({ items: [{}] })
  expect(await admin('GET', `/v1/signers/${signers[1].id}`)).toMatchObject({ status: 'active', version: 1 })
})

test('a dialog names its record, by the id too', async ({ openConsole }) => {
  const { id } = await issue({ label: 'Sales' })
  const page = await openConsole(`/tokens/${id}`)
  for (const deed of ['Revoke', 'Rotate']) {
    await page.getByRole('button', { name: deed, exact: true }).click()
    await dialogOf(page).getByText(id).waitFor()
    expect(await dialogOf(page).getAttribute('label')).toContain('Sales')
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
    await dialogOf(page).waitFor({ state: 'detached' })
  }
})

test('the token of one record is not shown on the page of another, however late it comes', async ({
  openConsole,
}) => {
  const [one, other] = [await issue({ refresh: 'daily', label: 'one' }), await issue({ label: 'other' })]
  const page = await openConsole(`/tokens/${one.id}`)
  await page.getByRole('button', { name: 'Get the current token' }).click()
  await page.locator('code.token').waitFor()
  await goTo(page, `/tokens/${other.id}`)
  await heading(page, 'other')
  expect(await page.locator('code.token').count()).toBe(0)

  await goTo(page, `/tokens/${one.id}`)
  await heading(page, 'one')
  const asked = page.waitForRequest(/\/refresh$/)
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route(/\/refresh$/, async (route) => {
    const response = await route.fetch()
    await held
    await route.fulfill({ response })
  })
  await page.getByRole('button', { name: 'Get the current token' }).click()
  await asked
  await goTo(page, `/tokens/${other.id}`)
  await heading(page, 'other')
  const answered = page.waitForResponse(/\/refresh$/)
  answer()
  await (await answered).finished()
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.locator('.checks li').first().waitFor()
  expect(await page.locator('code.token').count()).toBe(0)
})

test("the token made for one user is not shown under another's address", async ({ openConsole }) => {
  const page = await openConsole('/new-token?user=store-1')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.locator('code.token').waitFor()
  await goTo(page, '/new-token?user=store-2')
  await page.getByRole('button', { name: 'Make the token record' }).waitFor()
  expect(await page.locator('code.token').count()).toBe(0)
  expect(await page.getByRole('textbox', { name: 'User' }).inputValue()).toBe('store-2')
})

test.for(['Edit', 'Rotate', 'Revoke'])(
  'Cancel in the dialog "%s" gives the focus back to its button',
  async (deed, { openConsole }) => {
    const { id } = await issue()
    const page = await openConsole(`/tokens/${id}`)
    await page.getByRole('button', { name: deed, exact: true }).click()
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
    await dialogOf(page).waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe(deed)
  },
)

test('Save gives the focus back to the button that opened the dialog', async ({ openConsole }) => {
  const { id } = await issue({ label: 'before' })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await dialogOf(page).getByLabel('Label').fill('after')
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await heading(page, 'after')
  await expect.poll(() => focused(page)).toBe('Edit')
})

test('where the button that opened the dialog is gone, the heading has the focus', async ({
  openConsole,
}) => {
  const { id } = await issue({ label: 'Lobby' })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  await dialogOf(page).getByRole('button', { name: 'Revoke' }).click()
  await page.locator('.page-head').getByText('revoked').waitFor()
  await expect.poll(() => focused(page)).toBe('Lobby')
})

test('the dialog that links a user gives the focus back, and offers no saved password', async ({
  openConsole,
}) => {
  const user = `focus-${randomUUID().slice(0, 8)}`
  const page = await openConsole(`/users?prefix=${user}`)
  await page.getByRole('button', { name: 'Link a user' }).click()
  await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
  await dialogOf(page).waitFor({ state: 'detached' })
  await expect.poll(() => focused(page)).toBe('Link a user')

  await page.keyboard.press('Enter')
  await dialogOf(page).getByRole('textbox', { name: 'User' }).fill(user)
  const secret = dialogOf(page).getByLabel('Biuwer authentication token')
  expect(await secret.getAttribute('autocomplete')).toBe('one-time-code')
  await secret.fill(biuwerTokens.store1)
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${user} is linked.`).waitFor()
  await expect.poll(() => focused(page)).toBe('Link a user')

  await rows(page).getByRole('button', { name: 'Unlink' }).click()
  await dialogOf(page).getByRole('button', { name: 'Unlink' }).click()
  await page.getByText('No user matches.').waitFor()
  await expect.poll(() => focused(page)).toBe('Users')
})

test('labels that turn the order of text stay within their place, and show what they are made of', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  const { id } = await issue({ label: `${mark} \u202egnp.exe\u2066\u200bשלום` })
  const page = await openConsole(`/tokens?text=${mark}`)
  const label = `${mark} \\u{202e}gnp.exe\\u{2066}\\u{200b}שלום`
  await page.locator('bdi', { hasText: label }).waitFor()
  await page.getByRole('link', { name: label }).click()
  await heading(page, label)
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  expect(await dialogOf(page).getAttribute('label')).toBe(`Revoke “\u2068${label}\u2069” for good?`)
  expect(await page.locator('main').innerText()).not.toMatch(/[\u202e\u2066\u200b]/)
  expect(await statusOf(id)).toBe('active')
})

test('a search keeps the space that is typed before its next word', async ({ openConsole }) => {
  const mark = randomUUID().slice(0, 8)
  await issue({ label: `${mark} 1` })
  for (const [place, name] of [
    ['/tokens', 'Search'],
    ['/users', 'Begins with'],
  ] as const) {
    const page = await openConsole(place)
    await page.getByLabel(name).pressSequentially(`${mark} `)
    await expect.poll(() => page.url()).toContain(mark)
    await page.getByLabel(name).pressSequentially('1')
    expect(await page.getByLabel(name).inputValue()).toBe(`${mark} 1`)
    await page.goBack()
    await expect.poll(() => page.getByLabel(name).inputValue()).toBe('')
  }
})

test('an address that leads nowhere has a page', async ({ openConsole }) => {
  const page = await openConsole('//')
  await heading(page, 'There is nothing here')
  for (const place of ['http://[', '/tokens/..', '/tokens//']) {
    await goTo(page, '/')
    await heading(page, 'Overview')
    await goTo(page, place)
    await heading(page, 'There is nothing here')
  }
})

test('a record in a time zone that the browser does not know is shown and changed, in UTC', async ({
  openConsole,
}) => {
  const { id } = await issue({ refresh: 'daily', to: '2037-01-01T00:30:00Z' })
  const page = await openConsole('/tokens')
  await page.route(/\/v1\/tokens\/tok_[\w-]+$/, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), time_zone: 'Mars/Olympus' } })
  })
  await goTo(page, `/tokens/${id}`)
  await page.getByText('This browser does not know the time zone Mars/Olympus.').waitFor()
  await page.getByRole('button', { name: 'Edit' }).click()
  expect(await dialogOf(page).getByLabel('To (UTC)').inputValue()).toBe('2037-01-01T00:30')
  await dialogOf(page).getByLabel('To (UTC)').fill('2037-01-01T01:30')
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('The change is saved.').waitFor()
  expect((await admin('GET', `/v1/tokens/${id}`)).to).toBe('2037-01-01T01:30:00Z')
  await page.unrouteAll({ behavior: 'wait' })
})
