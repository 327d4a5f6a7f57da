import { randomUUID } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair } from 'jose'
import type { Page } from 'playwright'
import { beforeAll, expect, inject } from 'vitest'
import { complaints } from '../axe.ts'
import { admin, issue } from '../edge-api.ts'
import { chooseFile, dialogOf, rows, signIn, test } from './fixtures.ts'
import { refuse } from './refuse.ts'

const { adminKey, edge } = inject('stack')

let token: { id: string; token: string }
let signer: { id: string }
let pem: string
/** The id of a request that was refused. */
let refused: string
/** What the tag's panel copies of it. */
const reportOf = (requestId: string) =>
  JSON.stringify({
    at: '2026-03-14T11:58:21Z',
    page: 'https://app.example.com',
    edge,
    state: 'error',
    code: 'resource_not_allowed',
    requestId,
    browser: 'Mozilla/5.0 (X11; Linux x86_64)',
    checks: [
      { check: 'setup', ok: true, detail: 'In order.' },
      { check: 'token', ok: false, detail: 'Add this resource to its record.' },
      { check: 'clock', ok: null, detail: 'Can’t be asked yet.' },
    ],
  })
const mark = randomUUID().slice(0, 8)
/** A user whose last Biuwer token ends within a week. */
const ending = `ending-${mark}`
beforeAll(async () => {
  const to = new Date(Date.now() + 5 * 86_400_000).toISOString()
  await admin('PUT', `/v1/users/${ending}`, { biuwer_token: randomUUID(), to })
  await issue({ from: '2037-01-01T00:00:00Z' })
  await issue({ to: '2037-01-01T00:00:00Z' })
  token = await issue({ refresh: 'daily', label: `Sales ${mark}`, resources: ['page_1', 'page_2'] })
  refused = await refuse(token.token)
  const { id } = await issue()
  await admin('DELETE', `/v1/tokens/${id}`)
  // So many that they fold away in the list.
  const users = Array.from({ length: 7 }, (_, index) => `shop-${index}`)
  await admin('POST', '/v1/keys', { name: 'Shops', role: 'issuer', users })
  const keys = await Promise.all(
    ['ES256', 'RS256'].map(async (alg) => {
      const { publicKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(publicKey)), alg, kid: `${alg}-${mark}` }
    }),
  )
  pem = await exportSPKI((await generateKeyPair('RS256', { extractable: true })).publicKey)
  signer = await admin('POST', '/v1/signers', { name: `Backend ${mark}`, keys: { keys }, users })
})

interface Place {
  place: () => string
  there: string
  first?: (page: Page) => Promise<void>
  /** The role of the key that is signed in; absent: a root key. */
  role?: string
}

