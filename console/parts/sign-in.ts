import { ContextConsumer } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import type { EdgeError } from '../../client/edge-error.ts'
import { isThisMachine } from '../../client/origin.ts'
import { entranceContext } from '../contexts.ts'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import type { Absence } from '../entrance.ts'
import { fieldValue, isTicked } from '../field-values.ts'
import { duration } from '../formats.ts'
import { IDLE_LIMIT } from '../idle-watch.ts'
import { problem } from './problem.ts'

/** The form that signs in with a key. */
export class SignIn extends ConsoleElement {
  readonly #entrance = new ContextConsumer(this, { context: entranceContext })
  readonly #signIn = new Deed(this)
  #adminKey = ''
  #keepsKey = false

  protected override render(): TemplateResult {
    const { signIn } = this.words
    if (location.protocol !== 'https:' && !isThisMachine(location.hostname)) return this.#insecureNote()
    return html`
      ${this.#reason(this.#entrance.value?.absence ?? 'new')}
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

  /** Over http the key could be read on the way, so there is no field for it. */
  #insecureNote(): TemplateResult {
    const { signIn } = this.words
    const secure = new URL(location.pathname, location.href)
    secure.protocol = 'https:'
    return html`
      <wa-callout variant="danger" role="alert">
        <wa-icon slot="icon" name="circle-alert"></wa-icon>
        <strong>${signIn.insecure}</strong>
        <p>${signIn.insecureHint}</p>
        <p><a href=${secure.href}>${secure.href}</a></p>
      </wa-callout>
    `
  }

  /** Why a person who was signed in is asked again. */
  #reason(absence: Absence): TemplateResult | typeof nothing {
    const { signIn } = this.words
    switch (absence) {
      case 'new':
        return nothing
      case 'ended':
        return html`<wa-callout variant="neutral" role="status">${signIn.ended}</wa-callout>`
      case 'idle':
        return html`<wa-callout variant="neutral" role="status">${signIn.idle(duration(IDLE_LIMIT / 1000))}</wa-callout>`
      case 'refused':
        return html`<wa-callout variant="warning" role="status">${signIn.refused}</wa-callout>`
    }
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
      await this.#entrance.value?.signIn(this.#adminKey, { keep: this.#keepsKey })
      this.#adminKey = ''
    })
  }
}
customElements.define('sign-in', SignIn)
