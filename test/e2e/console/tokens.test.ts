import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest'
import { startEdge } from '../../../demo/run/edge.ts'
import { freePort } from '../../../demo/run/ports.ts'
import { asDotenv, digestOf, makeSecrets } from '../../../demo/run/secrets.ts'
import { admin, issue, linkStores } from '../edge-api.ts'
import { biuwerFrame, HOST, Host, nextEvent, panelText } from '../host.ts'
import { attributesOf, Console, signIn } from './page.ts'

const { edge, adminKey, biuwerTokens, resources } = inject('stack')

let desk: Console
let host: Host
beforeAll(async () => {
  await linkStores()
  desk = await Console.start()
  host = await Host.start()
})
afterAll(async () => {
  await desk.stop()
  await host.stop()
})
afterEach(() => {
  expect(desk.complaints).toEqual([])
})

const close = (page: Page) => page.context().close()
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
/** What stands in a dialog is slotted into it: no descendant of the `<dialog>` itself. */
const dialogOf = (page: Page) => page.locator('wa-dialog[open]')
const rows = (page: Page) => page.locator('tbody tr')

describe('signing in', () => {
  test('tells a wrong key plainly, and takes a right one', async () => {
    const page = await (await desk.person()).newPage()
    await page.goto(`${edge}/console`)
    for (const wrong of ['wrong', 'schlüssel']) {
      await page.getByLabel('Admin key').fill(wrong)
      await page.keyboard.press('Enter')
      await page.locator('sign-in wa-button[type=submit]:not([loading])').waitFor()
      await page.getByRole('alert').getByText('does not take this key').waitFor()
    }
    await signIn(page, adminKey)
    await heading(page, 'Overview')
    await close(page)
  })

  test('keeps the key in memory alone: no cookie, no storage, no attribute, no address', async () => {
    const page = await desk.open('/users')
    await heading(page, 'Users')
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage, name }))
    const cookies = await page.context().cookies()
    for (const place of [kept, await attributesOf(page), page.url()]) expect(place).not.toContain(adminKey)
    expect(cookies).toEqual([])
    await page.reload()
    await page.getByLabel('Admin key').waitFor()
    await close(page)
  })

  test('outlasts a reload where the person says so, until they sign out', async () => {
    const page = await desk.open('/users', { keep: true })
    await page.reload()
    await heading(page, 'Users')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out').waitFor()
    await page.reload()
    await page.getByLabel('Admin key').waitFor()
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
    await close(page)
  })

  test('stands under a policy that lets nothing in but the edge itself', async () => {
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
})

