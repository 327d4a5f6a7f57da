import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import { open, RESOURCE, type Sites } from './core.ts'

/** A page whose frame has come, and whose tag waits for its token: what fails from now on is the session. */
export async function waitingForToken(sites: Sites): Promise<Tab> {
  const tab = await open(sites, `<biuwer-embed resource-id="${RESOURCE}"></biuwer-embed>`)
  await tab.evaluate(() => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    addEventListener('message', () => {
      window.here = true
    })
    tag.tokenProvider = () =>
      new Promise((resolve) => {
        window.give = resolve
      })
  })
  await tab.until('the frame', () => window.here && Boolean(window.give))
  return tab
}

/** Gives the tag the token that it waits for. */
export const giveAwaited = (tab: Tab, token: string): Promise<void> =>
  tab.evaluate((token) => window.give?.(token), token)

/** A reader's click that has the tag try again. */
export const clickRetry = (tab: Tab): Promise<void> =>
  tab.click(() => document.querySelector('biuwer-embed')?.shadowRoot?.querySelector('[part=retry]'))

declare global {
  interface Window {
    give?: (token: string) => void
    here?: boolean
  }
}
