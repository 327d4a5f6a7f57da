import { html, nothing, type TemplateResult } from 'lit'
import { Deed } from '../deed.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { NEEDS } from '../permission.ts'
import { VERSION } from '../version.ts'
import { hint, mistakeIn, problem } from './problem.ts'
import './needs-role.ts'

interface Shown {
  resource: string
  /** A secret, so it is given to the tag as a property, never as an attribute. */
  token: string
}

/** The tag as host pages have it. It opens a resource with a token that works in the console alone. */
export class TokenPreview extends ConsoleElement {
  static override properties = {
    recordId: { attribute: false },
    signerId: { attribute: false },
    resources: { attribute: false },
    shown: { state: true },
  }
  /** The token record to try; undefined: a signer. */
  declare recordId: string | undefined
  /** The signer to try, for a user whom the person names. */
  declare signerId: string | undefined
  /** The resources that it opens; null: any. */
  declare resources: string[] | null
  declare shown: Shown | undefined
  readonly #opening = new Deed(this)
  #user = ''
  #resource = ''

  protected override render(): TemplateResult {
    const { preview } = this.words
    return html`
      <form class="row" @submit=${this.#open}>
        ${this.signerId === undefined ? nothing : this.#userField()}
        ${
          this.resources
            ? html`<wa-select label=${preview.resource} .value=${this.#resourceId()} @change=${this.#setResource}>
                ${this.resources.map((id) => html`<wa-option value=${id}>${id}</wa-option>`)}
              </wa-select>`
            : html`<wa-input label=${preview.resource} required autocomplete="off" spellcheck="false" maxlength="128" @input=${this.#setResource}>
                ${hint(preview.resourceHint, mistakeIn(this.words, this.#opening.error, 'resource'))}
              </wa-input>`
        }
        <wa-button type="submit" appearance="outlined" ?disabled=${!this.session.may(NEEDS.manage)} ?loading=${this.#opening.isBusy}>
          <wa-icon slot="start" name="play"></wa-icon>${preview.open}
        </wa-button>
      </form>
      <needs-role .deeds=${[[preview.open, NEEDS.manage]]}></needs-role>
      ${this.#opening.error ? problem(this.words, this.#opening.error) : nothing}
      ${
        this.shown
          ? html`<biuwer-embed resource-id=${this.shown.resource} .token=${this.shown.token} lang=${document.documentElement.lang}></biuwer-embed>`
          : nothing
      }
    `
  }

  #userField(): TemplateResult {
    const { preview } = this.words.signers
    return html`
      <wa-input
        label=${preview.user}
        required
        autocomplete="off"
        spellcheck="false"
        @input=${(event: Event) => {
          this.#user = fieldValue(event).trim()
        }}
      >
        ${hint(preview.userHint, mistakeIn(this.words, this.#opening.error, 'user'))}
      </wa-input>
    `
  }

  #resourceId(): string {
    return this.#resource || (this.resources?.[0] ?? '')
  }

  #setResource = (event: Event): void => {
    this.#resource = fieldValue(event).trim()
  }

  #open = (event: Event): void => {
    event.preventDefault()
    const resource = this.#resourceId()
    const user = this.#user
    const { recordId, signerId } = this
    void this.#opening.run(async () => {
      this.shown = undefined
      const { token } = await this.session.ask((edge) =>
        signerId === undefined
          ? edge.tokens.preview(recordId ?? '', resource)
          : edge.signers.preview(signerId, { user, resource }),
      )
      await import(/* @vite-ignore */ `/v${VERSION}/biuwer-embed.js`)
      this.shown = { resource, token }
    })
  }
}
customElements.define('token-preview', TokenPreview)
