import { html, nothing, type TemplateResult } from 'lit'
import { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { ticked, typed } from '../field-values.ts'
import { problem } from './problem.ts'

/** Asks for an admin key. */
export class SignIn extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    error: { state: true },
    busy: { state: true },
  }
  declare error: unknown
  declare busy: boolean
  #key = ''
  #keep = false

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
            this.#key = typed(event).trim()
          }}
        ></wa-input>
        <wa-checkbox
          @change=${(event: Event) => {
            this.#keep = ticked(event)
          }}
          >${signIn.keep}</wa-checkbox
        >
        ${this.error ? this.#wrong() : nothing}
        <wa-button type="submit" variant="brand" ?loading=${this.busy}>${signIn.submit}</wa-button>
      </form>
    `
  }

  #wrong(): TemplateResult {
    const { signIn } = this.words
    if (!(this.error instanceof EdgeError && this.error.code === 'unauthorized'))
      return problem(this.words, this.error)
    return html`
      <wa-callout variant="danger" role="alert">
        <wa-icon slot="icon" name="circle-alert"></wa-icon>
        <strong>${signIn.wrong}</strong>
        <p>${signIn.wrongHint}</p>
      </wa-callout>
    `
  }

  #submit = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (this.busy) return
    this.busy = true
    this.error = undefined
    try {
      await this.session.signIn(this.#key, { keep: this.#keep })
      this.#key = ''
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
    } finally {
      this.busy = false
    }
  }
}
customElements.define('sign-in', SignIn)
