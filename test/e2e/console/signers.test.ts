import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import type { Page } from 'playwright'
import { expect, inject } from 'vitest'
import { admin } from '../edge-api.ts'
import { biuwerFrame } from '../host.ts'
import { attributesOf, dialogOf, heading, rows, test } from './fixtures.ts'

const { edge, hostPorts, resources } = inject('stack')
const host = `http://localhost:${hostPorts[0]}`

const newPair = (alg = 'ES256') => generateKeyPair(alg, { extractable: true })

/** A signer with one key, made over the API, and what signs for it. */
async function signerOf(request: Record<string, unknown> = {}) {
  const { publicKey, privateKey } = await newPair()
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'first' }]
  const name = `Backend ${randomUUID()}`
  const signer = await admin('POST', '/v1/signers', { name, keys: { keys }, ...request })
  return { signer, name, privateKey }
}

/** A token as a host signs it. */
function sign(privateKey: CryptoKey, iss: string, kid: string, claims: Record<string, unknown> = {}) {
  const iat = Math.floor(Date.now() / 1000)
  const all = { iss, aud: edge, sub: 'store-1', iat, exp: iat + 120, jti: randomUUID(), ...claims }
  return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
}

const present = (id: string) => admin('GET', `/v1/signers/${id}`)
const kidsOf = async (id: string) => (await present(id)).keys.keys.map(({ kid }: { kid: string }) => kid)
const keyBox = (page: Page) => page.getByLabel('Public key', { exact: true })
const keyRow = (page: Page, kid: string) => rows(page).filter({ hasText: kid })

async function check(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token', { exact: true }).fill(token)
  await page.getByLabel('Website').fill(host)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
}

test('a signer is made from a PEM, its page says what it may do, and a token of it is tried', async ({
  newPerson,
  openConsole,
}) => {
  const name = `Backend ${randomUUID()}`
  const { publicKey, privateKey } = await newPair()
  const pem = await exportSPKI(publicKey)
  const thumbprint = await calculateJwkThumbprint(await exportJWK(publicKey))
  const kid = thumbprint.slice(0, 16)
  const person = await newPerson({ permissions: ['clipboard-read', 'clipboard-write'] })
  const page = await openConsole('/signers', { person })
  await page.locator('signers-page').getByRole('link', { name: 'New signer' }).click()
  await heading(page, 'New signer')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await keyBox(page).fill(pem)
  await page.getByText('An elliptic-curve key, ES256').waitFor()
  await page.getByText(thumbprint).waitFor()
  expect(await page.getByLabel('Name of the key').inputValue()).toBe(kid)
  await page.getByLabel('Users').fill('store-*')
  await page.locator('wa-checkbox', { hasText: host }).click()
  await page.getByText(`for users that begin with store-, for any resource, on ${host} alone.`).waitFor()
  await page.getByRole('button', { name: 'Make the signer' }).click()
  await page.getByText('The signer is made').waitFor()
  const [settings, code] = [page.locator('code.settings'), page.locator('code.sample')]
  expect(await settings.textContent()).toContain(`EDGE=${edge}\nSIGNER_ID=sig_`)
  expect(await settings.textContent()).toContain(`SIGNER_KEY_ID=${kid}\n`)
  await page.getByLabel('Language and library').selectOption('Python, PyJWT')
  await page.getByRole('button', { name: 'Copy the code' }).click()
  await page.getByText('Copied').waitFor()
  expect(await code.textContent()).toContain('jwt.encode(claims, key, algorithm="ES256"')
  await page.getByLabel('Language and library').selectOption('PHP, OpenSSL')
  await page.getByText('This library does not sign with ES256.').waitFor()

  await page.getByRole('link', { name: 'The signer’s page' }).click()
  await heading(page, name)
  const id = decodeURIComponent(new URL(page.url()).hash.split('/').pop() ?? '')
  expect(await present(id)).toMatchObject({ name, users: ['store-*'], origins: [host], single_use: true })
  await page.getByText('Its holder may sign for users that begin with store-').waitFor()
  await page.getByText('Each token is for one page view and ends at most 5 minutes').waitFor()
  await keyRow(page, kid).getByText(thumbprint).waitFor()

  const token = await sign(privateKey, id, kid)
  await check(page, token)
  await page.getByText('It would open.').waitFor()
  expect(await page.locator('.checks strong').allTextContents()).toEqual([
    'Signature',
    'Validity',
    'Website',
    'Revocation',
    'User',
    'Biuwer’s token',
    'Single use',
  ])
  expect(await attributesOf(page)).not.toContain(token)
  expect(page.url()).not.toContain(token)
  await check(page, await sign(privateKey, id, kid, { sub: 'other' }))
  await page.getByText('It would be refused.').waitFor()
  expect(await page.locator('.checks .failed strong').allTextContents()).toEqual(['User'])
  await check(page, await sign(privateKey, id, kid, { aud: 'https://elsewhere.example' }))
  await page.getByText('The signature holds, but "aud" has to be').waitFor()
})

