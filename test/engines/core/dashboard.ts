import type { BiuwerEmbedElement } from '../../../widget/biuwer-embed.ts'
import type { Tab } from '../engine.ts'
import type { BiuwerPage } from './biuwer.ts'
import { biuwer, heard, issue, open, type PageOptions, RESOURCE, type Sites } from './core.ts'

/** A host page whose tag shows Biuwer's page. */
export interface Dashboard {
  tab: Tab
  /** Biuwer's page. */
  page: BiuwerPage
  /** What the tag got. */
  token: string
}

/** Opens a host page with a dashboard. `before` stands above the tag. */
export async function openDashboard(sites: Sites, before = '', options?: PageOptions): Promise<Dashboard> {
  const { token } = await issue()
  const tab = await open(sites, before + tagOf(token), options)
  await heard(tab, 'biuwer-ready')
  return { tab, page: await biuwer.page(), token }
}

/** The tag as a page's source has it. */
export function tagOf(token: string): string {
  return `<biuwer-embed resource-id="${RESOURCE}" token="${token}"></biuwer-embed>`
}

/** What `state` of the page's tag is. */
export function stateIn(tab: Tab): Promise<string | undefined> {
  return tab.evaluate(() => (document.querySelector('biuwer-embed') as BiuwerEmbedElement | null)?.state)
}

/** Renews the session with another token: what was sent to the frame before has then arrived there. */
export async function renew(tab: Tab, request?: Record<string, unknown>): Promise<void> {
  const { token } = await issue(request)
  await tab.evaluate(async (token) => {
    const tag = document.querySelector('biuwer-embed') as BiuwerEmbedElement
    const renewed = new Promise((resolve) => tag.addEventListener('biuwer-renewed', resolve, { once: true }))
    tag.token = token
    await renewed
  }, token)
}
