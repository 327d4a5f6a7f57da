import { html, type TemplateResult } from 'lit'
import type { Words } from '../words.ts'

/** A button that copies a text; the text is a property alone, since it may be a secret. */
export function copyButton(words: Words, label: string, text: string): TemplateResult {
  return html`<wa-copy-button
    .value=${text}
    copy-label=${label}
    success-label=${words.copied}
  ></wa-copy-button>`
}
