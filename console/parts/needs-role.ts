import { html, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'
import { listed } from '../formats.ts'
import { betterKey, type Need } from '../permission.ts'

/**
 * Says why deeds near by are disabled, and which key would do; says nothing where the key may do them all. Their group names
 * it by `aria-describedby`.
 */
export class NeedsRole extends ConsoleElement {
  static override properties = { deeds: { attribute: false } }
  /** The deeds, as their buttons call them, and what they need. */
  declare deeds: readonly (readonly [name: string, need: Need])[]

  protected override render(): TemplateResult[] {
    const { needs, quoted } = this.words
    const names = new Map<string, string[]>()
    for (const [name, need] of this.deeds) {
      if (this.session.may(need)) continue
      const key = betterKey(this.words, need, this.session.key)
      names.set(key, [...(names.get(key) ?? []), quoted(name)])
    }
    return [...names].map(([key, deeds]) => html`<p>${needs.deeds(listed(deeds), key)}</p>`)
  }
}
customElements.define('needs-role', NeedsRole)
