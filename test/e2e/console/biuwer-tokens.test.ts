import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { BiuwerEdge } from '../../../client/biuwer-edge.ts'
import { complaints } from '../axe.ts'
import { admin } from '../edge-api.ts'
import { type OwnEdge, startOwnEdge } from '../own-edge.ts'
import { type SimpleSource, startSimpleSource } from '../simple-source.ts'
import { attributesOf, chooseFile, dialogOf, heading, rows, test } from './fixtures.ts'

const within = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z/, 'Z')
const linked = (user: string, to: string | null) =>
  admin('PUT', `/v1/users/${user}`, { biuwer_token: randomUUID(), to })
const named = (kind: string) => `${kind}-${randomUUID().slice(0, 8)}`

/** What has the focus, by its text. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim())

test('the list of users tells when Biuwer tokens end, and shows those alone that somebody has to see to', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  await linked(`life${mark}-soon`, within(5))
  await linked(`life${mark}-never`, null)
  await linked(`life${mark}-over`, within(3 / 86_400))
  await admin('PUT', `/v1/users/life${mark}-coming`, { biuwer_token: randomUUID(), from: within(1.001) })
  const status = async () => (await admin('GET', `/v1/users/life${mark}-over`)).biuwer_token_status
  await expect.poll(status).toBe('expired')
  const page = await openConsole(`/users?prefix=life${mark}`)
  const life = (user: string) => rows(page).filter({ hasText: user }).locator('td').nth(1).textContent()
  await rows(page).first().waitFor()
  expect((await life('-soon'))?.trim()).toBe('ends in 5 days')
  expect((await life('-never'))?.trim()).toBe('no end')
  expect((await life('-over'))?.trim()).toMatch(/^ended (now|\d+ seconds? ago)$/)
  expect((await life('-coming'))?.trim()).toMatch(/^begins (tomorrow|in 2 days)$/)
  await page.getByRole('combobox', { name: 'Biuwer tokens' }).click()
  await page.getByRole('option', { name: 'end within a week' }).click()
  await expect.poll(() => rows(page).count()).toBe(1)
  await rows(page).getByText(`life${mark}-soon`).waitFor()
  expect(page.url()).toContain('biuwer=ending')
  await page.getByRole('combobox', { name: 'Biuwer tokens' }).click()
  await page.getByRole('option', { name: 'have ended' }).click()
  await rows(page).getByText(`life${mark}-over`).waitFor()
})

test('the next Biuwer token is added ahead, from when the present one ends, and the focus goes back', async ({
  openConsole,
}) => {
  const user = named('next')
  const end = `${within(5).slice(0, 16)}:00Z`
  await linked(user, end)
  const page = await openConsole(`/users/${user}`)
  await page.getByText('The last Biuwer token ends in 5 days, and no other comes after it.').waitFor()
  const add = page.getByRole('button', { name: 'Add the next Biuwer token' })
  await add.click()
  await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
  await dialogOf(page).waitFor({ state: 'hidden' })
  await expect.poll(() => focused(page)).toBe('Add the next Biuwer token')
  await add.click()
  const token = randomUUID()
  const field = dialogOf(page).getByLabel('Biuwer authentication token')
  expect(await field.getAttribute('autocomplete')).toBe('one-time-code')
  await field.fill(token)
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText(`The Biuwer token of ${user} is added.`).waitFor()
  await expect.poll(() => rows(page).count()).toBe(2)
  await expect.poll(() => focused(page)).toBe('Add the next Biuwer token')
  expect(await page.getByText('and no other comes after it').count()).toBe(0)
  const [, next] = (await admin('GET', `/v1/users/${user}/biuwer-tokens`)).items
  expect(next).toMatchObject({ from: end, to: null, status: 'pending' })
  expect(await page.content()).not.toContain(token)
  expect(await attributesOf(page)).not.toContain(token)
})

test('a mistake in the interval stands beside its field, and a time without a Biuwer token is warned of', async ({
  openConsole,
}) => {
  const user = named('gap')
  await linked(user, within(5))
  await admin('POST', `/v1/users/${user}/biuwer-tokens`, { biuwer_token: randomUUID(), from: within(9) })
  const page = await openConsole(`/users/${user}`)
  await page.getByText('No Biuwer token is valid from').waitFor()
  await page.getByRole('button', { name: 'Add the next Biuwer token' }).click()
  await dialogOf(page).getByLabel('Biuwer authentication token').fill(randomUUID())
  await dialogOf(page).getByLabel('To', { exact: true }).fill('2020-01-01T00:00')
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await dialogOf(page).locator('.mistake', { hasText: 'The end has to be in the future.' }).waitFor()
})

test('a Biuwer token is deleted only after the dialog said what ends with it', async ({ openConsole }) => {
  const user = named('gone')
  await linked(user, within(5))
  const page = await openConsole(`/users/${user}`)
  await rows(page).first().waitFor()
  await rows(page).getByRole('button', { name: 'Delete' }).click()
  await dialogOf(page).getByText('No other Biuwer token of the user is valid now').waitFor()
  await page.keyboard.press('Escape')
  await dialogOf(page).waitFor({ state: 'hidden' })
  // Added meanwhile: the dialog does not trust the page.
  await admin('POST', `/v1/users/${user}/biuwer-tokens`, { biuwer_token: randomUUID(), to: within(50) })
  await rows(page).getByRole('button', { name: 'Delete' }).click()
  await dialogOf(page).getByText('open again with another Biuwer token of the user').waitFor()
  await dialogOf(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText(`The Biuwer token of ${user} is deleted.`).waitFor()
  await rows(page).getByText('ends on').waitFor()
  expect((await admin('GET', `/v1/users/${user}/biuwer-tokens`)).items).toMatchObject([
    { to: expect.any(String) },
  ])
  await expect.poll(() => focused(page)).toBe(user)
})

test('another address while a dialog is open leaves the dialog with its user behind', async ({
  openConsole,
}) => {
  const [first, second] = [named('first'), named('second')]
  await linked(first, within(5))
  await linked(second, within(5))
  const page = await openConsole(`/users/${first}`)
  await rows(page).getByRole('button', { name: 'Delete' }).click()
  await dialogOf(page).getByText('No other Biuwer token').waitFor()
  await page.evaluate((user) => {
    location.hash = `#/users/${user}`
  }, second)
  await heading(page, second)
  expect(await dialogOf(page).count()).toBe(0)
  expect((await admin('GET', `/v1/users/${second}/biuwer-tokens`)).items).toHaveLength(1)
})

describe('without a token source', () => {
  let edge: OwnEdge
  beforeAll(async () => {
    edge = await startOwnEdge()
  })
  afterAll(() => edge.stop())

  test('the choice of replacing says so, and how to get one', async ({ openConsole }) => {
    const { users } = new BiuwerEdge({ edge: edge.origin, adminKey: edge.adminKey })
    await users.link('by-hand', { biuwer_token: randomUUID() })
    const page = await openConsole('/users/by-hand', { edge: edge.origin, adminKey: edge.adminKey })
    await page.getByRole('button', { name: 'Change' }).click()
    await dialogOf(page).getByText('This service has no token source').waitFor()
    await dialogOf(page).getByText('examples/biuwer-token-source').waitFor()
    const forEachSession = dialogOf(page).getByRole('radio', { name: /^For each session/ })
    expect(await forEachSession.isDisabled()).toBe(true)
    expect(await complaints(page)).toEqual([])
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
    await dialogOf(page).waitFor({ state: 'hidden' })
    await expect.poll(() => focused(page)).toBe('Change')
  })

  test('a file cannot say that the source gives Biuwer tokens', async ({ openConsole }) => {
    const page = await openConsole('/import', { edge: edge.origin, adminKey: edge.adminKey })
    await chooseFile(page, 'user,refresh\nfila-1,daily\n')
    await rows(page).getByText('This service has no token source').waitFor()
    expect(await page.getByRole('button', { name: /^Link/ }).count()).toBe(0)
  })
})

describe('with a token source', () => {
  let source: SimpleSource
  let edge: OwnEdge
  let users: BiuwerEdge['users']
  beforeAll(async () => {
    source = await startSimpleSource()
    edge = await startOwnEdge(source.origin)
    users = new BiuwerEdge({ edge: edge.origin, adminKey: edge.adminKey }).users
  })
  afterAll(async () => {
    await edge.stop()
    await source.stop()
  })
  const at = () => ({ edge: edge.origin, adminKey: edge.adminKey })

  test('a person links a user without a Biuwer token, and chooses another way to replace them later', async ({
    openConsole,
  }) => {
    const page = await openConsole('/users', at())
    await page.getByRole('button', { name: 'Link a user' }).click()
    await dialogOf(page).getByRole('textbox', { name: 'User' }).fill('store-1')
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await dialogOf(page).getByRole('alert').waitFor()
    await dialogOf(page)
      .getByRole('radio', { name: /^Every day/ })
      .click()
    await dialogOf(page).getByText('May stay empty').waitFor()
    expect(await complaints(page)).toEqual([])
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await page.getByText('store-1 is linked.').waitFor()
    await rows(page).getByText('replaced every day by itself').waitFor()
    await page.getByRole('link', { name: 'store-1' }).click()
    await rows(page).getByText('the token source').waitFor()
    await page.getByRole('button', { name: 'Change' }).click()
    await dialogOf(page)
      .getByRole('radio', { name: /^For each session/ })
      .click()
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await page.getByText('Biuwer tokens of store-1: asked for each session.').waitFor()
    expect((await users.get('store-1')).biuwer_refresh).toBe('session')
  })

  test('replacing the Biuwer tokens by hand leaves how they are replaced as it is', async ({
    openConsole,
  }) => {
    await users.link('kept', { biuwer_token: randomUUID(), biuwer_refresh: 'monthly' })
    const page = await openConsole('/users/kept', at())
    await page.getByText('A Biuwer token without an end is there').waitFor()
    await page.getByRole('button', { name: 'Replace all of them' }).click()
    await dialogOf(page).getByLabel('Biuwer authentication token').fill(randomUUID())
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await page.getByText('kept is linked anew.').waitFor()
    expect((await users.get('kept')).biuwer_refresh).toBe('monthly')
  })

  test('the overview names users whose Biuwer tokens end, have ended or are not given, and leads to them', async ({
    openConsole,
  }) => {
    await users.link('ends-soon', { biuwer_token: randomUUID(), to: within(3) })
    await users.link('refused-1', { biuwer_token: randomUUID(), to: within(0.5), biuwer_refresh: 'daily' })
    await expect.poll(async () => (await users.get('refused-1')).biuwer_refresh_failing_since).not.toBeNull()
    const page = await openConsole('/', at())
    const banner = page.locator('wa-callout', { hasText: 'What deserves attention' })
    await banner.getByRole('link', { name: 'The token source gives no Biuwer token for 1 user.' }).waitFor()
    await banner.getByRole('link', { name: /^The Biuwer tokens of \d users? end within a week\.$/ }).waitFor()
    await banner.getByRole('link', { name: /^The token source gives no/ }).click()
    await heading(page, 'Users')
    await rows(page).getByText('refused-1').waitFor()
    await rows(page)
      .getByText(/replaced every day by itself — failing since .*; ends in \d+ hours/)
      .waitFor()
    expect(await rows(page).count()).toBe(1)
    await page.getByRole('link', { name: 'refused-1' }).click()
    await page.getByText('The token source has given no Biuwer token since').waitFor()
  })

  test('a file without Biuwer tokens links users whom the source gives some', async ({ openConsole }) => {
    const page = await openConsole('/import', at())
    await chooseFile(page, 'usuario;renovación\nfila-1;diaria\nfila-2;por sesión\nfila-3;\n')
    await rows(page).getByText('The row has no Biuwer token.').waitFor()
    await page.getByRole('button', { name: 'Link 2' }).click()
    await page.getByText('Every row that could be linked is linked.').waitFor()
    const refreshes = await Promise.all(
      ['fila-1', 'fila-2'].map(async (user) => (await users.get(user)).biuwer_refresh),
    )
    expect(refreshes).toEqual(['daily', 'session'])
  })
})
