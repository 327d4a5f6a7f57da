import { html, nothing, type TemplateResult } from 'lit'
import { SIGNED_SECONDS } from '../../worker/policy/bounds.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue, isTicked } from '../field-values.ts'
import { mistakesInScope, type ScopeDraft, scopeOf } from '../signers/scope-draft.ts'
import { scopeInWords } from '../signers/scope-in-words.ts'
import { hint, mistakeIn } from './problem.ts'
import type { ScopeFields } from './scope-fields.ts'
import './scope-fields.ts'

/** The fields for what a signer's tokens may do, and what they mean in words. Fires `change`. */
export class SignerScopeFields extends ConsoleElement {
  static override properties = {
    draft: { attribute: false },
    error: { attribute: false },
  }
  declare draft: ScopeDraft
  /** The error with which the edge answered the form. */
  declare error: unknown

  protected override render(): TemplateResult {
    const { form } = this.words.signers
    const { users, resources, origins, maxTtl, singleUse } = this.draft
    return html`
      <div class="fields">
        <wa-textarea
          label=${form.users}
          rows="2"
          resize="auto"
          autocomplete="off"
          spellcheck="false"
          .value=${users}
          @input=${(event: Event) => this.#change({ users: fieldValue(event) })}
        >
          ${hint(form.usersHint, mistakeIn(this.words, this.error, 'users'))}
        </wa-textarea>
        <wa-input
          type="number"
          min=${SIGNED_SECONDS.least}
          max=${SIGNED_SECONDS.most}
          label=${form.maxTtl}
          placeholder=${SIGNED_SECONDS.default}
          .value=${maxTtl}
          @input=${(event: Event) => this.#change({ maxTtl: fieldValue(event) })}
        >
          ${hint(form.maxTtlHint, mistakeIn(this.words, this.error, 'max_ttl'))}
        </wa-input>
      </div>
      <scope-fields
        class="fields"
        .resources=${resources}
        .origins=${origins}
        .error=${this.error}
        @change=${(event: Event) => {
          const scope = event.currentTarget as ScopeFields
          this.#change({ resources: scope.resources, origins: scope.origins })
        }}
      ></scope-fields>
      <wa-checkbox
        .checked=${singleUse}
        @change=${(event: Event) => this.#change({ singleUse: isTicked(event) })}
      >
        ${form.singleUse}<span slot="hint">${form.singleUseHint}</span>
      </wa-checkbox>
      ${this.#meaning()}
    `
  }

  #meaning(): TemplateResult | typeof nothing {
    const scope = scopeOf(this.draft)
    if (mistakesInScope(this.words, scope, this.session.key.users).length > 0) return nothing
    return html`
      <wa-callout variant="brand">
        <wa-icon slot="icon" name="info"></wa-icon>
        <strong id="scope-meaning">${this.words.signers.form.meaning}</strong>
        <ul aria-live="polite" aria-labelledby="scope-meaning">
          ${scopeInWords(this.words, scope).map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
      </wa-callout>
    `
  }

  #change(change: Partial<ScopeDraft>): void {
    this.draft = { ...this.draft, ...change }
    this.dispatchEvent(new Event('change'))
  }
}
customElements.define('signer-scope', SignerScopeFields)
