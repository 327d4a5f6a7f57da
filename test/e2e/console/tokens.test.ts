import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { BiuwerEdge } from '../../../client/biuwer-edge.ts'
import { admin, issue } from '../edge-api.ts'
import { dialogOf, heading, rows, test } from './fixtures.ts'

const { resources, ...stack } = inject('stack')
const edge = new BiuwerEdge(stack)

test('tokens are found by text and status, the address says what is shown, and back and forward work', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  const { id } = await issue({ label: `Sales ${mark}` })
  await issue({ label: `Stock ${mark}` })
  await admin('DELETE', `/v1/tokens/${id}`)
  const page = await openConsole('/tokens')
  await page.getByLabel('Search').fill(mark)
  await expect.poll(() => rows(page).count()).toBe(2)
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'revoked' }).click()
  await expect.poll(() => rows(page).count()).toBe(1)
  expect(page.url()).toContain(`#/tokens?text=${mark}&status=revoked`)
  await page.getByRole('link', { name: `Sales ${mark}` }).click()
  await heading(page, `Sales ${mark}`)
  await page.goBack()
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.goBack()
  await expect.poll(() => rows(page).count()).toBe(2)
  await page.goForward()
  await expect.poll(() => rows(page).count()).toBe(1)
})

test('the list of tokens is read page by page', async ({ openConsole }) => {
  const user = `many-${randomUUID().slice(0, 8)}`
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
  for (let count = 0; count < 26; count++) await issue({ user, label: `n${count}` })
  const page = await openConsole(`/tokens?user=${user}`)
  await expect.poll(() => rows(page).count()).toBe(25)
  await page
    .getByRole('button', { name: 'Next' })
    .or(page.getByRole('link', { name: 'Next' }))
    .click()
  await expect.poll(() => rows(page).count()).toBe(1)
  await page.getByText('Back to the first page').click()
  await expect.poll(() => rows(page).count()).toBe(25)
})

test('the page of a token record shows its rotations, its audit, and when the current token ends', async ({
  openConsole,
}) => {
  const { id } = await issue({ refresh: 'daily', time_zone: 'Asia/Kolkata', overlap: 0 })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
  await page.getByText('The token record is rotated.').waitFor()
  await page
    .getByText(/12:00 AM \(Asia\/Kolkata\)/)
    .first()
    .waitFor()
  await expect
    .poll(() => page.locator('tbody tr').allInnerTexts())
    .toEqual([expect.stringContaining('token record rotated'), expect.stringContaining('token record made')])
})

test('what a backup told of another edge stands apart, and is never taken for what this key did', async ({
  openConsole,
}) => {
  const { id } = await issue()
  const { actor } = await admin('GET', '/v1/deployment')
  const at = Math.floor(Date.now() / 1000) - 60
  const entry = {
    type: 'audit',
    at,
    actor,
    action: 'token.rotate',
    target: id,
    request_id: `req_${randomUUID()}`,
  }
  await edge.backup.import(
    [{ type: 'biuwer-embed', format: 1, exported_at: 'now' }, entry, { type: 'end' }].map((line) =>
      JSON.stringify(line),
    ),
    { acceptUnverified: true },
  )
  const page = await openConsole(`/audit?target=${id}`)
  const imported = page.getByRole('table', { name: /^From imported backups/ })
  await imported.waitFor()
  const own = page.getByRole('table').filter({ hasNotText: 'From imported backups' })
  const texts = (table: typeof own) => table.locator('tbody tr').allInnerTexts()
  expect(await texts(imported)).toEqual([expect.stringContaining('token record rotated')])
  expect(await texts(own)).toEqual([expect.stringContaining('token record made')])
  expect(await own.getByText('this key').count()).toBe(1)
  expect(await imported.getByText('this key').count()).toBe(0)
  expect(await imported.locator('time').count()).toBe(2)
})

test('what is pasted as a token of a record and is none, such as a key, is not sent', async ({
  openConsole,
}) => {
  const { id } = await issue()
  const page = await openConsole(`/tokens/${id}`)
  const form = page.locator('explain-form')
  const pasted = 'a-key-of-somebody'
  const sent: string[] = []
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData()}`))
  await form.getByLabel('Token', { exact: true }).fill(pasted)
  await form.getByRole('button', { name: 'Check', exact: true }).click()
  await form.getByText('This is no token').waitFor()
  expect(sent.filter((request) => request.includes(pasted))).toEqual([])
  await form.getByLabel('Token', { exact: true }).fill('')
  await form.getByRole('button', { name: 'Check', exact: true }).click()
  await form.getByText('It would open.').waitFor()
})

test('a mistake in a new token is shown at its field, and what was typed is kept', async ({
  openConsole,
}) => {
  const page = await openConsole('/new-token?user=store-1')
  await page.getByLabel('Resources').fill('not a resource')
  await page.getByLabel('To', { exact: true }).fill('20266-01-01T00:00')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.locator('.mistake', { hasText: 'Write a day of the years' }).waitFor()
  await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.locator('.mistake', { hasText: 'A resource id is' }).waitFor()
  await page.locator('.mistake', { hasText: 'has to be in the future' }).waitFor()
  expect(await page.getByLabel('Resources').inputValue()).toBe('not a resource')
})

test('a mistake that the service found is told in the language of the person', async ({ newPerson }) => {
  const page = await (await newPerson({ locale: 'es' })).newPage()
  await page.goto(`${stack.edge}/console#/new-token?user=store-1`)
  await page.getByLabel('Clave', { exact: true }).fill(stack.adminKey)
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.getByLabel('Recursos').fill('no es\nni este')
  await page.getByRole('button', { name: 'Crear el registro de token' }).click()
  await page.getByRole('alert').getByText('Un id de recurso tiene de 1 a 128 letras').first().waitFor()
  expect(await page.locator('new-token-page .mistake').allInnerTexts()).toEqual([
    'Un id de recurso tiene de 1 a 128 letras, cifras, "_" o "-"; escriba uno por línea.',
  ])
})

