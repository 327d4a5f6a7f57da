import { html, nothing, type TemplateResult } from 'lit'
import type { Words } from '../messages/words.ts'
import { href, type Route } from '../route.ts'

/** The way to the next page of a list; the way back is the browser's own. */
export function pager(words: Words, route: Route, next: string | null): TemplateResult | typeof nothing {
  const { cursor, ...rest } = route.query
  if (!cursor && next === null) return nothing
  return html`
    <nav class="pager" aria-label=${words.pages.older}>
      ${cursor ? html`<wa-button appearance="outlined" href=${href(route.path, rest)}>${words.pages.first}</wa-button>` : nothing}
      ${next === null ? nothing : html`<wa-button appearance="outlined" href=${href(route.path, { ...rest, cursor: next })}>${words.pages.next}</wa-button>`}
    </nav>
  `
}
