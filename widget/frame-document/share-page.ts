import type { Share } from '../../worker/wire.ts'

/** Milliseconds after which Biuwer's page counts as navigated even without `load`, so that a hung page does not hang the tag. */
const PATIENCE = 10_000

const sheet = new CSSStyleSheet()
sheet.replaceSync(
  'html,body,iframe{display:block;width:100%;height:100%;margin:0;border:0;overflow:hidden;color-scheme:light}',
)

/**
 * Holds Biuwer's page. The root must stay closed: through an open one, or in the document itself, a
 * host script reaches the inner window as `frames[0]`, sends it to about:blank, which then has the host's
 * origin, and reads Biuwer's secret in the `name` that survived.
 */
const stage = document.body.attachShadow({ mode: 'closed' })
document.adoptedStyleSheets = stage.adoptedStyleSheets = [sheet]

let shown: Share | undefined
let patience = 0

/** Puts an empty frame where Biuwer's page will be, so that the tag can look whether the page around reaches it. */
export function showTrial(): void {
  stage.append(document.createElement('iframe'))
}

/**
 * Shows Biuwer's page of the share. A page that already shows it stays untouched. `ready` runs when a new page has
 * navigated; `refused` when it tries to go to another site, which this document's policy forbids.
 */
export function showPage(share: Share, title: string, ready: () => void, refused: () => void): void {
  if (shown?.src === share.src && shown.name === share.name) return
  removePage()
  shown = share
  const page = document.createElement('iframe')
  // Before insertion: Chromium ignores a name set later.
  page.name = share.name
  page.title = title
  page.allow = 'fullscreen; clipboard-write'
  page.referrerPolicy = 'strict-origin'
  page.sandbox.value =
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals'
  page.onload = () => {
    page.onload = null
    clearTimeout(patience)
    ready()
  }
  patience = setTimeout(page.onload, PATIENCE)
  document.onsecuritypolicyviolation = ({ effectiveDirective }) => {
    if (effectiveDirective === 'frame-src') refused()
  }
  page.src = share.src
  stage.append(page)
}

/** Takes Biuwer's page out of sight, or shows it again as it was. */
export function hidePage(hidden: boolean): void {
  document.body.style.visibility = hidden ? 'hidden' : ''
}

/** Gives Biuwer's page, if it is shown, another accessible name. */
export function renamePage(title: string): void {
  const page = stage.querySelector('iframe')
  if (page) page.title = title
}

/** Shows a text in place of Biuwer's page. */
export function showWords(words: string): void {
  stage.textContent = words
}

export function removePage(): void {
  clearTimeout(patience)
  hidePage(false)
  document.onsecuritypolicyviolation = null
  shown = undefined
  // A focused frame that is removed takes the focus out of this document, and the tag could not move it to its panel.
  if (stage.activeElement) self.focus()
  stage.replaceChildren()
}
