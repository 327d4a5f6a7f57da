import { html, nothing, type TemplateResult } from 'lit'
import { BIUWER_REFRESHES, type BiuwerRefresh } from '../../worker/policy/biuwer-refresh.ts'
import { ConsoleElement } from '../element.ts'
import { fieldValue } from '../field-values.ts'

/**
 * Asks how Biuwer tokens are replaced, and says what each way means; where the deployment has no token source, how it gets
 * one. Fires `choose`.
 */
export class RefreshChoice extends ConsoleElement {
  static override properties = { refresh: { attribute: false } }
  declare refresh: BiuwerRefresh

  protected override render(): TemplateResult {
    const { refresh: words } = this.words.biuwerTokens
    const hasSource = this.session.deployment?.biuwer_token_source === true
    return html`
      ${
        hasSource
          ? nothing
          : html`<wa-callout variant="neutral">
              <wa-icon slot="icon" name="info"></wa-icon>
              <p>${words.noSource}</p>
              <p class="fine">${words.noSourceHow} <code>examples/biuwer-token-source</code>, <code>docs/biuwer-tokens.md</code>, <code>BIUWER_TOKEN_SOURCE</code>.</p>
            </wa-callout>`
      }
      <wa-radio-group label=${words.label} name="refresh" .value=${this.refresh} @change=${this.#choose}>
        ${BIUWER_REFRESHES.map(
          (refresh) => html`<wa-radio value=${refresh} ?disabled=${!hasSource && refresh !== 'manual'}>
            <strong>${words.choices[refresh]}.</strong> ${words.meanings[refresh]}
          </wa-radio>`,
        )}
      </wa-radio-group>
    `
  }

  #choose = (event: Event): void => {
    const chosen = BIUWER_REFRESHES.find((refresh) => refresh === fieldValue(event))
    if (!chosen) return
    this.refresh = chosen
    this.dispatchEvent(new Event('choose'))
  }
}
customElements.define('refresh-choice', RefreshChoice)