test('what a signer may open is tried with the real tag', async ({ openConsole }) => {
  const { signer } = await signerOf({ users: ['store-*'] })
  const page = await openConsole(`/signers/${signer.id}`)
  const preview = page.locator('token-preview')
  await preview.getByLabel('User').fill('store-1')
  await preview.getByLabel('Resource').fill(resources.rentals)
  await preview.getByRole('button', { name: 'Open it' }).click()
  await biuwerFrame(page, 'Film rentals')
  expect(await attributesOf(page)).not.toMatch(/eyJ/)
})

test('the list shows signers, and “Why refused?” explains their tokens', async ({ openConsole }) => {
  const { signer, name, privateKey } = await signerOf({ users: ['store-1'], single_use: false })
  const page = await openConsole('/signers')
  const row = rows(page).filter({ hasText: name })
  expect(await row.innerText()).toMatch(/active\s+store-1\s+until it ends[\s\S]*never/)
  await page.getByRole('link', { name: 'Why refused?' }).click()
  await page.getByLabel('What the reader sent').fill('bwk_not-a-token')
  await page.getByRole('button', { name: 'Find out' }).click()
  await page.getByText('no token in this text').waitFor()
  await page.getByLabel('What the reader sent').fill(await sign(privateKey, signer.id, 'first'))
  await page.locator('explain-form').getByLabel('Website').fill(host)
  await page.getByRole('button', { name: 'Check', exact: true }).click()
  await page.getByText('It would open.').waitFor()
  await page.getByRole('link', { name: signer.id }).click()
  await heading(page, name)
})

