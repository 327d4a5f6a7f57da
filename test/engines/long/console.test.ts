import { randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'
import { biuwer, biuwerToken, heard, ONE_SITE, open, prepareCore, RESOURCE } from '../core/core.ts'
import { tagOf } from '../core/dashboard.ts'
import type { Tab } from '../engine.ts'

prepareCore()

const { adminKey } = inject('core')

/** The element of this selector, once there is one, gets a click. */
const click = (tab: Tab, selector: string) =>
  tab.click((selector) => document.querySelector(selector), selector)

/** Types into the field of the component that this selector finds. */
async function fill(tab: Tab, selector: string, text: string): Promise<void> {
  await tab.click(
    (selector) => document.querySelector(selector)?.shadowRoot?.querySelector('input, textarea'),
    selector,
  )
  await tab.until(
    `the focus in ${selector}`,
    (selector) => document.querySelector(`${selector}:focus-within`) !== null,
    selector,
  )
  await tab.type(text)
}

/** The text of what this selector finds, once it is there. */
const textOf = (tab: Tab, selector: string) =>
  tab.until(selector, (selector) => document.querySelector(selector)?.textContent?.trim(), selector)

/** What the page keeps where a script of another page, an extension or a crash report would find it. */
const kept = (tab: Tab) =>
  tab.evaluate(() => {
    const found = [
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
      document.cookie,
      name,
      location.href,
    ]
    const walk = (root: ParentNode) => {
      for (const element of root.querySelectorAll('*')) {
        for (const { value } of element.attributes) found.push(value)
        if (element.shadowRoot) walk(element.shadowRoot)
      }
    }
    walk(document)
    return found.join('\n')
  })

test('a first day at the console: sign in, link a user, make a token, see it open, revoke it, sign out', async () => {
  const user = `first-${randomUUID().slice(0, 8)}`
  const tab = await open(ONE_SITE, '', { script: false })
  await tab.goto(`${ONE_SITE.edge}/console`)
  await tab.evaluate(() => {
    const complaints: string[] = []
    Object.assign(window, { complaints })
    document.addEventListener('securitypolicyviolation', (event) => complaints.push(event.violatedDirective))
    addEventListener('error', (event) => complaints.push(event.message))
    addEventListener('unhandledrejection', (event) => complaints.push(`${event.reason}`))
  })
  const secrets = [adminKey, biuwerToken]
  const expectNothingKept = async () => {
    const text = await kept(tab)
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  }

  await fill(tab, 'sign-in wa-input', adminKey)
  await tab.press('Enter')
  await textOf(tab, 'overview-page h1')
  await expectNothingKept()

  await click(tab, 'nav a[href$="/users"]')
  await click(tab, 'users-page .page-head wa-button[variant=brand]')
  await fill(tab, 'link-user wa-input', user)
  await fill(tab, 'link-user wa-input[type=password]', biuwerToken)
  await click(tab, 'link-user wa-button[type=submit]')
  expect(await textOf(tab, 'users-page wa-callout [role=status]')).toContain(user)
  await expectNothingKept()

  await click(tab, `[aria-label="${user}"] wa-button[href*="new-token"]`)
  await fill(tab, 'new-token-page wa-textarea', RESOURCE)
  await click(tab, 'new-token-page wa-button[type=submit]')
  const token = await textOf(tab, 'new-token-page code.token')
  secrets.push(token)
  await expectNothingKept()

  const host = await open(ONE_SITE, tagOf(token))
  await heard(host, 'biuwer-ready')
  await biuwer.shown(1)

  await click(tab, 'new-token-page h1 a')
  await click(tab, 'token-page wa-button[variant=danger]')
  await click(tab, 'confirm-dialog wa-dialog[open] wa-button[variant=danger]')
  await textOf(tab, 'token-page effect-note [role=status]')
  expect((await heard(host, 'biuwer-error')).code).toBe('session_revoked')
  await biuwer.shown(0)
  await expectNothingKept()

  await click(tab, 'header wa-button')
  await textOf(tab, 'sign-in wa-callout')
  await expectNothingKept()
  expect(await tab.evaluate(() => (window as unknown as { complaints: string[] }).complaints)).toEqual([])
  // Chromium writes down that a user who is about to be linked was not found, and what it forgot at the sign-out.
  const usual = /^(Failed to load resource|Clear-Site-Data header on)/
  expect((tab.console() ?? []).filter((line) => !usual.test(line))).toEqual([])
})

test('a wrong key is told plainly, and opens nothing', async () => {
  const tab = await open(ONE_SITE, '', { script: false })
  await tab.goto(`${ONE_SITE.edge}/console`)
  await fill(tab, 'sign-in wa-input', 'wrong')
  await tab.press('Enter')
  await textOf(tab, 'sign-in wa-callout[role=alert]')
  expect(await tab.evaluate(() => Boolean(document.querySelector('overview-page')))).toBe(false)
})
