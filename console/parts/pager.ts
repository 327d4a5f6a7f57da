import { html, nothing, type TemplateResult } from 'lit'
import type { Words } from '../messages/words.ts'
import { href, type Route } from '../route.ts'

/** Links to the next page of a list and to its first. For the page before there is the browser's way back. */
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