test('a private key is refused in the browser, taken out of the box, and never sent', async ({
  openConsole,
}) => {
  const { privateKey } = await newPair()
  const pem = await exportPKCS8(privateKey)
  const jwk = JSON.stringify(await exportJWK(privateKey))
  const page = await openConsole('/new-signer')
  const sent: string[] = []
  page.on('request', (request) => {
    if (!request.url().endsWith('/icons.svg')) sent.push(`${request.method()} ${request.url()}`)
  })
  await page.getByLabel('Name', { exact: true }).fill('Backend')
  for (const secret of [pem, jwk, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIF']) {
    await keyBox(page).fill(secret)
    await page.getByRole('alert').getByText('This is a private key.').waitFor()
    await expect.poll(() => keyBox(page).inputValue()).toBe('')
    expect(await attributesOf(page)).not.toContain(secret.slice(0, 40))
    await page.getByRole('button', { name: 'Make the signer' }).click()
    await page.getByRole('alert').getByText('Paste a public key.').waitFor()
    await keyBox(page).fill('x')
    await page.getByText('This is no public key').waitFor()
    await page.getByText('This is a private key.').waitFor({ state: 'detached' })
  }
  const file = page.getByLabel('Or read it from a file')
  await file.setInputFiles({ name: 'private.pem', mimeType: 'text/plain', buffer: Buffer.from(pem) })
  await page.getByRole('alert').getByText('This is a private key.').waitFor()
  expect(await file.inputValue()).toBe('')
  expect(sent).toEqual([])
})

test('the form for a signer names every mistake, and how to get a key in the right form', async ({
  openConsole,
}) => {
  const page = await openConsole('/new-signer')
  await keyBox(page).fill('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----')
  await page.getByText('openssl x509 -in certificate.pem -noout -pubkey').waitFor()
  await keyBox(page).fill('ssh-ed25519 AAAA me')
  await page.getByText('ssh-keygen -e -m PKCS8').waitFor()
  const { publicKey } = await newPair('RS256')
  const pem = await exportSPKI(publicKey)
  const file = page.getByLabel('Or read it from a file')
  await file.setInputFiles({ name: 'public.pem', mimeType: 'text/plain', buffer: Buffer.from(pem) })
  await page.getByText('An RSA key', { exact: true }).waitFor()
  await page.getByLabel('Name of the key').fill('with a space')
  await page.getByLabel('Users').fill('not a user')
  await page.getByLabel('A token lives at most').fill('5')
  await page.getByRole('button', { name: 'Make the signer' }).click()
  const alert = page.getByRole('alert')
  for (const mistake of [
    'Give the signer a name.',
    'without spaces',
    'RS256 or PS256',
    'This is neither: not a user.',
    'from 30 to 86400',
  ])
    await alert.getByText(mistake).waitFor()
  const name = `Backend ${randomUUID()}`
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('radio', { name: /^PS256/ }).click()
  await page.getByText('An RSA key, PS256').waitFor()
  await page.getByLabel('Name of the key').fill('2026-03')
  await page.getByLabel('Users').fill('')
  await page.getByLabel('A token lives at most').fill('')
  await page.getByRole('button', { name: 'Make the signer' }).click()
  await page.getByText('The signer is made').waitFor()
  const { items } = await admin('GET', '/v1/signers')
  const made = items.find((signer: { name: string }) => signer.name === name)
  expect(made).toMatchObject({
    users: null,
    max_ttl: 300,
    keys: { keys: [{ kid: '2026-03', alg: 'PS256' }] },
  })
})

test('a scope is changed, and whoever changes it late sees what somebody else made of it', async ({
  openConsole,
}) => {
  const { signer, name } = await signerOf()
  const page = await openConsole(`/signers/${signer.id}`)
  await page.getByRole('button', { name: 'Change' }).click()
  await dialogOf(page).getByLabel('Users').fill('store-1')
  await admin('PATCH', `/v1/signers/${signer.id}`, { max_ttl: 60 })
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else changed this signer while you were editing.').waitFor()
  await dialogOf(page).getByRole('alert').getByText('ends at most 1 minute').waitFor()
  expect(await present(signer.id)).toMatchObject({ users: null, max_ttl: 60 })
  await dialogOf(page).getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText('The change is saved. It holds for new openings from').waitFor()
  await dialogOf(page).waitFor({ state: 'detached' })
  await page.getByText('Its holder may sign for the user store-1, for any resource').waitFor()
  await page.getByText('ends at most 1 minute after').waitFor()
  expect(await present(signer.id)).toMatchObject({ name, users: ['store-1'], max_ttl: 60 })
})

test('a key is added and another taken away, but not from what somebody else has changed', async ({
  openConsole,
}) => {
  const { signer, name } = await signerOf()
  const page = await openConsole(`/signers/${signer.id}`)
  await page.getByText('A signer needs a key: the only one can not be taken away.').waitFor()
  const takeAway = (kid: string) => page.getByRole('group', { name: kid }).getByRole('button')
  expect(await takeAway('first').isDisabled()).toBe(true)
  const { publicKey } = await newPair()
  const add = async (kid: string) => {
    await page.getByRole('button', { name: 'Add a key' }).click()
    await keyBox(page).fill(JSON.stringify({ ...(await exportJWK(publicKey)), kid }))
    await page.getByText('An elliptic-curve key, ES256').last().waitFor()
    await dialogOf(page).getByRole('button', { name: 'Add a key' }).click()
  }
  await add('first')
  await dialogOf(page).getByRole('alert').getByText('can not have the same name').waitFor()
  await page.getByLabel('Name of the key').fill('second')
  await dialogOf(page).getByRole('button', { name: 'Add a key' }).click()
  await page.getByText('Added: second.').waitFor()
  await keyRow(page, 'second').waitFor()
  expect(await kidsOf(signer.id)).toEqual(['first', 'second'])

  await takeAway('first').click()
  expect(await dialogOf(page).getAttribute('label')).toBe(`Take the key “first” away from “${name}”?`)
  await admin('PATCH', `/v1/signers/${signer.id}`, { name: `${name}!` })
  await dialogOf(page).getByRole('button', { name: 'Take away' }).click()
  await page.getByText('Nothing of yours was done.').waitFor()
  await heading(page, `${name}!`)
  expect(await kidsOf(signer.id)).toEqual(['first', 'second'])
  await takeAway('first').click()
  await dialogOf(page).getByRole('button', { name: 'Take away' }).click()
  await page.getByText('The key “first” is taken away. It holds for new openings from').waitFor()
  await keyRow(page, 'first').waitFor({ state: 'detached' })
  expect(await kidsOf(signer.id)).toEqual(['second'])

  await page.getByRole('button', { name: 'Add a key' }).click()
  await admin('PATCH', `/v1/signers/${signer.id}`, { name })
  await keyBox(page).fill(JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'third' }))
  await page.getByText('An elliptic-curve key, ES256').last().waitFor()
  await dialogOf(page).getByRole('button', { name: 'Add a key' }).click()
  await page.getByText('Nothing of yours was done.').waitFor()
  expect(await kidsOf(signer.id)).toEqual(['second'])
})

