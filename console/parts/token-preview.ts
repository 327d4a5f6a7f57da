import { html, nothing, type TemplateResult } from 'lit'
import { EdgeError } from '../../client/edge-error.ts'
import { ConsoleElement } from '../element.ts'
import { typed } from '../field-values.ts'
import { hint, mistakeIn, problem } from './problem.ts'

interface Shown {
  resource: string
  /** A secret: a property of the tag, never an attribute. */
  value: string
}

/** The tag itself, as hosts have it, opening a resource with a value that works here alone. */
export class TokenPreview extends ConsoleElement {
  static override properties = {
    ...ConsoleElement.properties,
    token: { attribute: false },
    resources: { attribute: false },
    shown: { state: true },
    error: { state: true },
    busy: { state: true },
  }
  /** The record's id. */
  declare token: string
  /** What the record opens; null: any. */
  declare resources: string[] | null
  declare shown: Shown | undefined
  declare error: unknown
  declare busy: boolean
  #resource = ''

  protected override render(): TemplateResult {
    const { value } = this.words
    return html`
      <h3>${value.preview}</h3>
      <p>${value.previewText}</p>
      <form class="row" @submit=${this.#open}>
        ${
          this.resources
            ? html`<wa-select label=${value.resource} .value=${this.#chosen()} @change=${this.#choose}>
                ${this.resources.map((id) => html`<wa-option value=${id}>${id}</wa-option>`)}
              </wa-select>`
            : html`<wa-input label=${value.resource} required autocomplete="off" spellcheck="false" maxlength="128" @input=${this.#choose}>
                ${hint(value.resourceHint, mistakeIn(this.error, 'resource'))}
              </wa-input>`
        }
        <wa-button type="submit" appearance="outlined" ?loading=${this.busy}>
          <wa-icon slot="start" name="play"></wa-icon>${value.open}
        </wa-button>
      </form>
      ${this.error ? problem(this.words, this.error) : nothing}
      ${
        this.shown
          ? html`<biuwer-embed resource-id=${this.shown.resource} .token=${this.shown.value} lang=${document.documentElement.lang}></biuwer-embed>`
          : nothing
      }
    `
  }

  #chosen(): string {
    return this.#resource || (this.resources?.[0] ?? '')
  }

  #choose = (event: Event): void => {
    this.#resource = typed(event).trim()
  }

  #open = async (event: Event): Promise<void> => {
    event.preventDefault()
    if (this.busy) return
    this.busy = true
    this.error = undefined
    const resource = this.#chosen()
    try {
      const { token: value } = await this.session.ask((edge) => edge.tokens.preview(this.token, resource))
      await import(/* @vite-ignore */ `/v${this.session.deployment?.version}/biuwer-embed.js`)
      this.shown = { resource, value }
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      this.error = error
      this.shown = undefined
    } finally {
      this.busy = false
    }
  }
}
customElements.define('token-preview', TokenPreview)
