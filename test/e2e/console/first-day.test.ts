import { randomUUID } from 'node:crypto'
import { expect, inject } from 'vitest'
import repository from '../../../package.json' with { type: 'json' }
import { issue } from '../edge-api.ts'
import { biuwerFrame, HOST, nextEvent, OTHER_HOST, panelText, tagWith } from '../host.ts'
import { attributesOf, dialogOf, heading, test } from './fixtures.ts'

const { edge, biuwer, biuwerTokens, resources } = inject('stack')
const SCRIPT = `${edge}/v${repository.version}/biuwer-embed.js`

test('on the first day a customer links a user, makes a token, pastes the snippet, finds out why a page is refused, and revokes', async ({
  host,
  newPerson,
  openConsole,
}) => {
  const user = `first-${randomUUID().slice(0, 8)}`
  const person = await newPerson({ permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await openConsole('', { person })

  await page.getByRole('link', { name: 'Users', exact: true }).click()
  await page.getByRole('button', { name: 'Link a user' }).click()
  await page.getByRole('textbox', { name: 'User' }).fill(user)
  await page.getByLabel('Biuwer authentication token').fill(biuwerTokens.store1)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(`${user} is linked.`).waitFor()
  expect(await page.content()).not.toContain(biuwerTokens.store1)

  // Other tests link users, too, and a page of the list has 25. Nothing can be typed beside a dialog that is on its way out.
  await dialogOf(page).waitFor({ state: 'detached' })
  await page.getByLabel('Begins with').fill(user)
  await page.getByRole('group', { name: user }).getByRole('link', { name: 'New token record' }).click()
  await heading(page, 'New token record')
  await page.getByLabel('Label').fill('Sales')
  await page.getByRole('radio', { name: /^Daily/ }).click()
  await page.getByText('Each token ends 1 hour after midnight in Europe/Madrid.').waitFor()
  await page.getByLabel('Resources').fill(resources.rentals)
  await page.locator('wa-checkbox', { hasText: HOST }).click()
  await page.getByText(`It works on ${HOST} alone.`).waitFor()
  await page.getByRole('button', { name: 'Make the token record' }).click()
  await page.getByText('It is shown once').waitFor()

  const token = (await page.locator('code.token').textContent()) ?? ''
  await page.getByRole('button', { name: 'Copy the lines' }).click()
  // The console itself may write to the clipboard and not read it.
  const elsewhere = await person.newPage()
  await elsewhere.goto(biuwer)
  const snippet = await elsewhere.evaluate(() => navigator.clipboard.readText())
  await elsewhere.close()
  const { 'biuwer-embed.js': hash } = await (
    await fetch(`${edge}/v${repository.version}/integrity.json`)
  ).json()
  expect(snippet).toBe(
    `<script type="module" src="${SCRIPT}" crossorigin integrity="${hash}"></script>\n` +
      `<biuwer-embed resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`,
  )
  expect(await attributesOf(page)).not.toContain(token)

  const shown = await host.open(snippet)
  await biuwerFrame(shown, 'Film rentals')
  const refused = await host.open(snippet, { origin: OTHER_HOST })
  await expect.poll(() => panelText(refused)).toContain('origin_not_allowed')

  await page.getByRole('link', { name: 'Why refused?' }).click()
  await page.getByLabel('What the reader sent').fill(token)
  await page.locator('explain-form').getByLabel('Website').fill(OTHER_HOST)
  await page.getByRole('button', { name: 'Check' }).click()
  await page.getByText('It would be refused.').waitFor()
  expect(await page.locator('.checks .failed').allInnerTexts()).toEqual([
    expect.stringContaining('may not be used on http://127.0.0.1'),
  ])

  await page.locator('explain-form').getByRole('link').click()
  await page.getByRole('button', { name: 'Revoke', exact: true }).click()
  const closed = nextEvent(shown, 'biuwer-error')
  await dialogOf(page).getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('The token record is revoked. It holds for new openings from').waitFor()
  expect((await closed).code).toBe('session_revoked')
  await page.getByText('It holds everywhere now.').waitFor({ timeout: 15_000 })
  await page.locator('.page-head').getByText('revoked').waitFor()
})

test('a token that was shown is gone once the page was left', async ({ openConsole }) => {
  const page = await openConsole('/new-token?user=store-1')
  await page.getByRole('button', { name: 'Make the token record' }).click()
  const token = (await page.locator('code.token').textContent()) ?? ''
  await page.getByRole('link', { name: 'Overview' }).click()
  await heading(page, 'Overview')
  await page.goBack()
  await heading(page, 'New token record')
  expect(await page.content()).not.toContain(token)
})

test('the preview opens the real resource, whatever origins are allowed, and spends nothing', async ({
  host,
  openConsole,
}) => {
  const { id, token } = await issue({ refresh: 'single-use', origins: [HOST] })
  const page = await openConsole(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Get a new token' }).click()
  await page.locator('token-preview').getByRole('textbox', { name: 'Resource' }).fill(resources.rentals)
  await page.getByRole('button', { name: 'Open it' }).click()
  await biuwerFrame(page, 'Film rentals')
  expect(await attributesOf(page)).not.toMatch(/eyJ/)
  const shown = await host.open(tagWith(token))
  await biuwerFrame(shown, 'Film rentals')
})
