import { html, nothing, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'

/** Tells a person who does nothing that they are about to be signed out. Whatever they do closes it. */
export class IdleNotice extends ConsoleElement {
  static override properties = { open: { attribute: false } }
  declare open: boolean

  protected override render(): TemplateResult {
    const { idle } = this.words
    return html`
      <wa-dialog label=${idle.title} ?open=${this.open}>
        <p>${this.open ? idle.text : nothing}</p>
        <wa-button slot="footer" variant="brand" data-dialog="close">${this.open ? idle.stay : nothing}</wa-button>
      </wa-dialog>
    `
  }
}
customElements.define('idle-notice', IdleNotice)
