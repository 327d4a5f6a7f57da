import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, inject } from 'vitest'
import { admin } from '../edge-api.ts'
import { attributesOf, chooseFile, heading, rows, test } from './fixtures.ts'

const { biuwerTokens } = inject('stack')

test('users are imported from a table after a dry run that changes nothing, with a result for each row', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  const page = await openConsole('/import')
  const [first, second] = [randomUUID(), randomUUID()]
  await chooseFile(
    page,
    `user,biuwer_token\nnew-${mark},${first}\nstore-1,${biuwerTokens.store1}\nnot a user,${second}\nnew-${mark},${second}\n`,
  )
  await page.getByRole('button', { name: 'Dry run' }).click()
  await rows(page).getByText('would be linked').first().waitFor()
  await rows(page).getByText('is linked; the Biuwer token would be replaced').waitFor()
  expect((await admin('GET', `/v1/users?prefix=new-${mark}`)).items).toEqual([])
  await page.getByRole('button', { name: 'Link 2' }).click()
  await page.getByText('Every row that could be linked is linked.').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download the results' }).click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv.split('\r\n')).toEqual([
    'line,user,result',
    `2,new-${mark},linked`,
    '3,store-1,linked anew',
    expect.stringMatching(/^4,not a user,"not sent: A user is/),
    `5,new-${mark},not sent: The user stands in line 2 already.`,
  ])
})

test('an import whose connection breaks off keeps what is done and goes on with the rest', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  const page = await openConsole('/import')
  const names = Array.from({ length: 40 }, (_, index) => `u${mark}-${String(index).padStart(2, '0')}`)
  await chooseFile(page, names.map((name) => `${name},token-of-${name}`).join('\n'))
  let answered = 0
  await page.route(/\/v1\/users\//, (route) =>
    ++answered > 10 ? route.abort('connectionreset') : route.continue(),
  )
  await page.getByRole('button', { name: 'Link 40' }).click()
  await page.getByText('The connection broke off. What is done stays done').waitFor()
  const linked = async () => (await admin('GET', `/v1/users?prefix=u${mark}&limit=100`)).items.length
  expect(await linked()).toBe(10)
  await page.unroute(/\/v1\/users\//)
  await page.getByRole('button', { name: 'Go on with 30' }).click()
  await page.getByText('Every row that could be linked is linked.').waitFor()
  expect(await linked()).toBe(40)
  expect(await page.content()).not.toContain('token-of-')
  expect(await attributesOf(page)).not.toContain('token-of-')
})

test('a file whose heading nobody knows is imported once a person said which column is which', async ({
  openConsole,
}) => {
  const mark = randomUUID().slice(0, 8)
  const token = randomUUID()
  const page = await openConsole('/import')
  await chooseFile(page, `sep=;\nNombre;Ciudad;Token\nluis-${mark};Bilbao;\nana-${mark};Vigo;${token}\n`)
  await page.getByRole('heading', { name: 'Which column is which?' }).waitFor()
  const preview = page.getByRole('region', { name: 'The first rows of the file' })
  await preview.getByText('Bilbao').waitFor()
  await preview.getByText('•••• (36 characters)').waitFor()
  const column = (name: string) => page.getByRole('combobox', { name, exact: true })
  expect(await column('Biuwer token').inputValue()).toBe('2')
  await column('User').selectOption('')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('alert').getByText('Choose the column of the user').waitFor()
  await column('User').selectOption('column 2, “Ciudad”')
  await column('User').selectOption('column 1, “Nombre”')
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('The row has no Biuwer token.').waitFor()
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
  await page.getByRole('button', { name: 'Link 1' }).click()
  await page.getByText('Every row that could be linked is linked.').waitFor()
  const linked = (await admin('GET', '/v1/users?limit=100')).items.map(({ user }: { user: string }) => user)
  expect(linked).toContain(`ana-${mark}`)
  expect(linked).not.toContain(`luis-${mark}`)
  expect(linked).not.toContain('Nombre')
  expect(await page.content()).not.toContain(token)
  expect(await attributesOf(page)).not.toContain(token)
})

test('a value that has no shape of a Biuwer token is warned of, and the columns can be chosen anew', async ({
  openConsole,
}) => {
  const page = await openConsole('/import')
  const long = 'customer-000000000000123'
  await chooseFile(page, `usuario,token,ciudad\n${long},Bilbao,${randomUUID()}`)
  await page.getByText('1 value does not look like a Biuwer token').waitFor()
  await rows(page).getByText('does not look like a Biuwer token').waitFor()
  await rows(page).getByText(long).waitFor()
  await page.getByRole('button', { name: 'Choose the columns' }).click()
  await rows(page).getByText(long).waitFor()
  await page.getByRole('combobox', { name: 'Biuwer token', exact: true }).selectOption('column 3, “ciudad”')
  await page.getByRole('button', { name: 'Go on' }).click()
  await rows(page).getByText('ready').waitFor()
  expect(await page.getByText('not look like').count()).toBe(0)
})

test('results stand in the order of the file, and those of one kind can be looked at alone', async ({
  openConsole,
}) => {
  const page = await openConsole('/import')
  const names = Array.from({ length: 250 }, (_, index) => (index === 150 ? 'not a user' : `order-${index}`))
  await chooseFile(page, `user,token\n${names.map((name) => `${name},${randomUUID()}`).join('\n')}`)
  const lines = () =>
    rows(page).evaluateAll((all) => all.map((row) => Number(row.querySelector('td')?.textContent)))
  const range = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
  await expect.poll(lines).toEqual(range(2, 101))
  await page.getByRole('button', { name: 'Next rows' }).click()
  await page.getByText('Rows 101 to 200 of 250').waitFor()
  await expect.poll(lines).toEqual(range(102, 201))
  await page.getByRole('combobox', { name: 'Show' }).click()
  await page.getByRole('option', { name: 'not sent (1)' }).click()
  await expect.poll(lines).toEqual([152])
})

test('a file in UTF-16 is read, a workbook is told how to be saved, and an empty file is said to be so', async ({
  openConsole,
}) => {
  const page = await openConsole('/import')
  await chooseFile(page, Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 6, 0), 'users.xlsx')
  await page.getByRole('alert').getByText('save or export it as CSV (UTF-8)').waitFor()
  await chooseFile(page, 'user,token\n')
  await page.getByText('The file has no rows with users.').waitFor()
  await chooseFile(page, Buffer.from(`\ufeffUsuario\tToken\r\nstore-9\t${randomUUID()}\r\n`, 'utf16le'))
  await rows(page).getByText('store-9').waitFor()
  await heading(page, 'Import users')
})

test('an imported Biuwer token has the interval of its row', async ({ openConsole }) => {
  const user = `interval-${randomUUID().slice(0, 8)}`
  const page = await openConsole('/import')
  const last = new Date().getFullYear() + 1
  await chooseFile(page, `usuario;token;desde;hasta\n${user};${randomUUID()};;31/12/${last} 18:00`)
  await rows(page).getByText(`until Dec 31, ${last}, 6:00 PM`).waitFor()
  await page.getByRole('button', { name: 'Link 1' }).click()
  await page.getByText('Every row that could be linked is linked.').waitFor()
  // 18:00 in Madrid, where the person is.
  expect((await admin('GET', `/v1/users/${user}`)).biuwer_token_ends).toBe(`${last}-12-31T17:00:00Z`)
})
