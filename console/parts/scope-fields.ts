import { html, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'
import { fieldValue, isTicked, linesOf } from '../field-values.ts'
import { hint, mistakeIn } from './problem.ts'

/** The fields for what a token record opens and where, in the forms that make and change one. Fires `change`. */
export class ScopeFields extends ConsoleElement {
  static override properties = {
    resources: { attribute: false },
    origins: { attribute: false },
    error: { attribute: false },
  }
  /** Empty: any. */
  declare resources: string[]
  /** Empty: any. */
  declare origins: string[]
  /** The error with which the edge answered the form. */
  declare error: unknown

  protected override render(): TemplateResult {
    const { form } = this.words
    return html`
      <wa-textarea
        label=${form.resources}
        rows="2"
        resize="auto"
        autocomplete="off"
        spellcheck="false"
        .value=${this.resources.join('\n')}
        @change=${(event: Event) => this.#change({ resources: linesOf(fieldValue(event)) })}
      >
        ${hint(form.resourcesHint, mistakeIn(this.words, this.error, 'resources'))}
      </wa-textarea>
      ${this.#originFields(this.session.deployment?.allowed_origins ?? null)}
    `
  }

  #originFields(allowed: readonly string[] | null): TemplateResult {
    const { form } = this.words
    const mistake = mistakeIn(this.words, this.error, 'origins')
    // Of a wildcard there is no end of origins to choose from.
    if (allowed === null || allowed.some((entry) => entry.includes('*')))
      return html`<wa-textarea
        label=${form.origins}
        rows="2"
        resize="auto"
        autocomplete="off"
        spellcheck="false"
        .value=${this.origins.join('\n')}
        @change=${(event: Event) => this.#change({ origins: linesOf(fieldValue(event)) })}
      >
        ${hint(form.originsHint, mistake)}
      </wa-textarea>`
    // Origins of the record that the deployment no longer allows are shown too, so that they can be removed.
    const choices = [...new Set([...allowed, ...this.origins])]
    return html`
      <fieldset>
        <legend>${form.origins}</legend>
        ${choices.map(
          (origin) => html`<wa-checkbox
            ?checked=${this.origins.includes(origin)}
            @change=${(event: Event) => {
              const others = this.origins.filter((chosen) => chosen !== origin)
              this.#change({ origins: isTicked(event) ? [...others, origin] : others })
            }}
            >${origin}</wa-checkbox
          >`,
        )}
        <p class="fine">${mistake ? html`<span class="mistake">${mistake}</span>` : form.originsChoice}</p>
      </fieldset>
    `
  }

  #change(change: { resources?: string[]; origins?: string[] }): void {
    Object.assign(this, change)
    this.dispatchEvent(new Event('change'))
  }
}
customElements.define('scope-fields', ScopeFields)
