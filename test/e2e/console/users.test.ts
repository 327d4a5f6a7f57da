import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, inject } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { dialogOf, rows, test } from './fixtures.ts'

const { biuwerTokens } = inject('stack')

test('a user is unlinked only after the dialog said which tokens end with it', async ({ openConsole }) => {
  const user = `leaving-${randomUUID().slice(0, 8)}`
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
  const page = await openConsole(`/users?prefix=${user}`)
  await rows(page).first().waitFor()
  // Made meanwhile: the dialog does not trust the list.
  for (let count = 0; count < 2; count++) await issue({ user })
  await rows(page).getByRole('button', { name: 'Unlink' }).click()
  const dialog = dialogOf(page)
  await dialog.getByText('2 token records of the user are revoked for good').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect((await admin('GET', `/v1/users/${user}`)).live_tokens).toBe(2)
  await rows(page).getByRole('button', { name: 'Unlink' }).click()
  await dialog.getByRole('button', { name: 'Unlink' }).click()
  await page.getByText(`${user} is unlinked.`).waitFor()
  await page.getByText('No user matches.').waitFor()
  expect((await admin('GET', `/v1/tokens?user=${user}&status=revoked`)).items).toHaveLength(2)
})

test('a user is signed out after a dialog that names them: what was given out ends, and the records stay', async ({
  openConsole,
}) => {
  const user = `out-${randomUUID().slice(0, 8)}`
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
  const { id, token } = await issue({ user })
  const page = await openConsole(`/users?prefix=${user}`)
  await rows(page).getByRole('button', { name: 'Sign user out' }).click()
  const dialog = dialogOf(page)
  await dialog.getByText(`Sign ${user} out?`).waitFor()
  await dialog.getByRole('button', { name: 'Sign user out' }).click()
  await page.getByText(`${user} is signed out.`).waitFor()
  const { allowed } = await admin('POST', `/v1/tokens/${id}/explain`, { token })
  expect(allowed).toBe(false)
  expect((await admin('GET', `/v1/tokens/${id}`)).status).toBe('active')
})

test('everybody is signed out only after the dialog is confirmed', async ({ openConsole }) => {
  const page = await openConsole('/users')
  const signOuts = async () =>
    (await admin('GET', '/v1/audit?target=all&limit=100')).items.filter(isSignOut).length
  const before = await signOuts()
  await page.getByRole('button', { name: 'Sign everybody out' }).click()
  await dialogOf(page).getByText('Sign everybody out?').waitFor()
  await page.keyboard.press('Escape')
  await dialogOf(page).waitFor({ state: 'hidden' })
  expect(await signOuts()).toBe(before)
})

const isSignOut = ({ action }: { action: string }) => action === 'sign_out'

test('the form tells that a user is linked already before the Biuwer token is replaced', async ({
  openConsole,
}) => {
  const page = await openConsole('/users')
  await page.getByRole('button', { name: 'Link a user' }).click()
  await dialogOf(page).getByRole('textbox', { name: 'User' }).fill('store-2')
  await page.keyboard.press('Tab')
  await page.getByText('store-2 is linked already. Saving replaces the Biuwer tokens.').waitFor()
})

test('the export of users holds nothing secret', async ({ openConsole }) => {
  const page = await openConsole('/users')
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv).toMatch(
    /^user,linked_at,updated_at,live_tokens,biuwer_token_status,biuwer_token_ends,biuwer_refresh\r\n/,
  )
  expect(csv).toContain('\r\nstore-1,')
  expect(csv).not.toContain(biuwerTokens.store1)
})
