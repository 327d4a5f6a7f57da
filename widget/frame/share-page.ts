import type { Share } from '../../worker/wire.ts'

/** Milliseconds after which Biuwer's page counts as navigated even without `load`: a hung one must not hang the tag. */
const PATIENCE = 10_000

const sheet = new CSSStyleSheet()
sheet.replaceSync(
  'html,body,iframe{display:block;width:100%;height:100%;margin:0;border:0;overflow:hidden;color-scheme:light}',
)

/**
 * Biuwer's page goes here. The root must stay closed: through an open one, or in the document itself, a
 * host script reaches the inner window as `frames[0]`, sends it to about:blank, which then has the host's
 * origin, and reads Biuwer's secret in the `name` that survived.
 */
const stage = document.body.attachShadow({ mode: 'closed' })
document.adoptedStyleSheets = stage.adoptedStyleSheets = [sheet]

let shown: Share | undefined
let patience = 0

/** Shows the share; a page that already shows it stays untouched. `ready` runs when a new one has navigated. */
export function show(share: Share, title: string, ready: () => void): void {
  if (shown?.src === share.src && shown.name === share.name) return
  clear()
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
  page.src = share.src
  stage.append(page)
}

export function clear(): void {
  clearTimeout(patience)
  shown = undefined
  stage.replaceChildren()
}
