import { html } from 'hono/html'
import type { Resources } from '../records.ts'
import type { Markup } from './embed.ts'
import { layout, type Visit } from './layout.ts'
import { tokenUrl } from './reports.ts'
import { GALLERY } from './site-map.ts'

/** A `token-url` that never answers, and one whose answer has no token. */
export const SILENT = '/api/silent'
export const EMPTY = '/api/empty'

/** The tag in every state that this application can bring about, in light and dark. */
export function gallery(visit: Visit, resources: Resources, expired: string): Promise<Markup> {
  const store = visit.store.id
  const states: [string, Markup, (Markup | string)?][] = [
    ['loading', html`token-url="${SILENT}"`],
    ['ready', html`token-url="${tokenUrl('single-use', store)}"`],
    ['expired', html`token="${expired}"`],
    ['not valid yet', html`token-url="${tokenUrl('tomorrow', store)}"`],
    ['not from here', html`token-url="${tokenUrl('other-origin', store)}"`],
    ['not a token', html`token="nothing"`],
    ['no token', html`token-url="${EMPTY}"`],
    ['set up wrongly', html`token="nothing" edge="elsewhere"`],
    ['in Spanish', html`token-url="${tokenUrl('tomorrow', store)}" lang="es"`],
    ['in the page’s words', html`token="nothing"`, html`<p slot="error">Ask the back office for access.</p>`],
  ]
  return layout(visit, GALLERY, {
    embeds: [],
    expect: 'Each tag in the state that stands above it, in the light and in the dark.',
    stage: html`${states.map(
      ([name, attributes, content]) => html`<h3>${name}</h3>
<div class="pair">${['light', 'dark'].map(
        (theme) =>
          html`<biuwer-embed resource-id="${resources.rentals}" label="${name}, ${theme}" theme="${theme}" ${attributes}>${content ?? ''}</biuwer-embed>`,
      )}</div>`,
    )}`,
  })
}
