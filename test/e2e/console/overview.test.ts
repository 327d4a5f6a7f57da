import { randomBytes, randomUUID } from 'node:crypto'
import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { HOST } from '../host.ts'
import { heading, rows, test } from './fixtures.ts'
import { refuse } from './refuse.ts'

const { edge, biuwerTokens, resources } = inject('stack')

/** Opens a resource, as the frame does. */
async function open(token: string): Promise<void> {
  const session_key = randomBytes(16).toString('base64url')
  const answer = await fetch(`${edge}/v1/sessions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: edge },
    body: JSON.stringify({ token, resource: resources.rentals, origin: HOST, session_key }),
  })
  expect(answer.status).toBe(201)
}

/** A user with a token record, by whose token two dashboards opened and three were refused. */
async function readerOf(label: string): Promise<string> {
  const user = `read-${randomUUID().slice(0, 8)}`
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: biuwerTokens.store1 })
  const { token } = await issue({ user, label, resources: [resources.rentals] })
  for (let count = 0; count < 2; count++) await open(token)
  for (let count = 0; count < 3; count++) await refuse(token)
  // Counts are written down some seconds after they were made.
  await expect
    .poll(async () => sum(await admin('GET', `/v1/statistics?user=${user}`)), { timeout: 30_000 })
    .toEqual([2, 3])
  return user
}

function sum({ openings }: { openings: { series: { opened: number; refused: Record<string, number> }[] } }) {
  const { series } = openings
  const all = (counts: number[]) => counts.reduce((total, count) => total + count, 0)
  return [
    all(series.map(({ opened }) => opened)),
    all(series.flatMap(({ refused }) => Object.values(refused))),
  ]
}

const card = (page: Page, title: string) =>
  page.locator('wa-card', { has: page.getByRole('heading', { name: title, exact: true }) })

test('the overview shows openings and refusals of a user at once, by time, reason and token record, and leads to them', async ({
  openConsole,
}) => {
  const label = `Sales ${randomUUID().slice(0, 8)}`
  const user = await readerOf(label)
  const page = await openConsole()
  await card(page, 'Openings and refusals').getByLabel('User', { exact: true }).fill(user)
  await expect.poll(() => page.url()).toContain(`user=${user}`)
  const openings = card(page, 'Openings and refusals')
  await openings.getByText(`Each try of ${user} to open a dashboard`).waitFor()
  await openings.getByText('Opened: 2').waitFor()
  await openings.getByText('Refused: 3').waitFor()
  // What the picture shows is a table for who does not see it.
  await openings.locator('wa-details').click()
  expect(await openings.locator('tbody tr').innerText()).toMatch(/2\s+3$/)
  await card(page, 'By token record').getByRole('link', { name: label }).waitFor()
  await card(page, 'Why it was refused')
    .getByRole('link', { name: 'The token does not open this resource.' })
    .click()
  await heading(page, 'Why was it refused?')
  await expect.poll(() => rows(page).count()).toBe(3)
})

test('the overview shows all users by the hour, and by resource; the address says of which time', async ({
  openConsole,
}) => {
  await readerOf('All')
  const page = await openConsole()
  await card(page, 'By resource').getByText(resources.rentals).waitFor()
  await page.getByRole('combobox', { name: 'Time' }).click()
  await page.getByRole('option', { name: '2 days, by the hour' }).click()
  await expect.poll(() => page.url()).toContain('range=2-hour')
  await page.locator('wa-details').first().click()
  await page.getByRole('columnheader', { name: 'Hour' }).waitFor()
  const statistics = await admin('GET', '/v1/statistics?days=1')
  await card(page, 'Token records by state')
    .getByRole('row', { name: /^revoked/ })
    .waitFor()
  expect(statistics.openings.series.length).toBeGreaterThan(0)
})

test('the overview says first what deserves attention, and leads to it', async ({ openConsole }) => {
  const name = `Ending ${randomUUID().slice(0, 8)}`
  const expires_at = new Date(Date.now() + 1_800_000).toISOString()
  await admin('POST', '/v1/keys', { name, role: 'viewer', expires_at })
  const { token } = await issue({ resources: ['page_1'] })
  for (let count = 0; count < 6; count++) await refuse(token)
  await expect
    .poll(async () => sum(await admin('GET', '/v1/statistics?days=2&by=hour'))[1], { timeout: 30_000 })
    .toBeGreaterThan(5)
  const page = await openConsole()
  const attention = page.locator('needs-attention')
  await attention.getByRole('heading', { name: 'What deserves attention' }).waitFor()
  await attention.getByRole('link', { name: `The key “${name}” ends` }).waitFor()
  await attention.getByRole('link', { name: /^Refusals are rising: \d+ in the last 24 hours/ }).click()
  await heading(page, 'Why was it refused?')
  expect(page.url()).toContain('code=')
})
