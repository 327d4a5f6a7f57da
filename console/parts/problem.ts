import { html, nothing, type TemplateResult } from 'lit'

import { EdgeError } from '../../client/edge-error.ts'
import type { Words } from '../language.ts'

/** What went wrong, and what to do about it. */
export function problem(words: Words, error: unknown, retry?: () => void): TemplateResult {
  return html`
    <wa-callout variant="danger" role="alert">
      <wa-icon slot="icon" name="circle-alert"></wa-icon>
      ${explanation(words, error)}
      ${retry ? html`<wa-button size="s" appearance="outlined" @click=${retry}>${words.retry}</wa-button>` : nothing}
    </wa-callout>
  `
}

function explanation(words: Words, error: unknown): TemplateResult {
  if (!(error instanceof EdgeError)) throw error
  const known: Record<string, string> = words.problems
  const { code, detail, errors, requestId } = error
  // Mistakes of fields that are on the page stand beside their fields; all are here, for whoever reads it aloud.
  return html`
    <p>${known[code] ?? detail}</p>
    ${errors.length > 0 ? html`<ul>${errors.map(({ path, message }) => html`<li><code>${path}</code>: ${message}</li>`)}</ul>` : nothing}
    <p class="fine">
      <code>${code}</code>
      ${requestId ? html`· ${words.requestId} <code>${requestId}</code>` : nothing}
    </p>
  `
}

/** What the edge said of one field; empty where it said nothing. */
export function mistakeIn(error: unknown, field: string): string {
  if (!(error instanceof EdgeError)) return ''
  const own = error.errors.filter(({ path }) => path === field || path.startsWith(`${field}.`))
  return own.map(({ message }) => message).join(' ')
}

/** A field's hint, and what is wrong with what stands in the field. */
export function hint(text: string, mistake: string): TemplateResult {
  return html`<span slot="hint">${mistake ? html`<span class="mistake">${mistake}</span>` : text}</span>`
}
