import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright'
import { beforeAll, expect } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { dialogOf, rows, test } from './fixtures.ts'

const user = `dated-${randomUUID().slice(0, 8)}`
let id: string
beforeAll(async () => {
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: randomUUID() })
  id = (await issue({ user })).id
})

/** The places with a date field, its name, and the button that sends it, once all else is filled in. */
const FIELDS: [
  where: string,
  place: () => string,
  field: string,
  button: string,
  first?: (page: Page) => Promise<void>,
][] = [
  ['whether a token record would open', () => `/tokens/${id}`, 'When', 'Check'],
  ['a new token record', () => `/new-token?user=${user}`, 'From', 'Make the token record'],
  [
    'a token record that is changed',
    () => `/tokens/${id}`,
    'To (UTC)',
    'Save',
    (page) => page.getByRole('button', { name: 'Edit' }).click(),
  ],
  ['a new key', () => '/new-key', 'End', 'Make the key', (page) => page.getByLabel('Name').fill('Dated')],
  [
    'a Biuwer token that is added',
    () => `/users/${user}`,
    'To',
    'Save',
    async (page) => {
      await rows(page).first().waitFor()
      await page.getByRole('button', { name: 'Add the next Biuwer token' }).click()
      await dialogOf(page).getByLabel('Biuwer authentication token').fill(randomUUID())
    },
  ],
]

test.for(FIELDS)(
  'a year of five digits is refused in words in the date of %s',
  async ([, place, field, button, first], { openConsole }) => {
    const page = await openConsole(place())
    await first?.(page)
    const date = page.getByLabel(field, { exact: true }).last()
    await date.fill('12026-01-01T00:00')
    await refused(page, button)
  },
)

test.for(FIELDS)(
  'a day without a year and a time is not taken for no time in the date of %s',
  async ([, place, field, button, first], { openConsole }) => {
    const page = await openConsole(place())
    await first?.(page)
    await page.getByLabel(field, { exact: true }).last().focus()
    await page.keyboard.type('0101')
    await refused(page, button)
  },
)

/** Sends what is filled in, and waits for the words that refuse it. */
async function refused(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByText('Write a day of the years 1970 to 9998').first().waitFor()
  expect(await page.locator('wa-button[loading]').count()).toBe(0)
}
