import { html, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'

/** A dialog that says what is about to be done and asks for consent. Fires `confirm` and `close`. */
export class ConfirmDialog extends ConsoleElement {
  static override properties = {
    label: { attribute: false },
    action: { attribute: false },
    content: { attribute: false },
    dangerous: { attribute: false },
    open: { attribute: false },
    busy: { attribute: false },
  }
  declare label: string
  declare action: string
  declare content: TemplateResult
  declare dangerous: boolean
  declare open: boolean
  declare busy: boolean

  protected override render(): TemplateResult {
    return html`
      <wa-dialog label=${this.label} ?open=${this.open} @wa-after-hide=${this.#close}>
        ${this.content}
        <wa-button slot="footer" appearance="outlined" ?disabled=${this.busy} @click=${this.#close}>${this.words.cancel}</wa-button>
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

  #close = (): void => {
    this.dispatchEvent(new Event('close'))
  }
}
customElements.define('confirm-dialog', ConfirmDialog)
