import { html, type TemplateResult } from 'lit'
import type { Life } from '../biuwer-tokens/life-in-words.ts'

/** How a user's Biuwer tokens stand; what concerns somebody is marked. */
export function lifeLine({ text, concern }: Life): TemplateResult {
  if (concern === 'none') return html`${text}`
  return html`<span class="concern ${concern}"><wa-icon name=${concern === 'now' ? 'circle-alert' : 'triangle-alert'}></wa-icon> ${text}</span>`
}