test('a token for a user who is not linked is made once the user is, on the same page', async ({
  openConsole,
}) => {
  const user = `late-${randomUUID().slice(0, 8)}`
  const page = await openConsole(`/new-token?user=${user}`)
  await page.getByLabel('Label').fill('kept')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.getByRole('button', { name: 'Link a user' }).click()
  const dialog = dialogOf(page)
  expect(await dialog.getByRole('textbox', { name: 'User' }).inputValue()).toBe(user)
  await dialog.getByLabel('Biuwer authentication token').fill('abc')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${user} is linked.`).waitFor()
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await heading(page, 'kept')
})

const label = (page: Page) => dialogOf(page).getByLabel('Label')

test('a person who edits a token sees what another changed meanwhile before anything is overwritten', async ({
  openConsole,
}) => {
  const { id } = await issue({ label: 'before' })
  const [ana, ben] = await Promise.all([openConsole(`/tokens/${id}`), openConsole(`/tokens/${id}`)])
  for (const page of [ana, ben]) await page.getByRole('button', { name: 'Edit' }).click()
  await label(ana).fill("Ana's")
  await ana.getByRole('button', { name: 'Save' }).click()
  await ana.getByText('The change is saved.').waitFor()

  await label(ben).fill("Ben's")
  await dialogOf(ben).getByLabel('Resources').fill(resources.rentals)
  await ben.getByRole('button', { name: 'Save' }).click()
  await ben.getByText("Label is now: Ana's").waitFor()
  expect((await admin('GET', `/v1/tokens/${id}`)).label).toBe("Ana's")
  await ben.getByRole('button', { name: 'Save mine over it' }).click()
  await ben.getByText('The change is saved.').waitFor()
  expect(await admin('GET', `/v1/tokens/${id}`)).toMatchObject({
    label: "Ben's",
    resources: [resources.rentals],
  })
})

test("a person may take another's change, and changes no more than the fields they touched", async ({
  openConsole,
}) => {
  const { id } = await issue({ label: 'before', to: '2037-01-01T00:00:30Z' })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Edit' }).click()
  await admin('PATCH', `/v1/tokens/${id}`, { label: 'theirs' })
  await label(page).fill('mine')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Take theirs' }).click()
  expect(await label(page).inputValue()).toBe('theirs')
  await label(page).fill('theirs, and mine')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The change is saved.').waitFor()
  expect(await admin('GET', `/v1/tokens/${id}`)).toMatchObject({
    label: 'theirs, and mine',
    to: '2037-01-01T00:00:30Z',
  })
})

test('a token that somebody else rotated is not rotated again unseen', async ({ openConsole }) => {
  const { id } = await issue()
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
  await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
  await page.getByText('Somebody else changed it meanwhile.').waitFor()
  await page.getByText('token record rotated').waitFor()
  const { items } = await admin('GET', `/v1/audit?target=${id}`)
  expect(items.map(({ action }: { action: string }) => action)).toEqual(['token.rotate', 'token.create'])
})

/** Lets requests through and loses their answers, as a network does. */
const loseAnswers = (page: Page, to: RegExp, method: string) =>
  page.route(to, async (route) => {
    if (route.request().method() !== method) return route.fallback()
    await route.fetch()
    await route.abort('connectionreset')
  })

test('a form sent again after its answer was lost makes no second token', async ({ openConsole }) => {
  const user = `lost-${randomUUID().slice(0, 8)}`
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
  const page = await openConsole(`/new-token?user=${user}`)
  await loseAnswers(page, /\/v1\/tokens$/, 'POST')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.getByText('The service could not be reached').waitFor()
  await page.unroute(/\/v1\/tokens$/)
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.locator('code.token').waitFor()
  expect((await admin('GET', `/v1/tokens?user=${user}`)).items).toHaveLength(1)
})

test('a rotation whose answer was lost is not repeated, and the page shows how the token stands', async ({
  openConsole,
}) => {
  const { id } = await issue()
  const page = await openConsole(`/tokens/${id}`)
  await loseAnswers(page, /\/refresh$/, 'POST')
  await page.getByRole('button', { name: 'Rotate' }).click()
  await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
  await page.getByText('The connection broke off, so it may have been done.').waitFor()
  await page.getByText('token record rotated').waitFor()
})
