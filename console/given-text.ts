import { html, type TemplateResult } from 'lit'
import { visibleInPage } from '../worker/policy/visible-text.ts'

/**
 * A text that somebody gave, such as a label, in a template: it does not turn the order of the texts around it, and shows
 * what it is made of.
 */
export function given(text: string): TemplateResult {
  return html`<bdi>${visibleInPage(text)}</bdi>`
}

/** Letters that are written from right to left, by the blocks that Unicode sets aside for them (UAX 9, table 4). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/**
 * A text that somebody gave, within a sentence or an attribute. One that is written from right to left stands between
 * isolates (UAX 9, FSI and PDI), so that it does not turn the order of the sentence.
 */
export function isolated(text: string): string {
  const shown = visibleInPage(text)
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown
}