describe("a customer's first day", () => {
  test('links a user, makes a token, pastes the snippet, finds out why another is refused, revokes', async () => {
    const user = `first-${randomUUID().slice(0, 8)}`
    const person = await desk.person({ permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await desk.open('', { person })

    await page.getByRole('link', { name: 'Users' }).click()
    await page.getByRole('button', { name: 'Link a user' }).click()
    await page.getByRole('textbox', { name: 'User' }).fill(user)
    await page.getByLabel('Biuwer authentication token').fill(biuwerTokens.store1)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(`${user} is linked.`).waitFor()
    expect(await page.content()).not.toContain(biuwerTokens.store1)

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
    await page.getByRole('button', { name: 'Copy the snippet' }).click()
    const snippet = await page.evaluate(() => navigator.clipboard.readText())
    const { 'biuwer-embed.js': hash } = await (await fetch(`${edge}/v0.1.0/integrity.json`)).json()
    expect(snippet).toBe(
      `<script type="module" src="${edge}/v0.1.0/biuwer-embed.js" crossorigin integrity="${hash}"></script>\n` +
        `<biuwer-embed resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`,
    )
    expect(await attributesOf(page)).not.toContain(token)

    const shown = await host.open(snippet)
    await biuwerFrame(shown, 'Film rentals')
    const refused = await host.open(snippet, { origin: HOST.replace('localhost', '127.0.0.1') })
    await expect.poll(() => panelText(refused)).toContain('origin_not_allowed')

    await page.getByRole('link', { name: 'Why refused?' }).click()
    await page.getByLabel('Token', { exact: true }).fill(token)
    await page.getByLabel('Website').fill(HOST.replace('localhost', '127.0.0.1'))
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
    await page.getByText('It holds everywhere now.').waitFor()
    await page.locator('.page-head').getByText('revoked').waitFor()
    for (const opened of [shown, refused, page]) await close(opened)
  })

  test('a token that was shown is gone once the page was left', async () => {
    const page = await desk.open('/new-token?user=store-1')
    await page.getByRole('button', { name: 'Make the token record' }).click()
    const token = (await page.locator('code.token').textContent()) ?? ''
    await page.getByRole('link', { name: 'Overview' }).click()
    await heading(page, 'Overview')
    await page.goBack()
    await heading(page, 'New token record')
    expect(await page.content()).not.toContain(token)
    await close(page)
  })

  test('the preview opens the real resource, whatever origins are allowed, and spends nothing', async () => {
    const { id, token } = await issue({ refresh: 'single-use', origins: [HOST] })
    const page = await desk.open(`/tokens/${id}`)
    await page.getByRole('button', { name: 'Get a new token' }).click()
    await page.locator('token-preview').getByRole('textbox', { name: 'Resource' }).fill(resources.rentals)
    await page.getByRole('button', { name: 'Open it' }).click()
    await biuwerFrame(page, 'Film rentals')
    expect(await attributesOf(page)).not.toMatch(/eyJ/)
    const shown = await host.open(
      `<biuwer-embed resource-id="${resources.rentals}" token="${token}"></biuwer-embed>`,
    )
    await biuwerFrame(shown, 'Film rentals')
    for (const opened of [shown, page]) await close(opened)
  })
})

describe('tokens', () => {
  test('are found by text and state; the address says what is shown, back and forward work', async () => {
    const mark = randomUUID().slice(0, 8)
    const { id } = await issue({ label: `Sales ${mark}` })
    await issue({ label: `Stock ${mark}` })
    await admin('DELETE', `/v1/tokens/${id}`)
    const page = await desk.open('/tokens')
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
    await close(page)
  })

  test('are paged by cursor', async () => {
    const user = `many-${randomUUID().slice(0, 8)}`
    await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
    for (let count = 0; count < 26; count++) await issue({ user, label: `n${count}` })
    const page = await desk.open(`/tokens?user=${user}`)
    await expect.poll(() => rows(page).count()).toBe(25)
    await page
      .getByRole('button', { name: 'Next' })
      .or(page.getByRole('link', { name: 'Next' }))
      .click()
    await expect.poll(() => rows(page).count()).toBe(1)
    await page.getByText('Back to the first page').click()
    await expect.poll(() => rows(page).count()).toBe(25)
    await close(page)
  })

  test('show their rotations and audit, and the end of the current token', async () => {
    const { id } = await issue({ refresh: 'daily', time_zone: 'Asia/Kolkata', overlap: 0 })
    const page = await desk.open(`/tokens/${id}`)
    await page.getByRole('button', { name: 'Rotate' }).click()
    await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
    await page.getByText('The token record is rotated.').waitFor()
    await page.getByText('It was rotated 1 time.').waitFor()
    await page
      .getByText(/12:00 AM \(Asia\/Kolkata\)/)
      .first()
      .waitFor()
    await expect
      .poll(() => page.locator('tbody tr').allInnerTexts())
      .toEqual([
        expect.stringContaining('token record rotated'),
        expect.stringContaining('token record made'),
      ])
    await close(page)
  })

  test('that a mistake keeps from being made say so at the field, and keep what was typed', async () => {
    const page = await desk.open('/new-token?user=store-1')
    await page.getByLabel('Resources').fill('not a resource')
    await page.getByLabel('To', { exact: true }).fill('20266-01-01T00:00')
    await page.getByRole('button', { name: 'Make the token record' }).click()
    await page.locator('.mistake', { hasText: 'Pass an RFC 3339 time' }).waitFor()
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00')
    await page.getByRole('button', { name: 'Make the token record' }).click()
    await page.locator('.mistake', { hasText: 'A resource id is' }).waitFor()
    await page.locator('.mistake', { hasText: 'has to be in the future' }).waitFor()
    expect(await page.getByLabel('Resources').inputValue()).toBe('not a resource')
    await close(page)
  })

  test('of a user who is not linked yet are made once the user is, on the same page', async () => {
    const user = `late-${randomUUID().slice(0, 8)}`
    const page = await desk.open(`/new-token?user=${user}`)
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
    await close(page)
  })
})

describe('two people who edit one token', () => {
  const label = (page: Page) => dialogOf(page).getByLabel('Label')

  test('see what the other did before anything is overwritten', async () => {
    const { id } = await issue({ label: 'before' })
    const [ana, ben] = await Promise.all([desk.open(`/tokens/${id}`), desk.open(`/tokens/${id}`)])
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
    for (const page of [ana, ben]) await close(page)
  })

  test("may take the other's, and change no more than what they touched", async () => {
    const { id } = await issue({ label: 'before', to: '2037-01-01T00:00:30Z' })
    const page = await desk.open(`/tokens/${id}`)
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
    await close(page)
  })
})

test('a token that somebody else rotated is not rotated again unseen', async () => {
  const { id } = await issue()
  const page = await desk.open(`/tokens/${id}`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  await admin('POST', `/v1/tokens/${id}/refresh`, { rotate: true })
  await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
  await page.getByText('Somebody else changed it meanwhile.').waitFor()
  await page.getByText('It was rotated 1 time.').waitFor()
  expect((await admin('GET', `/v1/tokens/${id}`)).generation).toBe(2)
  await close(page)
})

describe('a connection that breaks off', () => {
  /** Lets requests through and loses their answers, as a network does. */
  const loseAnswers = (page: Page, to: RegExp, method: string) =>
    page.route(to, async (route) => {
      if (route.request().method() !== method) return route.fallback()
      await route.fetch()
      await route.abort('connectionreset')
    })

  test('after a token was made: the form sent again is the same token', async () => {
    const user = `lost-${randomUUID().slice(0, 8)}`
    await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
    const page = await desk.open(`/new-token?user=${user}`)
    await loseAnswers(page, /\/v1\/tokens$/, 'POST')
    await page.getByRole('button', { name: 'Make the token record' }).click()
    await page.getByText('The edge could not be reached').waitFor()
    await page.unroute(/\/v1\/tokens$/)
    await page.getByRole('button', { name: 'Make the token record' }).click()
    await page.locator('code.token').waitFor()
    expect((await admin('GET', `/v1/tokens?user=${user}`)).items).toHaveLength(1)
    await close(page)
  })

  test('after a rotation: it is not rotated twice, and the page shows how it stands', async () => {
    const { id } = await issue()
    const page = await desk.open(`/tokens/${id}`)
    await loseAnswers(page, /\/refresh$/, 'POST')
    await page.getByRole('button', { name: 'Rotate' }).click()
    await dialogOf(page).getByRole('button', { name: 'Rotate' }).click()
    await page.getByText('The connection broke off, so it may have been done.').waitFor()
    await page.getByText('It was rotated 1 time.').waitFor()
    await close(page)
  })

  test('in the middle of an import: what is done stays done, and it goes on', async () => {
    const mark = randomUUID().slice(0, 8)
    const page = await desk.open('/import')
    const names = Array.from({ length: 40 }, (_, index) => `u${mark}-${String(index).padStart(2, '0')}`)
    await page.getByLabel('CSV file').setInputFiles({
      name: 'users.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(names.map((name) => `${name},token-of-${name}`).join('\n')),
    })
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
    await close(page)
  })
})

describe('a key that the edge takes no longer', () => {
  test('is asked for anew over the page, and what was under way goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'biuwer-embed-console-'))
    const { edge: settings, host: secrets } = makeSecrets()
    const [former, latter] = [randomUUID(), secrets.DEMO_ADMIN_KEY]
    const envFile = join(folder, 'edge.env')
    const port = await freePort(18890)
    const start = (...keys: string[]) => {
      writeFileSync(envFile, asDotenv({ ...settings, ADMIN_KEYS: keys.map(digestOf).join(' ') }), {
        mode: 0o600,
      })
      return startEdge({ port, persistTo: join(folder, 'state'), envFile, vars: {} })
    }
    let running = await start(former, latter)
    try {
      const page = await desk.open('/users', { edge: running.origin, adminKey: former })
      await page.getByRole('button', { name: 'Link a user' }).click()
      const dialog = page.locator('link-user')
      await dialog.getByRole('textbox', { name: 'User' }).fill('store-1')
      await dialog.getByLabel('Biuwer authentication token').fill('abc')
      await running.stop()
      running = await start(latter)
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('The edge takes this key no longer').waitFor()
      await signIn(page, latter)
      await page.getByText('store-1 is linked.').waitFor()
      await close(page)
    } finally {
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('users', () => {
  test('are unlinked after it was said what goes with them', async () => {
    const user = `leaving-${randomUUID().slice(0, 8)}`
    await admin('PUT', `/v1/users/${user}`, { biuwer_token: 'abc' })
    const page = await desk.open(`/users?prefix=${user}`)
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
    await close(page)
  })

  test('who are linked already are told of before their Biuwer token is replaced', async () => {
    const page = await desk.open('/users')
    await page.getByRole('button', { name: 'Link a user' }).click()
    await dialogOf(page).getByRole('textbox', { name: 'User' }).fill('store-2')
    await page.keyboard.press('Tab')
    await page.getByText('store-2 is linked already. Saving replaces the Biuwer token.').waitFor()
    await close(page)
  })

  test('are imported from a table after a dry run that changes nothing, with a result for each row', async () => {
    const mark = randomUUID().slice(0, 8)
    const page = await desk.open('/import')
    await page.getByLabel('CSV file').setInputFiles({
      name: 'users.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        `user,biuwer_token\nnew-${mark},abc\nstore-1,${biuwerTokens.store1}\nnot a user,abc\nnew-${mark},def\n`,
      ),
    })
    await page.getByRole('button', { name: 'Dry run' }).click()
    await page.getByText('would be linked').first().waitFor()
    await page.getByText('is linked; the Biuwer token would be replaced').first().waitFor()
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
    await close(page)
  })

  test('are exported, without what is secret', async () => {
    const page = await desk.open('/users')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export' }).click()
    const csv = await readFile(await (await download).path(), 'utf8')
    expect(csv).toMatch(/^user,linked_at,updated_at,live_tokens\r\n/)
    expect(csv).toContain('\r\nstore-1,')
    expect(csv).not.toContain(biuwerTokens.store1)
    await close(page)
  })
})

test('the overview counts what the edge knows, and says what it can not read', async () => {
  const page = await desk.open()
  await page.getByText('Openings are counted, but this deployment can not read them').waitFor()
  const { tokens } = await admin('GET', '/v1/statistics')
  await page.getByRole('link', { name: `revoked ${tokens.revoked}` }).waitFor()
  await page.locator('wa-details').first().click()
  await page.getByRole('columnheader', { name: 'token record made' }).waitFor()
  await page.getByRole('combobox', { name: 'Days' }).click()
  await page.getByRole('option', { name: '7 days' }).click()
  await expect.poll(() => page.url()).toContain('#/?days=7')
  await close(page)
})

test('the keyboard alone does: skip, open a dialog, leave it, and be back where one was', async () => {
  const page = await desk.open('/users')
  await rows(page).first().waitFor()
  await page.getByRole('link', { name: 'Skip to the content' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
  await expect.poll(focused).toBe('Link a user')
  await page.getByRole('link', { name: 'Audit trail' }).press('Enter')
  await page.locator('main h1:focus', { hasText: 'Audit trail' }).waitFor()
  expect(await page.title()).toBe('Audit trail · biuwer-embed console')
  await close(page)
})
