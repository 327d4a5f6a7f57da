import { html, type TemplateResult } from 'lit'
import { DialogElement } from './dialog-element.ts'

/**
 * A dialog that says what is about to be done and asks for consent. Fires `confirm`; whoever does the deed then calls
 * `hide`. Fires `close` once it has closed.
 */
export class ConfirmDialog extends DialogElement {
  static override properties = {
    label: { attribute: false },
    action: { attribute: false },
    content: { attribute: false },
    dangerous: { attribute: false },
    busy: { attribute: false },
  }
  declare label: string
  declare action: string
  declare content: TemplateResult
  declare dangerous: boolean
  declare busy: boolean

  protected override render(): TemplateResult {
    return html`
      <wa-dialog label=${this.label} open @wa-after-hide=${this.afterHide}>
        ${this.content}
        <wa-button slot="footer" appearance="outlined" ?disabled=${this.busy} @click=${this.hide}>${this.words.cancel}</wa-button>
        <wa-button
          slot="footer"
          variant=${this.dangerous ? 'danger' : 'brand'}
          ?loading=${this.busy}
          @click=${() => this.dispatchEvent(new Event('confirm'))}
          >${this.action}</wa-button
        >
      </wa-dialog>
    `
  }
}
customElements.define('confirm-dialog', ConfirmDialog)