test('a signer is deleted in a dialog that names it and says from when', async ({ openConsole }) => {
  const { signer, name } = await signerOf()
  const page = await openConsole(`/signers/${signer.id}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  expect(await dialogOf(page).getAttribute('label')).toBe(`Delete the signer “${name}” for good?`)
  await dialogOf(page).getByText('It holds for new openings within 4 seconds, and').waitFor()
  await page.keyboard.press('Escape')
  await dialogOf(page).waitFor({ state: 'detached' })
  expect((await present(signer.id)).status).toBe('active')
  await page.getByRole('button', { name: 'Delete' }).click()
  await dialogOf(page).getByRole('button', { name: 'Delete' }).click()
  await page.getByText(`The signer “${name}” is deleted. It holds for new openings from`).waitFor()
  await page.getByText('Its tokens open nothing.').waitFor()
  expect(await page.getByRole('button', { name: 'Change' }).count()).toBe(0)
  expect((await present(signer.id)).status).toBe('revoked')
  await page.getByRole('link', { name: 'Signers' }).first().click()
  await rows(page).filter({ hasText: name }).getByText('deleted').waitFor()
})

test('a viewer reads signers, and is told which key may change them', async ({ openConsole }) => {
  const { signer, name } = await signerOf()
  const { key } = await admin('POST', '/v1/keys', { name: 'Viewer', role: 'viewer' })
  const page = await openConsole('/signers', { adminKey: key })
  await page.getByText('For “New signer” you need a key with the role admin; yours').waitFor()
  expect(await page.getByRole('group', { name: 'New signer' }).getByRole('link').count()).toBe(0)
  await rows(page).getByRole('link', { name }).click()
  await heading(page, name)
  await page.getByText('For “Change”, “Add a key”, and “Delete” you need a key with the role admin').waitFor()
  await page.getByText('For “Open it” you need a key with the role admin or manager').waitFor()
  for (const button of ['Change', 'Add a key', 'Delete', 'Open it'])
    expect(await page.getByRole('button', { name: button, exact: true }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Check', exact: true }).isEnabled()).toBe(true)
  await page.goto(`${edge}/console#/signers/${signer.id}`)
  await page.goto(`${edge}/console#/new-signer`)
  await page.getByText('For this page you need a key with the role admin').waitFor()
})

test('a key for some users makes signers for these, and for nobody else', async ({ openConsole }) => {
  const { key } = await admin('POST', '/v1/keys', { name: 'Shops', role: 'admin', users: ['shop-*'] })
  const { name: hidden } = await signerOf()
  const name = `Shops ${randomUUID()}`
  const { publicKey } = await newPair()
  const page = await openConsole('/new-signer', { adminKey: key })
  await page.getByLabel('Name', { exact: true }).fill(name)
  await keyBox(page).fill(await exportSPKI(publicKey))
  await page.getByText('An elliptic-curve key, ES256').waitFor()
  await page.getByRole('button', { name: 'Make the signer' }).click()
  await page.getByRole('alert').getByText('name the users of the signer').waitFor()
  await page.getByLabel('Users').fill('shop-*')
  await page.getByRole('button', { name: 'Make the signer' }).click()
  await page.getByText('The signer is made').waitFor()
  await page.getByRole('link', { name: 'All signers' }).click()
  await rows(page).filter({ hasText: name }).waitFor()
  expect(await rows(page).filter({ hasText: hidden }).count()).toBe(0)
})
