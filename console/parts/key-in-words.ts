import { html, nothing, type TemplateResult } from 'lit'
import type { CurrentKey } from '../../client/api-types.ts'
import { dateTime, listed } from '../formats.ts'
import { given } from '../given-text.ts'
import type { Words } from '../messages/words.ts'
import { href } from '../route.ts'

/** Which key is signed in, what it may do, for whom, and until when. */
export function signedInWith(words: Words, { name, role, users, expires_at }: CurrentKey): TemplateResult {
  const { keys, roles } = words
  if (name === null)
    return html`
      <p class="signed-in">
        ${keys.signedInWith} <strong>${keys.root}</strong>. ${keys.rootText}
        <a href=${href(['new-key'])}>${keys.create}</a>
      </p>
    `
  return html`
    <p class="signed-in">
      ${keys.signedInWith} <strong>${given(name)}</strong>. ${keys.role}: <strong>${roles[role].name}</strong>.
      ${roles[role].does} ${users === null ? nothing : keys.forUsers(someOf(words, users))}
      ${expires_at === null ? nothing : keys.endsOn(dateTime(expires_at))}
    </p>
  `
}

/** How many of the users that a key is for are named where there is little room. */
export const MOST_NAMED = 5

/** Things in a sentence, such as the users that a key is for: the first ones by name. */
export function someOf(
  { keys }: Words,
  things: readonly string[],
  type?: 'conjunction' | 'disjunction',
): string {
  const more = things.length - MOST_NAMED
  return listed(more > 0 ? [...things.slice(0, MOST_NAMED), keys.more(more)] : things, type)
}
