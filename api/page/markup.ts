import { html } from 'hono/html'

/** Markup that is safe as it stands. */
export type Markup = ReturnType<typeof html>

/** The HTML of a text with what descriptions have of Markdown: paragraphs, and code between backticks. */
export function prose(text: string): Markup {
  return html`${text.split('\n\n').map((paragraph) => html`<p>${phrase(paragraph)}</p>\n`)}`
}

/** The HTML of a sentence with code between backticks. */
export function phrase(text: string): Markup {
  const parts = text.split('`')
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
