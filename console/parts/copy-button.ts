import { html, type TemplateResult } from 'lit'
import { ConsoleElement } from '../element.ts'

/** How long the button says that it has copied, in milliseconds. */
const SAID = 2_000

/** A button that copies a text. The text may be a secret, so it is a property without an attribute. */
export class CopyButton extends ConsoleElement {
  static override properties = {
    label: { attribute: false },
    text: { attribute: false },
    state: { state: true },
  }
  declare label: string
  declare text: string
  declare state: 'copied' | 'refused' | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.#timer)
  }

  protected override render(): TemplateResult {
    const said = { copied: this.words.copied, refused: this.words.copyRefused }
    const icon = { copied: 'check', refused: 'circle-alert' }
    return html`
      <wa-button size="s" appearance="outlined" @click=${this.#copy}>
        <wa-icon slot="start" name=${this.state ? icon[this.state] : 'copy'}></wa-icon>${this.label}
      </wa-button>
      <span class="fine" role="status">${this.state ? said[this.state] : ''}</span>
    `
  }

  #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.text)
      this.state = 'copied'
    } catch (error) {
      // The browser or the person refused. The text is on the page, to be copied by hand.
      if (!(error instanceof DOMException)) throw error
      this.state = 'refused'
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.state = undefined
    }, SAID)
  }
}
customElements.define('copy-button', CopyButton)
