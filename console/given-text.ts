import { html, type TemplateResult } from 'lit'
import { visibleInPage } from '../worker/policy/visible-text.ts'

/**
 * A text that somebody gave, such as a label, in a template: it does not turn the order of the texts around it, and shows
 * what it is made of.
 */
export function given(text: string): TemplateResult {
  return html`<bdi>${visibleInPage(text)}</bdi>`
}

/** A text that somebody gave, within a sentence or an attribute, between isolates (Unicode UAX 9, FSI and PDI). */
export function isolated(text: string): string {
  return `\u2068${visibleInPage(text)}\u2069`
}
