import { html, nothing, type TemplateResult } from 'lit'
import type { EdgeError } from '../../client/edge-error.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue, isTicked } from '../field-values.ts'
import { problem } from './problem.ts'

/** The form that signs in with an admin key. */
export class SignIn extends ConsoleElement {
  readonly #signIn = new Deed(this)
  #adminKey = ''
  #keepsKey = false

  protected override render(): TemplateResult {
    const { signIn } = this.words
    const { absence } = this.session
    return html`
      ${absence === 'refused' ? html`<wa-callout variant="warning" role="status">${signIn.refused}</wa-callout>` : nothing}
      ${absence === 'ended' ? html`<wa-callout variant="neutral" role="status">${signIn.ended}</wa-callout>` : nothing}
      <p>${signIn.intro}</p>
      <form class="stack" novalidate @submit=${this.#submit}>
        <wa-input
          label=${signIn.key}
          hint=${signIn.keyHint}
          type="password"
          password-toggle
          required
          autocomplete="off"
          spellcheck="false"
          @input=${(event: Event) => {
            this.#adminKey = fieldValue(event).trim()
          }}
        ></wa-input>
        <wa-checkbox
          @change=${(event: Event) => {
            this.#keepsKey = isTicked(event)
          }}
          >${signIn.keep}</wa-checkbox
        >
        ${this.#signIn.error ? this.#failure(this.#signIn.error) : nothing}
        <wa-button type="submit" variant="brand" ?loading=${this.#signIn.isBusy}>${signIn.submit}</wa-button>
      </form>
    `
  }

  #failure(error: EdgeError): TemplateResult {
    const { signIn } = this.words
    if (error.code !== 'unauthorized') return problem(this.words, error)
    return html`
      <wa-callout variant="danger" role="alert">
        <wa-icon slot="icon" name="circle-alert"></wa-icon>
        <strong>${signIn.wrong}</strong>
        <p>${signIn.wrongHint}</p>
      </wa-callout>
    `
  }

  #submit = (event: Event): void => {
    event.preventDefault()
    void this.#signIn.run(async () => {
      await this.session.signIn(this.#adminKey, { keep: this.#keepsKey })
      this.#adminKey = ''
    })
  }
}
customElements.define('sign-in', SignIn)
