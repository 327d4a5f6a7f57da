import { html, type PropertyValues, type TemplateResult } from 'lit'
import type { NewKey } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { dateTime } from '../formats.ts'
import { href } from '../route.ts'
import { someOf } from './key-in-words.ts'
import { toCopy } from './to-copy.ts'

/** A key that was just made: shown this once, to copy. */
export class IssuedKey extends ConsoleElement {
  static override properties = { issued: { attribute: false } }
  declare issued: NewKey

  protected override updated(changed: PropertyValues): void {
    super.updated(changed)
    if (changed.has('issued')) this.querySelector<HTMLElement>('h2')?.focus()
  }

  protected override render(): TemplateResult {
    const { keys, roles } = this.words
    const { key, role, users, expires_at } = this.issued
    return html`
      <wa-card class="issued">
        <h2 tabindex="-1">${keys.made.title}</h2>
        <wa-callout variant="warning">
          <wa-icon slot="icon" name="triangle-alert"></wa-icon>${keys.made.once}
        </wa-callout>
        ${toCopy(keys.made.title, keys.made.copy, key, 'key')}
        <p>
          ${keys.role}: <strong>${roles[role].name}</strong>. ${roles[role].does}
          ${users === null ? keys.forAllUsers : keys.forUsers(someOf(this.words, users))}
          ${expires_at === null ? keys.endless : keys.endsOn(dateTime(expires_at))}
        </p>
        <p><a href=${href(['keys'])}>${keys.made.all}</a></p>
      </wa-card>
    `
  }
}
customElements.define('issued-key', IssuedKey)
