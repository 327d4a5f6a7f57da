import { html, nothing, type TemplateResult } from 'lit'
import type { PublicKey, Signer } from '../../client/api-types.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'
import { environmentOf, SAMPLES, type Sample, sampleFor } from '../signers/samples.ts'
import { toCopy } from './to-copy.ts'

/** How a backend signs with a signer's key, in the language that the person chooses. */
export class SignSnippet extends ConsoleElement {
  static override properties = {
    signer: { attribute: false },
    kid: { state: true },
    sample: { state: true },
  }
  declare signer: Signer
  /** The key that was chosen; undefined: the last one, which was added last. */
  declare kid: string | undefined
  declare sample: Sample

  constructor() {
    super()
    this.sample = SAMPLES[0]
  }

  protected override render(): TemplateResult {
    const { snippet } = this.words.signers
    const { keys } = this.signer.keys
    const key = keys.find(({ kid }) => kid === this.kid) ?? keys.at(-1)
    return html`
      <h2>${snippet.title}</h2>
      <p>${snippet.text}</p>
      <div class="row">
        <label>
          ${snippet.language}
          <select @change=${this.#chooseSample}>
            ${SAMPLES.map(({ name }) => html`<option ?selected=${name === this.sample.name}>${name}</option>`)}
          </select>
        </label>
        ${keys.length > 1 && key ? this.#keyChoice(keys, key) : nothing}
      </div>
      ${key ? this.#code(key) : nothing}
    `
  }

  #keyChoice(keys: readonly PublicKey[], chosen: PublicKey): TemplateResult {
    return html`
      <label>
        ${this.words.signers.snippet.key}
        <select
          @change=${(event: Event) => {
            this.kid = fieldValue(event)
          }}
        >
          ${keys.map(
            ({ kid, alg }) =>
              html`<option value=${kid} ?selected=${kid === chosen.kid}>${kid} (${alg})</option>`,
          )}
        </select>
      </label>
    `
  }

  #code(key: PublicKey): TemplateResult {
    const { snippet } = this.words.signers
    const code = sampleFor(this.sample, key, this.signer)
    if (code === undefined)
      return html`<wa-callout variant="warning" role="status">
        <wa-icon slot="icon" name="triangle-alert"></wa-icon>${snippet.cannot(key.alg)}
      </wa-callout>`
    const settings = environmentOf(this.signer, key, location.origin)
    return html`
      <h3>${snippet.environment}</h3>
      ${toCopy(snippet.environment, snippet.copyEnvironment, settings, 'settings')}
      <h3>${snippet.code}</h3>
      ${toCopy(snippet.code, snippet.copyCode, code, 'sample')}
    `
  }

  #chooseSample = (event: Event): void => {
    const name = fieldValue(event)
    this.sample = SAMPLES.find((sample) => sample.name === name) ?? this.sample
  }
}
customElements.define('sign-snippet', SignSnippet)
