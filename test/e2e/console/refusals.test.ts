import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Page } from 'playwright'
import { describe, expect, inject } from 'vitest'
import { admin, issue } from '../edge-api.ts'
import { HOST, panelText, tagWith } from '../host.ts'
import { attributesOf, dialogOf, heading, rows, test } from './fixtures.ts'
import { refuse } from './refuse.ts'

const { edge, biuwerTokens, resources } = inject('stack')

const newUser = () => `case-${randomUUID().slice(0, 8)}`

/** Links a user, and makes a token record of that user. */
async function recordOf(user: string, request: Record<string, unknown> = {}) {
  await admin('PUT', `/v1/users/${user}`, { biuwer_token: biuwerTokens.store1 })
  return issue({ user, label: `Shop of ${user}`, ...request })
}

const box = (page: Page) => page.getByLabel('What the reader sent')

async function findOut(page: Page, text: string): Promise<void> {
  await box(page).fill(text)
  await page.getByRole('button', { name: 'Find out' }).click()
}

/** Lets the page believe that its tab is seen, or is not. */
const see = (page: Page, visibility: DocumentVisibilityState) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, visibility)

/** The text of what has the focus. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent?.trim())

const card = (page: Page) => page.locator('refusal-card')

describe('somebody who gives support and knows nothing of the case', () => {
  test('pastes what the panel copied, sees what was tried and why it failed, and mends it there', async ({
    host,
    newPerson,
    openConsole,
  }) => {
    const user = newUser()
    const { id, token } = await recordOf(user, { resources: ['page_1'] })
    const reader = await newPerson({ permissions: ['clipboard-read', 'clipboard-write'] })
    const shown = await host.open(tagWith(token), { visitor: reader })
    await expect.poll(() => panelText(shown)).toContain('resource_not_allowed')
    await shown.getByRole('button', { name: 'Copy report' }).click()
    await shown.getByRole('button', { name: 'Copied' }).waitFor()
    const report = await shown.evaluate(() => navigator.clipboard.readText())

    const page = await openConsole('/explain')
    await findOut(page, `Good morning, this is what I see:\n\n${report}\n\nThank you`)
    await card(page).getByRole('heading', { name: 'The token does not open this resource.' }).waitFor()
    await card(page)
      .getByText(`${user} tried to open the resource ${resources.rentals} on ${HOST}.`)
      .waitFor()
    await card(page)
      .getByRole('link', { name: `Shop of ${user}` })
      .waitFor()
    await card(page).getByText('would be refused too').waitFor()
    await page.getByRole('heading', { name: 'What the report says' }).waitFor()
    // The address holds the request alone.
    expect(page.url()).toMatch(/#\/explain\?request=req_[\w-]+$/)

    await card(page).getByRole('button', { name: 'Let the token record open it' }).click()
    await expect
      .poll(() => dialogOf(page).getByLabel('Resources').inputValue())
      .toBe(`page_1\n${resources.rentals}`)
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await card(page).getByText('A token that the record gives out now would open.').waitFor()
    await dialogOf(page).waitFor({ state: 'detached' })
    // The button that was pressed is gone; the reader of the answer stays at the answer.
    await expect.poll(() => focused(page)).toBe('The token does not open this resource.')
    expect((await admin('GET', `/v1/tokens/${id}`)).resources).toEqual(['page_1', resources.rentals])
  })

  test('links a user whom a signer’s token names, from the request id alone', async ({ openConsole }) => {
    const user = newUser()
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'first' }]
    const name = `Backend ${user}`
    const signer = await admin('POST', '/v1/signers', { name, keys: { keys } })
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: signer.id, aud: edge, sub: user, iat, exp: iat + 120, jti: randomUUID() }
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'first' })
      .sign(privateKey)
    const request = await refuse(token, resources.rentals)

    const page = await openConsole('/explain')
    await findOut(page, `user_not_linked ${request}`)
    await card(page).getByRole('heading', { name: 'The user is not linked to Biuwer.' }).waitFor()
    await card(page).getByRole('link', { name }).waitFor()
    await card(page).getByRole('button', { name: 'Link the user' }).click()
    expect(await dialogOf(page).getByRole('textbox', { name: 'User' }).inputValue()).toBe(user)
    await dialogOf(page).getByLabel('Biuwer authentication token').fill(biuwerTokens.store1)
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await card(page).getByText(`${user} is linked.`).waitFor()
    expect((await admin('GET', `/v1/users/${user}`)).user).toBe(user)
  })

  test('adds a Biuwer token where the user’s have ended', async ({ openConsole }) => {
    const user = newUser()
    const { token } = await recordOf(user)
    const to = new Date(Date.now() + 1500).toISOString()
    await admin('PUT', `/v1/users/${user}`, { biuwer_token: randomUUID(), to })
    await expect
      .poll(async () => (await admin('GET', `/v1/users/${user}`)).biuwer_token_status)
      .toBe('expired')
    const request = await refuse(token, resources.rentals)

    const page = await openConsole(`/explain?request=${request}`)
    await card(page).getByRole('heading', { name: 'The user’s Biuwer token has ended.' }).waitFor()
    await card(page).getByRole('button', { name: 'Add a Biuwer token' }).click()
    await dialogOf(page).getByLabel('Biuwer authentication token').fill(biuwerTokens.store1)
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await card(page).getByText('A token that the record gives out now would open.').waitFor()
  })

  test('is led from a spent token to its record, and from a revoked record to a new one', async ({
    openConsole,
  }) => {
    const user = newUser()
    const { id, token } = await recordOf(user)
    await admin('DELETE', `/v1/tokens/${id}`)
    await expect.poll(async () => (await admin('POST', `/v1/tokens/${id}/explain`, {})).allowed).toBe(false)
    let request = ''
    await expect
      .poll(async () => {
        request = await refuse(token)
        return (await admin('GET', `/v1/refusals?request_id=${request}`)).items[0]?.code
      })
      .toBe('token_revoked')
    const page = await openConsole(`/explain?request=${request}`)
    await card(page).getByRole('heading', { name: 'The token was revoked or replaced.' }).waitFor()
    await card(page).getByRole('link', { name: 'Make another token record' }).click()
    await heading(page, 'New token record')
    expect(await page.getByLabel('User', { exact: true }).inputValue()).toBe(user)
  })

  test('is told that the settings keep a website out, which no token record can change', async ({
    openConsole,
  }) => {
    const { token } = await recordOf(newUser())
    const request = await refuse(token, resources.rentals, 'https://stranger.example.com')
    const page = await openConsole(`/explain?request=${request}`)
    await card(page).getByText('not among those that may show dashboards at all').waitFor()
    await card(page).getByText('would be refused too').waitFor()
    const buttons = await card(page).locator('wa-button').allInnerTexts()
    expect(buttons.map((text) => text.trim())).toEqual(['Check again'])
  })

  test('is told what nobody remembers, what another service refused, and what is no case at all', async ({
    openConsole,
  }) => {
    const page = await openConsole('/explain')
    await findOut(page, 'It does not work')
    await page.getByText('There is no report, no request id and no token in this text.').waitFor()

    await findOut(page, 'req_AAAAAAAAAAAAAAAAAAAAAA')
    await page.getByText('Nothing is remembered of the request req_AAAAAAAAAAAAAAAAAAAAAA.').waitFor()

    const report = {
      page: 'https://app.example.com',
      edge: 'https://elsewhere.example.com',
      code: 'frame_blocked',
      requestId: null,
      checks: [
        { check: 'setup', ok: true, detail: 'In order.' },
        { check: 'frame_policy', ok: false, detail: 'Add it to frame-src.' },
      ],
    }
    await findOut(page, JSON.stringify(report))
    await page.getByRole('heading', { name: 'The website’s own rules keep the dashboard out.' }).waitFor()
    await page.getByText('another service, https://elsewhere.example.com').waitFor()
    await expect.poll(() => focused(page)).toBe('The website’s own rules keep the dashboard out.')
    // What is wrong comes first.
    expect(await page.locator('ul.checks li').first().innerText()).toContain('Add it to frame-src.')
    expect(page.url()).not.toContain('request')
  })

  test('pastes a token as before: it is taken out of sight, and stays out of the address', async ({
    openConsole,
  }) => {
    const { token, id } = await recordOf(newUser(), { resources: ['page_1'] })
    const page = await openConsole('/explain')
    await box(page).fill(`<biuwer-embed token="${token}">`)
    await page.getByText('A token was read.').waitFor()
    expect(await box(page).inputValue()).toBe('')
    await page.locator('explain-form').getByLabel('Resource').fill('page_2')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByText('It would be refused.').waitFor()
    await page.getByText('It does not open this resource.').waitFor()
    await page.getByRole('link', { name: id }).waitFor()
    expect(page.url()).toMatch(/#\/explain$/)
    expect(await attributesOf(page)).not.toContain(token)
  })

  test('pastes a token that is refused, and mends it there as with a request id', async ({ openConsole }) => {
    const { token, id } = await recordOf(newUser(), { resources: ['page_1'] })
    const page = await openConsole('/explain')
    const form = page.locator('explain-form')
    await box(page).fill(token)
    await form.getByLabel('Resource').fill('page_2')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await form.getByRole('button', { name: 'Let the token record open it' }).click()
    await expect.poll(() => dialogOf(page).getByLabel('Resources').inputValue()).toBe('page_1\npage_2')
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await form.getByText('The change is saved.').waitFor()
    await dialogOf(page).waitFor({ state: 'detached' })
    // The token itself stays as it is: a new one has to be given out.
    await form.getByRole('button', { name: 'Let the token record open it' }).waitFor({ state: 'detached' })
    await form.getByRole('link', { name: id }).waitFor()
    await form.getByText('It would be refused.').waitFor()
    await expect.poll(() => focused(page)).toBe('Why was it refused?')
    expect((await admin('GET', `/v1/tokens/${id}`)).resources).toEqual(['page_1', 'page_2'])
  })

  test('pastes a token whose user is not linked any more, links the user, and sees that it opens', async ({
    openConsole,
  }) => {
    const user = newUser()
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'first' }]
    const signer = await admin('POST', '/v1/signers', { name: `Backend ${user}`, keys: { keys } })
    const iat = Math.floor(Date.now() / 1000)
    const claims = { iss: signer.id, aud: edge, sub: user, iat, exp: iat + 120, jti: randomUUID() }
    const header = { alg: 'ES256', kid: 'first' }
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(privateKey)

    const page = await openConsole('/explain')
    const form = page.locator('explain-form')
    await box(page).fill(token)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await form.getByRole('link', { name: signer.id }).waitFor()
    await form.getByRole('button', { name: 'Link the user' }).click()
    await dialogOf(page).getByLabel('Biuwer authentication token').fill(biuwerTokens.store1)
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await form.getByText('It would open.').waitFor()
    await form.getByText(`${user} is linked.`).waitFor()
  })

  test('reads of a website that the settings keep out, whose token was pasted, that no record helps', async ({
    openConsole,
  }) => {
    const { token } = await recordOf(newUser())
    const page = await openConsole('/explain')
    const form = page.locator('explain-form')
    await box(page).fill(token)
    await form.getByLabel('Website').fill('https://stranger.example.com')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await form.getByText('not among those that may show dashboards at all').waitFor()
    expect(await form.getByRole('button', { name: 'Let the token record be used there' }).count()).toBe(0)
  })
})

describe('the list of the last refusals', () => {
  test('shows a refusal by itself and says so, but not while it is paused or out of sight', async ({
    newPerson,
    openConsole,
  }) => {
    const user = newUser()
    const { token } = await recordOf(user, { resources: ['page_1'] })
    await refuse(token)
    const person = await newPerson()
    await person.clock.install()
    const page = await openConsole(`/explain?user=${user}`, { person })
    const asked: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/v1/refusals')) asked.push(request.url())
    })
    /** How often the list is asked for in a minute. */
    const askedInMinute = async () => {
      asked.length = 0
      await person.clock.runFor(60_000)
      return asked.length
    }
    await expect.poll(() => rows(page).count()).toBe(1)

    await refuse(token)
    await person.clock.runFor(10_000)
    await page.getByRole('status').getByText('1 new refusal').waitFor()
    expect(await rows(page).count()).toBe(2)

    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused.').waitFor()
    await refuse(token)
    expect(await askedInMinute()).toBe(0)
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.poll(() => rows(page).count()).toBe(3)

    await see(page, 'hidden')
    await refuse(token)
    expect(await askedInMinute()).toBe(0)
    await see(page, 'visible')
    await expect.poll(() => rows(page).count()).toBe(4)
  })

  test('is narrowed by user and reason, and leads to each refusal', async ({ openConsole }) => {
    const user = newUser()
    const { token } = await recordOf(user, { resources: ['page_1'] })
    await refuse(token, 'page_1', 'https://stranger.example.com')
    await refuse(token, 'page_2')
    const page = await openConsole('/explain')
    await page
      .getByRole('searchbox', { name: 'User' })
      .or(page.getByLabel('User', { exact: true }))
      .first()
      .fill(user)
    await expect.poll(() => rows(page).count()).toBe(2)
    await page.getByRole('combobox', { name: 'Reason' }).click()
    await page.getByRole('option', { name: 'The token does not open this resource.' }).click()
    await expect.poll(() => rows(page).count()).toBe(1)
    await rows(page).getByRole('link', { name: 'The token does not open this resource.' }).click()
    await card(page).getByText(`${user} tried to open the resource page_2`).waitFor()
    expect(page.url()).toMatch(/request=req_/)
    expect(page.url()).toContain(`user=${user}`)
  })

  test('names to a key for some users theirs alone', async ({ openConsole }) => {
    const [mine, other] = [newUser(), newUser()]
    const refused = []
    for (const user of [mine, other])
      refused.push(await refuse((await recordOf(user, { resources: ['page_1'] })).token))
    const { key } = await admin('POST', '/v1/keys', { name: 'Support', role: 'viewer', users: [mine] })
    const page = await openConsole('/explain', { adminKey: key })
    await expect.poll(() => rows(page).count()).toBe(1)
    expect(await rows(page).innerText()).toContain(mine)
    await findOut(page, refused[1] ?? '')
    await page.getByText('Nothing is remembered of the request').waitFor()
  })
})
