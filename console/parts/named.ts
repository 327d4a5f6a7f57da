import { html, type TemplateResult } from 'lit'
import { given } from '../given-text.ts'

/** What people call a thing, and in small print its id, by which programs and searches know it. */
export function named(name: string, id: string): TemplateResult {
  return html`${given(name)} ${idOf(id)}`
}

/** An id, in small print. */
export function idOf(id: string): TemplateResult {
  return html`<small class="fine"><code class="long">${given(id)}</code></small>`
}
