import { html, nothing, type TemplateResult } from 'lit'
import { given } from '../given-text.ts'
import type { Words } from '../messages/words.ts'
import { MOST_NAMED } from './key-in-words.ts'

/** The users that a key or a signer is for, null: all; many of them fold away. */
export function userList({ keys }: Words, users: readonly string[] | null): TemplateResult {
  if (users === null) return html`${keys.allUsers}`
  const list = (names: readonly string[]) =>
    html`<ul class="plain">${names.map((name) => html`<li>${given(name)}</li>`)}</ul>`
  const more = users.slice(MOST_NAMED)
  return html`
    ${list(users.slice(0, MOST_NAMED))}
    ${more.length === 0 ? nothing : html`<details><summary>${keys.more(more.length)}</summary>${list(more)}</details>`}
  `
}
