import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { startEdge } from '../../../demo/run/edge.ts'
import { asDotenv, digestOf, makeSecrets } from '../../../demo/run/secrets.ts'
import { reservePort } from '../reserved-ports.ts'
import { attributesOf, heading, signIn, test } from './fixtures.ts'

const { edge, adminKey } = inject('stack')

test('the sign-in tells that a key is wrong, and takes a right one', async ({ newPerson }) => {
  const page = await (await newPerson()).newPage()
  await page.goto(`${edge}/console`)
  for (const wrong of ['wrong', 'schlüssel']) {
    await page.getByLabel('Key', { exact: true }).fill(wrong)
    await page.keyboard.press('Enter')
    await page.locator('sign-in wa-button[type=submit]:not([loading])').waitFor()
    await page.getByRole('alert').getByText('This key is not accepted').waitFor()
  }
  await signIn(page, adminKey)
  await heading(page, 'Overview')
})

test('the console keeps the key in memory alone: no cookie, no storage, no attribute, no address', async ({
  openConsole,
}) => {
  const page = await openConsole('/users')
  await heading(page, 'Users')
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage, name }))
  const cookies = await page.context().cookies()
  for (const place of [kept, await attributesOf(page), page.url()]) expect(place).not.toContain(adminKey)
  expect(cookies).toEqual([])
  await page.reload()
  await page.getByLabel('Key', { exact: true }).waitFor()
})

test('a person who chooses to stay signed in is so after a reload, until they sign out', async ({
  openConsole,
}) => {
  const page = await openConsole('/users', { keep: true })
  await page.reload()
  await heading(page, 'Users')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out').waitFor()
  await page.reload()
  await page.getByLabel('Key', { exact: true }).waitFor()
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})

test('the policy of the console lets nothing in but what comes from the edge itself', async () => {
  const { headers } = await fetch(`${edge}/console`)
  const policy = headers.get('content-security-policy')?.split('; ') ?? []
  expect(policy).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]),
  )
  expect(policy.join()).not.toMatch(/unsafe|https?:|\*/)
})

test('what waited for a key goes on when the edge takes that key again, and is dropped where another signs in', async ({
  openConsole,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-console-'))
  const { edge: settings, host: secrets } = makeSecrets()
  const [former, latter] = [randomUUID(), secrets.DEMO_ADMIN_KEY]
  const envFile = join(folder, 'edge.env')
  const { port, release } = await reservePort()
  const start = (...keys: string[]) => {
    writeFileSync(envFile, asDotenv({ ...settings, ADMIN_KEYS: keys.map(digestOf).join(' ') }), {
      mode: 0o600,
    })
    return startEdge({ port, persistTo: join(folder, 'state'), envFile, vars: {} })
  }
  let running = await start(former, latter)
  try {
    const page = await openConsole('/users', { edge: running.origin, adminKey: former })
    /** Links a user while the edge takes none but these keys. */
    const linkWhile = async (user: string, ...keys: string[]) => {
      await page.getByRole('button', { name: 'Link a user' }).click()
      await page.locator('link-user').getByRole('textbox', { name: 'User' }).fill(user)
      await page.locator('link-user').getByLabel('Biuwer authentication token').fill('abc')
      await running.stop()
      running = await start(...keys)
      await page.locator('link-user').getByRole('button', { name: 'Save' }).click()
      await page.getByText('This key is accepted no longer').waitFor()
      expect(await page.content()).not.toContain(user)
    }
    await linkWhile('store-1', latter)
    await running.stop()
    running = await start(former, latter)
    await signIn(page, former)
    await page.getByText('store-1 is linked.').waitFor()

    await linkWhile('store-2', latter)
    await signIn(page, latter)
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await page.locator('tbody tr', { hasText: 'store-1' }).waitFor()
    expect(await page.content()).not.toContain('store-2')
  } finally {
    await running.stop()
    await release()
    rmSync(folder, { recursive: true, force: true })
  }
}, 180_000)
