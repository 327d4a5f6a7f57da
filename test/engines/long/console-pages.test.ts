import { expect, inject, test } from 'vitest'
import { issue, leave, ONE_SITE, open, prepareCore } from '../core/core.ts'
import type { Tab } from '../engine.ts'

prepareCore()

const { adminKey } = inject('core')

/** Pages of the console that a reader can go to, and what each shows once it has loaded. */
const PAGES = (record: string): [address: string, shows: string][] => [
  ['/', 'needs-attention'],
  ['/tokens', 'tokens-page tbody tr'],
  [`/tokens/${record}`, 'tbody tr'],
  ['/new-token', 'new-token-page form'],
  ['/users', 'users-page tbody tr'],
  ['/users/store-1', 'user-page h1'],
  ['/keys', 'keys-page h1'],
  ['/signers', 'signers-page h1'],
  ['/audit', 'audit-page tbody tr'],
]

/** Notes in the page what goes wrong there. */
function watch(): void {
  const wrong: string[] = []
  Object.assign(window, { wrong })
  document.addEventListener('securitypolicyviolation', (event) => wrong.push(event.violatedDirective))
  addEventListener('error', (event) => wrong.push(event.message))
  addEventListener('unhandledrejection', (event) => wrong.push(`${event.reason}`))
}

/** Signs in with the root key. */
async function signIn(tab: Tab): Promise<void> {
  await tab.click(() => document.querySelector('sign-in wa-input')?.shadowRoot?.querySelector('input'))
  await tab.type(adminKey)
  await tab.press('Enter')
  await tab.until('the overview', () => document.querySelector('overview-page h1') !== null)
}

test('each page of the console shows what it has, and nothing goes wrong there', async () => {
  const { id } = await issue()
  const tab = await open(ONE_SITE, '', { script: false })
  await tab.goto(`${ONE_SITE.edge}/console`)
  await tab.evaluate(watch)
  await signIn(tab)
  for (const [address, shows] of PAGES(id)) {
    await tab.evaluate((address) => {
      location.hash = `#${address}`
    }, address)
    const seen = await tab.until(
      `${shows} at ${address}`,
      (shows) =>
        document.querySelector(shows) && { wider: document.documentElement.scrollWidth - innerWidth },
      shows,
    )
    expect([address, seen.wider]).toEqual([address, expect.toSatisfy((by) => by <= 0)])
  }
  expect(await tab.evaluate(() => (window as unknown as { wrong: string[] }).wrong)).toEqual([])
  await leave(tab)
})