/** Every place of the console and what is done there first. */
const PLACES: Record<string, Place> = {
  overview: {
    place: () => '/',
    there: '.time-bars',
    first: async (page) => {
      await page.getByText('What deserves attention').waitFor()
      await page.locator('wa-details').first().click()
    },
  },
  'an overview by the hour': { place: () => '/?range=2-hour', there: 'needs-attention wa-callout' },
  'an overview of one user': { place: () => `/?user=${ending}`, there: 'needs-attention wa-callout' },
  tokens: { place: () => '/tokens', there: 'tbody tr' },
  'no tokens': { place: () => '/tokens?text=nothing-like-it', there: '.empty' },
  'a token': {
    place: () => `/tokens/${token.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.locator('.checks li').first().waitFor()
    },
  },
  'a token that is shown': {
    place: () => `/tokens/${token.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Get the current token' }).click()
      await page.locator('code.token').waitFor()
    },
  },
  'a token to be edited': {
    place: () => `/tokens/${token.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.locator('wa-dialog[open]').getByLabel('Label').waitFor()
    },
  },
  'a token to be revoked': {
    place: () => `/tokens/${token.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Revoke' }).first().click()
      await page.getByText('This can not be undone').waitFor()
    },
  },
  'a new token, wrongly filled in': {
    place: () => '/new-token?user=nobody',
    there: 'new-token-page form',
    first: async (page) => {
      await page.getByRole('radio', { name: /^Never/ }).click()
      await page.getByLabel('Resources').fill('not a resource')
      await page.getByRole('button', { name: 'Make the token record' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  users: { place: () => '/users', there: 'tbody tr' },
  'a user to be linked': {
    place: () => '/users',
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Link a user' }).click()
      await page.getByLabel('Biuwer authentication token').waitFor()
    },
  },
  "a user's Biuwer tokens": { place: () => `/users/${ending}`, there: 'tbody tr' },
  'a Biuwer token to be added, wrongly filled in': {
    place: () => `/users/${ending}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Add the next Biuwer token' }).click()
      await dialogOf(page).getByRole('button', { name: 'Save' }).click()
      await dialogOf(page).getByRole('alert').waitFor()
    },
  },
  'a Biuwer token to be deleted': {
    place: () => `/users/${ending}`,
    there: 'tbody tr',
    first: async (page) => {
      await rows(page).getByRole('button', { name: 'Delete' }).first().click()
      await dialogOf(page).getByText('valid now').waitFor()
    },
  },
  'how Biuwer tokens are replaced': {
    place: () => `/users/${ending}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Change' }).click()
      await dialogOf(page).getByText('Your token source is asked').first().waitFor()
    },
  },
  "a user's Biuwer tokens, for a viewer": {
    place: () => `/users/${ending}`,
    there: 'needs-role p',
    role: 'viewer',
  },
  'users whose Biuwer tokens end': { place: () => '/users?biuwer=ending', there: 'tbody .concern' },
  'an import': {
    place: () => '/import',
    there: 'input[type=file]',
    first: async (page) => {
      await chooseFile(page, `store-1,${randomUUID()}\nnot a user,abc\na11y-${mark},abc`)
      await page.getByRole('button', { name: 'Dry run' }).click()
      await rows(page).getByText('would be linked').first().waitFor()
    },
  },
  'a file whose columns are asked for, wrongly answered': {
    place: () => '/import',
    there: 'input[type=file]',
    first: async (page) => {
      await chooseFile(page, `Nombre;Ciudad;Token\nluis;Bilbao;${randomUUID()}`)
      await page.getByRole('combobox', { name: 'User', exact: true }).selectOption('')
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'a file that is no table': {
    place: () => '/import',
    there: 'input[type=file]',
    first: async (page) => {
      await chooseFile(page, 'PK\u0003\u0004')
      await page.getByRole('alert').waitFor()
    },
  },
  'what was refused to a token that was pasted': {
    place: () => '/explain',
    there: 'refusal-list tbody tr',
    first: async (page) => {
      await page.getByLabel('What the reader sent').fill(token.token)
      await page.locator('explain-form').getByLabel('Website').fill('https://evil.example')
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.getByText('It would be refused.').waitFor()
    },
  },
  'a refusal, its report, and the list of the last ones, paused': {
    place: () => '/explain',
    there: 'refusal-list tbody tr',
    first: async (page) => {
      await page.getByLabel('What the reader sent').fill(reportOf(refused))
      await page.getByRole('button', { name: 'Find out' }).click()
      await page.getByRole('button', { name: 'Check again' }).waitFor()
      await page.locator('ul.checks li').first().waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
    },
  },
  'a refusal that is mended': {
    place: () => `/explain?request=${refused}`,
    there: 'refusal-card ol.checks',
    first: async (page) => {
      await page.getByRole('button', { name: 'Let the token record open it' }).click()
      await dialogOf(page).getByLabel('Resources').waitFor()
    },
  },
  'a refusal, for a viewer': {
    place: () => `/explain?request=${refused}`,
    there: 'refusal-card ol.checks',
    role: 'viewer',
  },
  'a request that nobody remembers, and a list without any': {
    place: () => '/explain?request=req_AAAAAAAAAAAAAAAAAAAAAA&user=nobody-at-all',
    there: 'refusal-list .empty',
  },
  'a text that is no case': {
    place: () => '/explain',
    there: 'refusal-list tbody tr',
    first: async (page) => {
      await page.getByLabel('What the reader sent').fill('It does not work')
      await page.getByRole('button', { name: 'Find out' }).click()
      await page.getByText('no token in this text').waitFor()
    },
  },
  audit: { place: () => '/audit', there: 'tbody tr' },
  keys: { place: () => '/keys', there: 'tbody tr' },
  'a key to be revoked by whoever is signed in with it': {
    place: () => '/keys',
    there: 'tbody tr',
    role: 'admin',
    first: async (page) => {
      const own = page.locator('tbody tr', { hasText: 'this key' })
      await own.getByRole('button', { name: 'Revoke' }).click()
      await page.getByText('revoking it signs you out').waitFor()
    },
  },
  'a new key, wrongly filled in': {
    place: () => '/new-key',
    there: 'new-key-page form',
    first: async (page) => {
      await page.getByLabel('Users').fill('not a user')
      await page.getByRole('button', { name: 'Make the key' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'a key that is shown': {
    place: () => '/new-key',
    there: 'new-key-page form',
    first: async (page) => {
      await page.getByLabel('Name').fill(`Reports ${mark}`)
      await page.getByRole('button', { name: 'Make the key' }).click()
      await page.locator('code.key').waitFor()
    },
  },
  signers: { place: () => '/signers', there: 'tbody tr' },
  'a signer and a token that it did not sign': {
    place: () => `/signers/${signer.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByLabel('Token', { exact: true }).fill('eyJ.eyJ.abc')
      await page.getByRole('button', { name: 'Check', exact: true }).click()
      await page.locator('.checks li').first().waitFor()
      await page.getByLabel('Language and library').selectOption('PHP, OpenSSL')
    },
  },
  'a signer to be changed': {
    place: () => `/signers/${signer.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Change' }).click()
      await dialogOf(page).getByText('What this means').waitFor()
    },
  },
  'a key to be added to a signer': {
    place: () => `/signers/${signer.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Add a key' }).click()
      await page.getByLabel('Public key', { exact: true }).fill(pem)
      await page.getByText('An RSA key', { exact: true }).waitFor()
    },
  },
  'a signer to be deleted': {
    place: () => `/signers/${signer.id}`,
    there: 'tbody tr',
    first: async (page) => {
      await page.getByRole('button', { name: 'Delete' }).click()
      await dialogOf(page).getByText('This can not be undone').waitFor()
    },
  },
  'a new signer, wrongly filled in': {
    place: () => '/new-signer',
    there: 'new-signer-page form',
    first: async (page) => {
      await page.getByLabel('Public key', { exact: true }).fill(pem)
      await page.getByText('An RSA key', { exact: true }).waitFor()
      await page.getByLabel('Name of the key').fill('with a space')
      await page.getByRole('button', { name: 'Make the signer' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'a private key that was pasted': {
    place: () => '/new-signer',
    there: 'new-signer-page form',
    first: async (page) => {
      await page.getByLabel('Public key', { exact: true }).fill('-----BEGIN PRIVATE KEY-----')
      await page.getByRole('alert').waitFor()
    },
  },
  'a certificate that was pasted': {
    place: () => '/new-signer',
    there: 'new-signer-page form',
    first: async (page) => {
      await page.getByLabel('Public key', { exact: true }).fill('-----BEGIN CERTIFICATE-----')
      await page.getByRole('alert').waitFor()
    },
  },
  'a signer, for a viewer': { place: () => `/signers/${signer.id}`, there: 'needs-role p', role: 'viewer' },
  'keys, for a viewer': { place: () => '/keys', there: 'needs-role p', role: 'viewer' },
  'users, for a viewer': { place: () => '/users', there: 'tbody tr', role: 'viewer' },
  'a token, for an issuer': {
    place: () => `/tokens/${token.id}`,
    there: 'needs-role p',
    role: 'issuer',
    first: async (page) => {
      await page.getByRole('button', { name: 'Get the current token' }).click()
      await page.locator('code.token').waitFor()
    },
  },
  'an overview that the key may not read': {
    place: () => '/',
    there: 'main wa-callout',
    role: 'issuer',
  },
  nowhere: { place: () => '/nowhere', there: 'main h1' },
}

/** Waits until no colour is on its way from one to another: transitions begin with the next frame. */
function settled(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const roots: (Document | ShadowRoot)[] = [document]
    for (const root of roots)
      for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot)
    const running = roots.flatMap((root) => root.getAnimations())
    // One that is cancelled has ended too.
    await Promise.allSettled(running.map(({ finished }) => finished))
  })
}

/** What sticks out of the card or the callout that it stands in, where it is cut off or covers the border. */
function outOfBoxes(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('wa-card, wa-callout')].flatMap((box) => {
      const { right } = box.getBoundingClientRect()
      return [...box.querySelectorAll(':not(.scrolls, .scrolls *)')]
        .filter((part) => part.getBoundingClientRect().right > right)
        .map((part) => `${part.localName}: ${part.textContent?.trim().slice(0, 40)}`)
    }),
  )
}

/** Each theme at another width, the smaller that of a small telephone: colours do not depend on the width. */
async function judge(page: Page): Promise<void> {
  for (const [colorScheme, width] of [
    ['light', 1200],
    ['dark', 360],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    await settled(page)
    expect([colorScheme, width, ...(await complaints(page))]).toEqual([colorScheme, width])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect([colorScheme, width, overflow]).toEqual([colorScheme, width, expect.toSatisfy((by) => by <= 0)])
    expect([colorScheme, width, ...(await outOfBoxes(page))]).toEqual([colorScheme, width])
  }
}

test('axe finds nothing in the sign-in with a wrong key, wide and light, narrow and dark', async ({
  newPerson,
}) => {
  const page = await (await newPerson({ reducedMotion: 'reduce' })).newPage()
  await page.goto(`${edge}/console`)
  await page.getByLabel('Key', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  await judge(page)
})

test.for(Object.entries(PLACES))(
  "axe finds nothing in the console's page of %s, wide and light, narrow and dark",
  async ([, { place, there, first, role }], { newPerson, openConsole }) => {
    const person = await newPerson({ reducedMotion: 'reduce' })
    const key = role ? (await admin('POST', '/v1/keys', { name: `A11y ${mark}`, role })).key : adminKey
    const page = await openConsole(place(), { person, adminKey: key })
    await page.locator(there).first().waitFor()
    await first?.(page)
    await judge(page)
  },
)

test('axe finds nothing in the Spanish console, and a person changes its language', async ({ newPerson }) => {
  const page = await (await newPerson({ locale: 'es', reducedMotion: 'reduce' })).newPage()
  await page.goto(`${edge}/console#/tokens`)
  await page.getByLabel('Clave', { exact: true }).fill(adminKey)
  await page.getByRole('button', { name: 'Entrar' }).click()
  await page.locator('tbody tr').first().waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('es')
  await judge(page)
  // Words are longer than in English.
  for (const [place, there] of [
    ['/', 'overview-page .shares'],
    ['/users', 'users-page tbody tr'],
    [`/users/${ending}`, 'user-page tbody tr'],
    ['/import', 'input[type=file]'],
    [`/explain?request=${refused}`, 'refusal-card ol.checks'],
    ['/tokens', 'tokens-page tbody tr'],
  ] as const) {
    await page.evaluate((to) => {
      location.hash = to
    }, `#${place}`)
    await page.locator(there).first().waitFor()
    await judge(page)
    // A name beside figures has room for its words.
    for (const name of await page.locator('.shares th[scope=row]').all())
      expect((await name.boundingBox())?.width).toBeGreaterThan(90)
  }
  await page.getByRole('combobox', { name: 'Idioma' }).selectOption('English')
  await page.getByRole('heading', { level: 1, name: 'Token records' }).waitFor()
  await page.getByText('Search').first().waitFor()
  await page.reload()
  await signIn(page, adminKey)
})

test('with the keyboard alone a person skips to the content, opens a dialog and leaves it to where they were', async ({
  openConsole,
}) => {
  const page = await openConsole('/users')
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
})
